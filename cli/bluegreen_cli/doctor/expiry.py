"""Keys that end by themselves: GitHub's token, and the functions' access key."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx

from bluegreen.clients.http import asking
from bluegreen.core.errors import BluegreenError
from bluegreen_cli.doctor.findings import Finding, doubt, fine, skipped
from bluegreen_cli.doctor.namespaces import NAMESPACES
from bluegreen_cli.doctor.patient import Patient

_SOON = timedelta(days=14)
# docs.github.com/rest/authentication: in each answer to a token that expires
_EXPIRES = "github-authentication-token-expiration"


def github_token(patient: Patient) -> Iterator[Finding]:
    for service in patient.services:
        name = "GitHub's token"
        url = f"{patient.file.apis.github}/repos/{service.repository}"
        sent = {"Authorization": f"Bearer {patient.secret('GITHUB_TOKEN')}", "User-Agent": "bluegreen"}
        try:
            with asking():
                said = patient.http.get(url, headers=sent).headers.get(_EXPIRES, "")
        except httpx.HTTPError:
            return  # whether it answers is asked elsewhere
        if said:
            yield _ends(name, _moment(said.removesuffix(" UTC")), "make another, BLUEGREEN_GITHUB_TOKEN in .env")
        return


def functions_key(patient: Patient) -> Iterator[Finding]:
    """Its owner may ask; the token of releases need not be able to."""
    if patient.ours is None:
        return
    id_ = patient.secret("FUNCTIONS_KEY").partition(":")[0]
    try:
        listed = (patient.digitalocean_api.get(f"{NAMESPACES}/{patient.ours.name}/keys") or {}).get("access_keys") or []
    except BluegreenError:
        why = "DigitalOcean's token may not ask when it ends (function:admin)"
        yield skipped(f"functions key: {why}", "doctl serverless key list")
        return
    for each in (each for each in listed if isinstance(each, dict) and each.get("id") == id_):
        if each.get("expires_at"):
            mend = "doctl serverless key create, BLUEGREEN_FUNCTIONS_KEY in .env, bluegreen deploy-functions"
            yield _ends("functions key", _moment(str(each["expires_at"])), mend)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _ends(what: str, at: datetime | None, mend: str) -> Finding:
    if at is None:
        return doubt(f"{what}: ends on a day that cannot be read", mend)
    left = at - datetime.now(UTC)
    says = f"{what}: ends on {at:%Y-%m-%d}, in {left.days} day{'' if left.days == 1 else 's'}"
    return doubt(says, mend) if left < _SOON else fine(says)
