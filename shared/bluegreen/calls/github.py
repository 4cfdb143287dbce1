"""hooks/github: a push of a release tag becomes a release. Verified first, recorded second, answered at once."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from bluegreen.calls.call import STORE, WAKE, Answer, Call, Visit, reply
from bluegreen.calls.ordering import place
from bluegreen.core import admission
from bluegreen.core.admission import Order
from bluegreen.core.errors import Misconfigured, Unsigned
from bluegreen.core.events import LARGEST_BODY, Ignored, TagPushed, check_signature, github_event
from bluegreen.core.service import Service
from bluegreen.steps.turn import wake_next


def run(visit: Visit) -> Answer:
    http = _http(visit.event)
    given = http.get("headers")
    headers = {str(name).lower(): str(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    text = http.get("body")
    if isinstance(text, str) and len(text) > 4 * LARGEST_BODY // 3 + 4:
        return reply(413, False, f"the body is larger than {LARGEST_BODY:,} bytes")
    body = _signed_body(visit, text if isinstance(text, str) else "", http.get("isBase64Encoded"), headers)
    event = github_event(headers, body)
    if isinstance(event, Ignored):
        return reply(200, True, f"ignored: {event.why}")
    services = [s for s in visit.settings.file.services.values() if s.repository.lower() == event.repository.lower()]
    if not services:
        return reply(200, True, f"ignored: repository {event.repository[:100]} belongs to no service")
    taken = {service.name: _take(visit, service, event) for service in services}
    accepted = any(written for written, _ in taken.values())
    what = "; ".join(says if len(taken) == 1 else f"{name}: {says}" for name, (_, says) in taken.items())
    return reply(202 if accepted else 200, True, what, tag=event.tag)


def _take(visit: Visit, service: Service, event: TagPushed) -> tuple[bool, str]:
    cloud = visit.cloud(service)
    by = f"a push by {event.by}" if event.by else "a push"
    order = Order(event.tag, event.commit, service.options, by, event.delivery or f"{event.tag}@{event.commit}")
    placed = place(cloud, f"{event.tag} pushed", lambda record, now: admission.request(record, service, order, now))
    if not placed.outcome.taken:
        return False, f"ignored: {placed.outcome.says}"
    release = placed.version.record.release
    if release is not None and release.tag == event.tag:
        wake_next(cloud, placed.version.record)
    return True, placed.outcome.says


def _signed_body(visit: Visit, text: str, flag: Any, headers: Mapping[str, str]) -> bytes:
    """The raw bytes. The platform may hand them over as text or in base64, flagged or not: the signature tells."""
    secret = visit.settings.secrets.github_webhook_secret
    if secret is None:
        raise Misconfigured("BLUEGREEN_GITHUB_WEBHOOK_SECRET is not set for this function")
    refused: Unsigned | None = None
    for body in _candidates(text, flag is True):
        try:
            check_signature(body, headers.get("x-hub-signature-256"), secret.get_secret_value())
        except Unsigned as error:
            refused = refused or error
        else:
            return body
    raise refused or Unsigned("the signature does not fit the body")


def _candidates(text: str, flagged: bool) -> list[bytes]:
    plain = text.encode("utf-8", errors="surrogatepass")
    try:
        decoded = [base64.b64decode(plain, validate=True)]
    except (binascii.Error, ValueError):
        decoded = []
    return [*decoded, plain] if flagged else [plain, *decoded]


def _http(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The request, in DigitalOcean's shape or in upstream OpenWhisk's."""
    found = event.get("http")
    if isinstance(found, Mapping):
        return found
    return {"headers": event.get("__ow_headers"), "body": event.get("__ow_body")}


CALL = Call("hooks/github", (*STORE, *WAKE, "github_webhook_secret"), run, web=True)
