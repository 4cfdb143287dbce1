"""ops/metrics: metrics for Prometheus, read from the store. While the store is away: 503, never stale numbers."""

from bluegreen.cloud import Cloud
from bluegreen.core.errors import BluegreenError, Corrupt, Unsigned
from bluegreen.core.inbound.bearers import bearer
from bluegreen.exposition import of_service
from bluegreen.exposition.families import OPEN_METRICS, TEXT, Point, exposition, wants_open_metrics
from bluegreen.invocation.entry_point import STORE, EntryPoint, Invocation, Response
from bluegreen.invocation.page_request import page_request

_WORDS = "text/plain; charset=utf-8"
_WANTED = "a token of bluegreen.yml is wanted as Authorization: Bearer\n"


def run(invocation: Invocation) -> Response:
    request = page_request(invocation.event)
    if request.method not in ("GET", "HEAD"):
        return _answer(405, "GET is wanted\n", _WORDS, Allow="GET, HEAD")
    try:
        bearer(request.headers.get("authorization", ""), invocation.settings.file.tokens)
    except Unsigned:
        return _answer(401, _WANTED, _WORDS, **{"WWW-Authenticate": "Bearer"})
    clouds = [invocation.cloud(service) for service in invocation.settings.file.services.values()]
    try:
        told = invocation.clients.at_once(_points, clouds)
    except BluegreenError as error:
        return _answer(503, f"the store does not answer: {error}\n", _WORDS)
    found = [point for points in told for point in points]
    open_metrics = wants_open_metrics(request.headers.get("accept", ""))
    text = exposition(of_service.FAMILIES, found, open_metrics)
    return _answer(200, text, OPEN_METRICS if open_metrics else TEXT)


def _points(cloud: Cloud) -> list[Point]:
    """Of one service. A journal that cannot be read hides no other's; a store that is away hides all."""
    try:
        newest = cloud.journal.newest()
    except Corrupt as error:
        cloud.log("journal cannot be read", why=str(error), level="error")
        return [of_service.unreadable(cloud.service.name)]
    if newest is None:
        return [of_service.not_begun(cloud.service.name)]
    return [*of_service.points(newest, cloud.service, cloud.clock.now())]


def _answer(status: int, text: str, kind: str, **more: str) -> Response:
    guards = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return {"statusCode": status, "headers": {"Content-Type": kind, **guards, **more}, "body": text}


ENTRY_POINT = EntryPoint("ops/metrics", STORE, run, web=True)
