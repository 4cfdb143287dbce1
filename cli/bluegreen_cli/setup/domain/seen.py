"""What is there of a domain today: who lists it, which record leads to it, what resolvers say, and what answers."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bluegreen.core.errors import BluegreenError
from bluegreen_cli.setup.outside import Outside
from bluegreen_cli.setup.steps import Closed

App = dict[str, Any]
MARK = "x-bluegreen-environment"  # what the router adds to each answer


class Goal(NamedTuple):
    """The domain, the app that is to have it, and what the record is to say."""

    name: str
    app: App
    routed: bool  # the app is the router's, which marks its answers

    @property
    def host(self) -> str:
        return urlsplit(str(self.app.get("default_ingress") or "")).hostname or ""

    @property
    def address(self) -> str:
        return str(self.app.get("default_ingress") or "").rstrip("/")


class Answer(NamedTuple):
    """`status` is 0 where nothing answered, with `why`; `mark` is the router's, "" where it has none."""

    status: int
    mark: str = ""
    why: str = ""

    def good(self, routed: bool) -> bool:
        return 0 < self.status < 500 and (bool(self.mark) or not routed)

    @property
    def says(self) -> str:
        marked = f"by the router, from {self.mark}" if self.mark else "without the router's mark"
        return f"{self.status}, {marked}" if self.status else self.why


class SeenDomain(NamedTuple):
    holders: list[App]  # other apps that list it
    zone: str  # DigitalOcean's, "" where the name is served elsewhere
    records: list[dict[str, Any]] | Closed
    cached: Any  # lookup.Found, or Closed
    own: Answer  # of the app at its own address
    public: Answer  # of the domain


def look(goal: Goal, apps: list[App], out: Outside, resolver: str, path: str) -> SeenDomain:
    zone = _zone(goal.name, out)
    return SeenDomain(
        holders=[app for app in apps if app.get("id") != goal.app.get("id") and goal.name in domains(app)],
        zone=zone,
        records=_records(goal.name, zone, out),
        cached=_cached(goal.name, out, resolver),
        own=answer(out, f"{goal.address}{path}"),
        public=answer(out, f"https://{goal.name}{path}"),
    )


def domains(app: App) -> list[str]:
    return [str(each.get("domain")) for each in (app.get("spec") or {}).get("domains") or ()]


def phase(app: App, name: str) -> str:
    """UNKNOWN, PENDING, CONFIGURING, ACTIVE or ERROR; "" where the app does not list it."""
    return next((str(each.get("phase") or "UNKNOWN") for each in _told(app, name)), "")


def validations(app: App, name: str) -> str:
    """The TXT records that App Platform waits for, where it names any."""
    wanted = [each for told in _told(app, name) for each in told.get("validations") or ()]
    return "; ".join(f"TXT {each.get('txt_name')} = {each.get('txt_value')}" for each in wanted)


def _told(app: App, name: str) -> Iterator[dict[str, Any]]:
    return (each for each in app.get("domains") or () if (each.get("spec") or {}).get("domain") == name)


def answer(out: Outside, url: str) -> Answer:
    try:
        status, headers = out.fetch(url)
    except BluegreenError as error:
        return Answer(0, "", str(error))
    return Answer(status, headers.get(MARK, ""))


def _zone(name: str, out: Outside) -> str:
    """The longest of the account's that the name is in."""
    try:
        listed = [str(each.get("name")) for each in out.listed("/v2/domains", "domains")]
    except BluegreenError:
        return ""
    return max((zone for zone in listed if name == zone or name.endswith(f".{zone}")), key=len, default="")


def _records(name: str, zone: str, out: Outside) -> list[dict[str, Any]] | Closed:
    if not zone:
        return []
    try:
        found = out.listed(f"/v2/domains/{zone}/records", "domain_records", name=name)
    except BluegreenError as error:
        return Closed(str(error))
    return [each for each in found if each.get("type") in ("A", "AAAA", "CNAME")]


def _cached(name: str, out: Outside, resolver: str) -> Any:
    try:
        return out.lookup(name, resolver)
    except BluegreenError as error:
        return Closed(str(error))
