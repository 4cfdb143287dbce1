"""DigitalOcean Insights: may it be asked for the numbers of a signal, and for the alert instances of its channel?"""

from collections.abc import Iterator

from bluegreen.core.config.signals import PrometheusSignal
from bluegreen.core.errors import Misconfigured, NotFound
from bluegreen.settings import NONE
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine
from bluegreen_cli.doctor.patient import Patient

_SCOPE = "insights:read"
_QUERY = "/v2/insights/query/{}/prom/api/v1/query"


def signals(patient: Patient) -> Iterator[Finding]:
    """Whether there is an answer; the queries themselves are tried by the watch, and `bluegreen monitor` shows them."""
    found = {
        signal.insights
        for service in patient.services
        for signal in service.signals
        if isinstance(signal, PrometheusSignal) and signal.insights
    }
    for region in sorted(found):
        what = f"Insights in {region}"
        try:
            patient.digitalocean_api.get(_QUERY.format(region), query="up")
        except Misconfigured:
            yield fault(f"{what}: DigitalOcean's token may not read it", _token("BLUEGREEN_DIGITALOCEAN_TOKEN"))
        except NotFound:
            yield fault(f"{what}: is not there", "`insights` wants a datacentre that has it, such as nyc3")
        else:
            yield fine(f"{what}: answers, and DigitalOcean's token may read it")


def alerts(patient: Patient) -> Iterator[Finding]:
    """The token that hooks/alert reads alert instances by."""
    token = patient.secret("INSIGHTS_TOKEN")
    if token in ("", NONE):
        return
    if patient.secret("ALERT_SECRET") in ("", NONE):
        yield doubt(
            "Insights' alerts: BLUEGREEN_INSIGHTS_TOKEN is set, but without BLUEGREEN_ALERT_SECRET none is taken",
            "BLUEGREEN_ALERT_SECRET in .env, and in the channel of Insights: docs/alerts.md",
        )
    api = patient.api("DigitalOcean", patient.file.apis.digitalocean, f"Bearer {token}")
    try:
        api.get("/v2/insights/alert-instances", per_page=1)
    except Misconfigured:
        yield fault("Insights' alerts: the token may not read alert instances", _token("BLUEGREEN_INSIGHTS_TOKEN"))
    else:
        yield fine("Insights' alerts: the token is accepted, and may read them")


def _token(name: str) -> str:
    return f"a token with the scope {_SCOPE} in {name}: docs/alerts.md, docs/signals.md"
