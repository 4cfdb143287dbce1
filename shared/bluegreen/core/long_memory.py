"""The long memory: what the record has to forget, one object each below `services/<service>/releases/`.

The record holds the newest twenty releases and quarantines; a recorded webhook may come again years later. Whatever a
version is the first not to hold is created here before that version is written, so it is always in one of the two.
What lies here was in a version of the journal: no tag is ever here that was not taken.
"""

import json
from typing import Any, NamedTuple
from urllib.parse import quote

from bluegreen.core.record import QUARANTINED_KEPT, Record

PAST = "releases/past/"


class RememberedRelease(NamedTuple):
    """The first release of a tag that the record forgot. `commit` is "" where it had none."""

    commit: str
    outcome: str


def release_key(tag: str) -> str:
    return f"releases/tags/{quote(tag, safe='')}.json"


def past_key(release: str) -> str:
    """Of each release that the record forgot, whatever its tag."""
    return f"{PAST}{quote(release, safe='')}.json"


def quarantine_key(image: str) -> str:
    """`image` as `quarantine.image_of` gives it."""
    return f"releases/quarantined/{quote(image, safe='')}.json"


def forgotten(before: Record, after: Record) -> dict[str, bytes]:
    """Key → body of everything that the record after a change no longer holds."""
    return {**_releases(before, after), **_quarantines(before, after)}


def release(body: bytes | None) -> RememberedRelease | None:
    """What an object says; also one that cannot be read says that the tag has been here."""
    found = _read(body)
    return None if found is None else RememberedRelease(_text(found, "commit"), _text(found, "outcome"))


def quarantined(body: bytes | None) -> str:
    """Whose image it is, and why that is quarantined; "" where nothing is remembered."""
    found = _read(body)
    if found is None:
        return ""
    return f"that of {_text(found, 'tag') or 'another tag'}, which is quarantined: {_text(found, 'why')}"


def _releases(before: Record, after: Record) -> dict[str, bytes]:
    if after.past is before.past:
        return {}
    kept = {past.id for past in after.past}
    gone = [past for past in before.past if past.id not in kept]
    tags = {release_key(past.tag): past.model_dump_json().encode() for past in gone if past.counts}
    return {**tags, **{past_key(past.id): past.model_dump_json().encode() for past in gone}}


def _quarantines(before: Record, after: Record) -> dict[str, bytes]:
    """Of those that had to make room: what a person lifts leaves room behind."""
    if after.quarantine is before.quarantine or len(after.quarantine) < QUARANTINED_KEPT:
        return {}
    gone = {image: tag for image, tag in before.quarantined_images.items() if tag not in after.quarantine}
    return {
        quarantine_key(image): _written(image=image, tag=tag, why=before.quarantine.get(tag, ""))
        for image, tag in gone.items()
    }


def _written(**facts: str) -> bytes:
    return json.dumps(facts).encode()


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _read(body: bytes | None) -> dict[str, Any] | None:
    if body is None:
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
