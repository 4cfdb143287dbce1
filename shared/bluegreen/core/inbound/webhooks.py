"""GitHub's webhook deliveries: what each asks for, and how the payload of any webhook is read."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from bluegreen.core.errors import BadRequest, TooLarge

_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
LARGEST_BODY = 1_000_000


class TagPushed(NamedTuple):
    """A tag was pushed. `commit` is "" where the event does not name it."""

    repository: str
    tag: str
    commit: str
    by: str
    delivery: str
    committed_at: datetime | None = None


class RunEnded(NamedTuple):
    """A run of a workflow has a conclusion: a nudge, since the run itself is asked for it."""

    repository: str
    run: int


class Ignored(NamedTuple):
    """A delivery that asks for nothing."""

    why: str


def github_event(
    headers: Mapping[str, str], body: bytes, redacted: Callable[[Any], Any] = lambda payload: payload
) -> TagPushed | RunEnded | Ignored:
    """What a delivery asks for, once its signature was checked. Header names are lower case.

    `redacted` takes our secrets out of a payload: its words go into the journal and to people.
    """
    payload = redacted(payload_of(headers, body))
    kind = headers.get("x-github-event", "")
    if kind == "ping":
        return Ignored("ping: the webhook is set up")
    if kind == "push":
        return _push(payload, headers.get("x-github-delivery", ""))
    if kind == "workflow_run":
        return _run_ended(payload)
    if kind in ("create", "release"):
        return Ignored(f"event {kind}: the push of the tag is what counts")
    return Ignored(f"event {kind or 'without a name'} is not ours: a push of a tag is")


def payload_of(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The payload, as JSON or in the form field `payload`."""
    if len(body) > LARGEST_BODY:
        raise TooLarge(f"the body is larger than {LARGEST_BODY:,} bytes")
    form = headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded")
    try:
        text = body.decode("utf-8-sig")  # senders on Windows begin with a mark
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
        committed_at=_moment(text_at(payload, "head_commit", "timestamp")),
    )


def _moment(text: str) -> datetime | None:
    """With its zone; None where that is not said."""
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _run_ended(payload: dict[str, Any]) -> RunEnded | Ignored:
    """`action` alone says nothing: GitHub has sent `completed` of a run without a conclusion."""
    run, repository = value_at(payload, "workflow_run", "id"), text_at(payload, "repository", "full_name")
    if not isinstance(run, int) or isinstance(run, bool) or not repository:
        raise BadRequest("a workflow_run needs `workflow_run.id` and `repository.full_name`")
    if not text_at(payload, "workflow_run", "conclusion"):
        return Ignored("the workflow's run has no conclusion yet")
    return RunEnded(repository, run)


def text_at(payload: dict[str, Any], *path: str) -> str:
    """The text at a path in a payload, "" where there is none. Lone surrogates, which JSON may hold, are replaced."""
    value = value_at(payload, *path)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def value_at(payload: dict[str, Any], *path: str) -> Any:
    """The value at a path in a payload, None where there is none."""
    value: Any = payload
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
