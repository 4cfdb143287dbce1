"""No secret reaches a system that pages people, and none that such a system repeats goes any further."""

import json

import pytest

from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from tests.security.echo import ECHOES, PAGERS, SECRETS, Repeating, leaked
from tests.security.test_foreign_credentials import CANARY, LEAKS
from tests.security.test_secrets import EACH_SECRET_ONCE

pytestmark = pytest.mark.slow

PROOF = {"authorization": f"Bearer {SECRETS['BLUEGREEN_ALERT_SECRET']}"}
SERVICES = {
    "pagerduty": {"kind": "pager", "service": "pagerduty"},
    "opsgenie": {"kind": "pager", "service": "opsgenie", "region": "eu"},
    "webhook": {"kind": "pager", "service": "webhook"},
}
CANARIES = [*EACH_SECRET_ONCE.values(), *LEAKS]


@pytest.fixture(params=SERVICES)
def laptop(request):
    laptop = Repeating(notify=[SERVICES[request.param], {"kind": "slack"}, {"kind": "github"}])
    laptop.to_pagers = []
    laptop.shared.http.event_hooks["request"].append(
        lambda request: laptop.to_pagers.append(request.url.path) if request.url.host in PAGERS else None
    )
    return laptop


def alarm(laptop, number, text, status="firing"):
    said = {"name": f"Down {text}", "summary": text, "service": "web", "severity": "critical", "id": number}
    body = json.dumps({**said, "status": status})
    laptop.invoke("hooks/alert", {"http": {"headers": PROOF, "body": body}})


def assert_clean(laptop, printed, sign):
    text = laptop.everything(printed)
    assert leaked(text) == []
    assert CANARY not in text
    assert sign in json.dumps([page.heard for page in laptop.pager.pages.values()])


def test_an_alert_whose_every_text_holds_a_secret(laptop, capsys):
    for number, text in enumerate(CANARIES):
        alarm(laptop, number, text)
        alarm(laptop, number, text, "resolved")
    assert len(laptop.to_pagers) == 2 * len(CANARIES)
    assert laptop.pager.refused == []
    assert_clean(laptop, capsys.readouterr().out, "[hidden]")


def test_production_that_shows_a_secret_while_a_release_is_at_fault(laptop, capsys):
    for number, laptop.echo in enumerate((CANARIES[0], LEAKS[0])):
        laptop.where = ""
        laptop.push(f"v2.{number}.0", fault={"share": 0.2, "when": "production"})
        laptop.until(Phase.WATCHING)
        laptop.where = "production"
        laptop.rest()
        laptop.where = ""
    assert_clean(laptop, capsys.readouterr().out, "going back to blue")


@pytest.mark.parametrize(
    ("status", "every"),
    [
        *((status, 17) for status in (400, 401, 404, 422, 429, 500)),
        pytest.param(400, 1, marks=pytest.mark.search),
    ],
)
def test_a_pager_that_repeats_a_secret(laptop, capsys, status, every):
    for number, echo in enumerate([*ECHOES.values()][::every]):
        laptop.faults["pager"].clear()
        laptop.faults["pager"].add(Fault(status=status, message={"message": echo}, times=1))
        alarm(laptop, number, "quiet")
        alarm(laptop, number, "quiet", "resolved")
    laptop.minute()
    laptop.invoke("status")
    text = laptop.everything(capsys.readouterr().out)
    assert leaked(text) == []
    assert f"answered {status}" in text
