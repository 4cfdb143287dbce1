"""What comes in: GitHub's webhooks, and the CloudEvents that one function nudges another with."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from bluegreen.core.errors import BadRequest, TooLarge, Unsigned
from bluegreen.core.phases import Phase
from bluegreen.core.release import Release

_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
LARGEST_BODY = 1_000_000


class TagPushed(NamedTuple):
    """A tag appeared. `commit` is "" where the event does not tell it."""

    repository: str
    tag: str
    commit: str
    by: str
    delivery: str


class Ignored(NamedTuple):
    why: str


def check_signature(body: bytes, signature: str | None, secret: str) -> None:
    """`X-Hub-Signature-256` over the raw body (docs.github.com, validating webhook deliveries)."""
    if not signature:
        raise Unsigned("the signature is missing: X-Hub-Signature-256 is wanted")
    if not re.fullmatch(r"sha256=[0-9a-fA-F]{64}", signature):
        raise Unsigned("the signature is malformed: sha256=<64 hex digits> is wanted")
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, signature.removeprefix("sha256=").lower()):
        raise Unsigned("the signature does not fit the body")


def github_event(headers: Mapping[str, str], body: bytes) -> TagPushed | Ignored:
    """What a delivery whose signature was checked asks for. Header names are lower case."""
    payload = payload_of(headers, body)
    kind = headers.get("x-github-event", "")
    if kind == "ping":
        return Ignored("ping: the webhook is set up")
    if kind == "push":
        return _push(payload, headers.get("x-github-delivery", ""))
    if kind in ("create", "release"):
        return Ignored(f"event {kind}: the push of the tag is what counts")
    return Ignored(f"event {kind or 'without a name'} is not ours: a push of a tag is")


def payload_of(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The payload, as JSON or in the form field `payload`."""
    if len(body) > LARGEST_BODY:
        raise TooLarge(f"the body is larger than {LARGEST_BODY:,} bytes")
    form = headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded")
    try:
        text = body.decode()
        if form:
            text = parse_qs(text, strict_parsing=True, max_num_fields=10)["payload"][0]
        payload = json.loads(text)
    except (ValueError, KeyError, RecursionError):
        raise BadRequest(f"the body is not JSON{' in the form field `payload`' if form else ''}") from None
    if not isinstance(payload, dict):
        raise BadRequest("the body is JSON, but not an object")
    return payload


def _push(payload: dict[str, Any], delivery: str) -> TagPushed | Ignored:
    ref, repository = payload.get("ref"), text_at(payload, "repository", "full_name")
    if not isinstance(ref, str) or not repository:
        raise BadRequest("a push needs `ref` and `repository.full_name`")
    if not ref.startswith("refs/tags/"):
        return Ignored(f"{ref[:200]} is not a tag")
    tag = ref.removeprefix("refs/tags/")
    if payload.get("deleted") is True:
        return Ignored(f"tag {tag[:100]} was deleted")
    commit = text_at(payload, "head_commit", "id")
    return TagPushed(
        repository=repository,
        tag=tag,
        commit=commit if _SHA.fullmatch(commit) else "",
        by=text_at(payload, "pusher", "name")[:100],
        delivery=delivery[:100],
    )


def text_at(payload: dict[str, Any], *path: str) -> str:
    """The text at a place in a payload, "" where there is none. JSON may hold halves of characters: they go."""
    found: Any = payload
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found.encode(errors="replace").decode() if isinstance(found, str) else ""


def nudge(service: str, release: Release | None, phase: Phase, by: str, now: datetime) -> dict[str, Any]:
    """A CloudEvents 1.0 envelope. It carries no truth: the receiver reads the journal."""
    identity = release.id if release else "-"
    return {
        "specversion": "1.0",
        "id": f"{service}/{identity}/{phase.value.replace(' ', '-')}/{int(now.timestamp() * 1000)}",
        "source": f"/bluegreen/{by}",
        "type": f"bluegreen.release.{phase.name.lower()}",
        "subject": service,
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": {"release": identity},
    }
