"""ops/dashboard: the dashboard, for people with a token: where everything is, what the judge sees, and buttons."""

from collections.abc import Mapping
from datetime import datetime

from bluegreen.clients.store.journal import Journal
from bluegreen.cloud import Cloud
from bluegreen.core.config.service import Service
from bluegreen.core.config.signals import RouterSignal
from bluegreen.core.errors import BadRequest, BluegreenError, Later, Never, Unsigned
from bluegreen.core.inbound.bearers import Bearer, bearer
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.record import Version
from bluegreen.core.release import Release
from bluegreen.invocation.entry_point import STORE, TELL, WAKE, EntryPoint, Invocation, Response, web_answer
from bluegreen.invocation.page_request import PageRequest, fields, json_fields, page_request
from bluegreen.ordering.placing import newest_or_adopted
from bluegreen.ordering.pressing import Press, Pressed, press
from bluegreen.page import document, viewing
from bluegreen.page.view import FleetView, Mood, RowView
from bluegreen.page.viewing import Seen, Telling
from bluegreen.signals.router import RouterSignals

_PRESSED = ("service", "action", "subject", "stamp", "reason")
_BEHIND = 12  # versions that are read for the steps of a release that is over
_ALLOWED = "GET, HEAD, POST, OPTIONS"
# The page's own origin is opaque, so its script asks as `Origin: null`. Any sandboxed page may, and reads nothing
# without a token: no cookie travels with these requests.
_OPAQUE = {"Access-Control-Allow-Origin": "null"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "600",
}


def run(invocation: Invocation) -> Response:
    request = page_request(invocation.event)
    if request.method == "OPTIONS":
        return _answer(invocation, 204, "", _PREFLIGHT)
    if request.method not in ("GET", "HEAD", "POST"):
        return _answer(invocation, 405, document.login_page(), {"Allow": _ALLOWED})
    given, authorization = _given(request)
    if not authorization:
        return _answer(invocation, 200 if request.method != "POST" else 401, document.login_page())
    try:
        who = bearer(authorization, invocation.settings.file.tokens)
    except Unsigned:
        return _answer(invocation, 401, document.login_page("The token is not accepted."))
    if request.method == "POST" and not request.is_form:
        return _pressed(invocation, who, request.body)
    return _looked(invocation, who, given, request.headers.get("if-none-match", ""))


def _given(request: PageRequest) -> tuple[dict[str, str], str]:
    """The fields that name what is looked at, and the authorization: of a form without JavaScript, its own field."""
    if not request.is_form or request.method != "POST":
        return request.given, request.headers.get("authorization", "")
    form = fields(request.body)
    return form, f"Bearer {form['token'].strip()}" if form.get("token") else ""


def _looked(invocation: Invocation, who: Bearer, given: Mapping[str, str], known: str) -> Response:
    services, name = invocation.settings.file.services, given.get("service", "")
    if name and name not in services:
        return _answer(invocation, 404, document.trouble_page("There is no service of that name."))
    if not name and len(services) > 1:
        return _all(invocation)
    service = services[name] if name else next(iter(services.values()))
    cloud, etag = invocation.cloud(service), known.strip().removeprefix("W/").strip('"')
    try:
        if etag and _is_newest(cloud.journal, etag):
            return _answer(invocation, 304, "", {"ETag": f'"{etag}"'})
        view = viewing.service_view(_seen(cloud, service))
    except Later as error:
        return _answer(invocation, 503, document.trouble_page(f"The store does not answer: {error}"))
    except Never as error:
        return _answer(invocation, 500, document.trouble_page(f"The journal cannot be read: {error}"))
    page = document.service_page(view, who.rights, len(services) > 1)
    return _answer(invocation, 200, page, {"ETag": f'"{view.etag}"'})


def _is_newest(journal: Journal, etag: str) -> bool:
    """One request: that version has to be the last key. Where it has expired meanwhile, nothing follows from that."""
    service, _, number = etag.rpartition("-")
    return service == journal.service and number.isdecimal() and len(number) < 9 and journal.ends_with(int(number))


