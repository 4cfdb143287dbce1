"""What an object store must do for the journal and the telemetry, and the test that it does."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from bluegreen.clients.fan_out import AtOnce, at_once
from bluegreen.core.errors import BluegreenError, Corrupt, Stale, Unavailable, VersionsKept

_AT_ONCE = 8
_REFUSED = "the store ignores If-None-Match, so two writers could overwrite each other; Bluegreen will not run on it"

VERSIONED = (
    "a store that keeps versions may ignore If-None-Match, so two writers could overwrite each other; nothing is "
    "written any more until the journal lies in a bucket that was never versioned"
)
FOR_KEPT_VERSIONS = (
    "make a bucket without versioning, copy `services/` to it, name it in bluegreen.yml: docs/state-bucket.md"
)


class Objects(Protocol):
    """Keys are paths, bodies are bytes. Any call may raise `Unavailable`; then a write may or may not have landed."""

    def get(self, key: str) -> bytes | None:
        """The body, or None where there is no such key."""

    def create(self, key: str, body: bytes) -> None:
        """Writes a key that does not exist; `Stale` when it does. Exactly one of many writers at once succeeds.

        `Corrupt` where the store promises that no longer: whatever was written before stands, and ours may stand too.
        """

    def put(self, key: str, body: bytes) -> None:
        """Writes a key, whatever was there."""

    def keys(self, prefix: str, after: str = "") -> list[str]:
        """All keys below a prefix, sorted; those behind the key `after` where one is given."""

    def folders(self, prefix: str) -> list[str]:
        """The names right below a prefix that have keys below them, sorted: `a` and `b` of p/a/1, p/a/2 and p/b/1."""

    def ages(self, prefix: str) -> dict[str, float]:
        """Seconds since each key below a prefix was written, by the store's own clock."""

    def versioning(self) -> str:
        """How the store keeps versions of its keys ("Enabled", "Suspended"), "" where it does not.

        Any error means that it cannot be known. A bucket with an object lock keeps versions.
        """


def versions_kept(objects: Objects) -> str:
    """Why nothing may be written, "" where no versions are kept: Ceph's gateway then ignores If-None-Match, and tells
    every writer of a key that it has won."""
    try:
        kept = objects.versioning()
    except BluegreenError:
        return ""  # what cannot be known is left to the self-test, and to the answers of each creation
    return f"versioning of the state bucket is {kept.lower()}: {VERSIONED}" if kept else ""


def refuse_versions(objects: Objects) -> None:
    stopped = versions_kept(objects)
    if stopped:
        raise VersionsKept(stopped, FOR_KEPT_VERSIONS)


def create_once(objects: Objects, key: str, body: bytes) -> None:
    """Creates a key unless it is there: what was first stays. A lost answer is tried again, once."""
    with suppress(Stale):
        try:
            objects.create(key, body)
        except Unavailable:
            objects.create(key, body)


def self_test(objects: Objects, nonce: Callable[[], str], at_once: AtOnce = at_once) -> None:
    """Proves that the store honours create-if-absent, alone and with eight writers at once; `Corrupt` where not."""
    refuse_versions(objects)
    alone, raced = f"self-test/{nonce()}.json", f"self-test/{nonce()}.json"
    objects.create(alone, b"{}")
    if _created(objects, alone):
        raise Corrupt(f"{_REFUSED}: a second creation of the same key was accepted")
    won = sum(at_once(lambda _: _created(objects, raced), range(_AT_ONCE)))
    if won != 1:
        raise Corrupt(f"{_REFUSED}: of {_AT_ONCE} writers at once {won} were told that they had created a key")


def _created(objects: Objects, key: str) -> bool:
    try:
        objects.create(key, b"{}")
    except Stale:
        return False
    return True