def _seen(cloud: Cloud, service: Service) -> Seen:
    version = newest_or_adopted(cloud)
    now = cloud.clock.now()
    return Seen(version, service, _last(cloud, version), _telling(cloud, service, now), now, cloud.can_wake)


def _last(cloud: Cloud, version: Version) -> Release | None:
    """The release in flight; once it is over, as the newest version has it that still holds its steps."""
    if version.record.release is not None or not version.record.past:
        return version.record.release
    behind = range(version.seq - 1, max(version.seq - 1 - _BEHIND, 0), -1)
    found = cloud.clients.at_once(lambda seq: _release(cloud.journal, seq), behind)
    ids = {past.id for past in version.record.past[:1]}
    return next((release for release in found if release is not None and release.id in ids), None)


def _release(journal: Journal, seq: int) -> Release | None:
    """What cannot be read any more is not shown: it is no news."""
    try:
        version = journal.read(seq)
    except BluegreenError:
        return None
    return version.record.release if version else None


def _telling(cloud: Cloud, service: Service, now: datetime) -> Telling | NoData:
    if not any(isinstance(signal, RouterSignal) for signal in service.signals):
        return NoData("no router is among this service's signals")
    found = RouterSignals(service, cloud.clients.telemetry).read(now)
    return found if isinstance(found, NoData) else Telling(found.blocks, found.until)


def _all(invocation: Invocation) -> Response:
    services = [*invocation.settings.file.services.values()]
    rows = invocation.clients.at_once(lambda service: _row(invocation.cloud(service)), services)
    if all(row.unreadable for row in rows):
        return _answer(invocation, 503, document.trouble_page(f"No service can be read: {rows[0].unreadable}"))
    return _answer(invocation, 200, document.fleet_page(FleetView(invocation.clock.now(), tuple(rows))))


def _row(cloud: Cloud) -> RowView:
    try:
        return viewing.row(newest_or_adopted(cloud).record)
    except BluegreenError as error:
        return RowView(cloud.service.name, "", "", "", "", Mood.BAD, False, f"cannot be read: {error}")


def _pressed(invocation: Invocation, who: Bearer, body: str) -> Response:
    try:
        done = _press(invocation, who, json_fields(body))
    except BluegreenError as error:
        done = Pressed(400 if isinstance(error, BadRequest) else 503, False, f"nothing was done: {error}")
    answered = web_answer(done.status, done.ok, done.says)
    return {**answered, "headers": {**answered["headers"], **_guards(invocation)}}


def _press(invocation: Invocation, who: Bearer, given: Mapping[str, str]) -> Pressed:
    if set(given) - set(_PRESSED) or not given.get("action"):
        raise BadRequest(f"an action is wanted, with nothing besides {', '.join(_PRESSED)}")
    cloud = invocation.cloud(invocation.settings.service(given.get("service")))
    subject, stamp, reason = (given.get(name, "") for name in ("subject", "stamp", "reason"))
    return press(cloud, Press(given["action"], subject, stamp, who.name, who.rights, reason))


def _answer(invocation: Invocation, status: int, page: str, more: Mapping[str, str] | None = None) -> Response:
    kind = {"Content-Type": "text/html; charset=utf-8"} if page else {}
    return {"statusCode": status, "headers": {**kind, **_guards(invocation), **(more or {})}, "body": page}


def _guards(invocation: Invocation) -> dict[str, str]:
    return {
        "Content-Security-Policy": document.policy(_own_url(invocation)),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Authorization, Origin",
        **_OPAQUE,
    }


def _own_url(invocation: Invocation) -> str:
    """As the platform addresses web functions."""
    caller = invocation.caller
    host = caller.api_host if "://" in caller.api_host else f"https://{caller.api_host}"
    return f"{host}/api/v1/web/{caller.namespace}/ops/dashboard"


ENTRY_POINT = EntryPoint("ops/dashboard", (*STORE, *TELL, *WAKE), run, web=True)
