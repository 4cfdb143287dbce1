"""The journal of one service: versions that are created once and never overwritten.

`services/<service>/journal/<number>.json` under `If-None-Match: *` is the one conditional write that S3, Ceph RGW and
Spaces all honour. Delta Lake's log and SlateDB's manifest are built the same way (arXiv and VLDB 2020, "Delta Lake").
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from bluegreen.clients.fan_out import AtOnce, at_once
from bluegreen.clients.journal_reader import JournalReader
from bluegreen.clients.objects import Objects
from bluegreen.core.errors import Corrupt, Later, Stale, Unavailable
from bluegreen.core.record import Record, Version

_AT_ONCE = 8
_VERSIONS_KEPT = 16
_REFUSED = "the store ignores If-None-Match, so two writers could overwrite each other; Bluegreen will not run on it"


class Journal(JournalReader[Version]):
    """`nonce` gives a writer's mark, different each time.

    A version of which this program does not know every field is refused: what is written next would be without it.
    """

    def __init__(self, objects: Objects, service: str, nonce: Callable[[], str]) -> None:
        super().__init__(objects, service, decode)
        self._nonce = nonce

    def append(self, base: Version | None, record: Record, by: str, why: str, now: datetime) -> Version:
        """The version after `base`; `Stale` when another writer was faster, `Unavailable` when it cannot be known."""
        version = Version(
            seq=base.seq + 1 if base else 1,
            nonce=self._nonce(),
            previous=base.digest if base else "",
            by=by,
            why=why,
            at=now,
            record=record,
        )
        body = encode(version)
        written = _known.keep(body, version)
        self._create(version, body)
        self._mend_head(body)
        return written

    def mend_head(self, version: Version) -> None:
        """Points the hint at a version. It may fail or come late: readers read on from whatever it says."""
        self._mend_head(encode(version))

    def _mend_head(self, body: bytes) -> None:
        try:
            self._objects.put(f"{self._root}/head.json", body)
        except Later:
            return

    def _create(self, version: Version, body: bytes) -> None:
        """A write may have landed although its answer was lost: our own nonce tells. Otherwise it is tried again."""
        key = self.key(version.seq)
        for last in (False, True):
            try:
                self._objects.create(key, body)
                return
            except (Stale, Unavailable) as error:
                landed = self._objects.get(key)
                if landed is None and last:
                    raise Unavailable(f"{key} was not written: {error}") from None
                if landed is not None and self._parse(landed, key).nonce != version.nonce:
                    raise Stale(f"{key} was written by another") from None
                if landed is not None:
                    return


def encode(version: Version) -> bytes:
    return version.model_dump_json().encode()


def decode(body: bytes) -> Version:
    """The version of these bytes."""
    return _known.get(body) or _known.keep(body, Version.model_validate_json(body))


class _Known(dict[bytes, Version]):
    """The same bytes come again and again: just written, as the head, and as the version that it is a copy of."""

    def keep(self, body: bytes, version: Version) -> Version:
        self[body] = found = version.model_copy(update={"digest": digest(body)})
        for oldest in list(self)[:-_VERSIONS_KEPT]:
            self.pop(oldest, None)
        return found


_known = _Known()


def digest(body: bytes) -> str:
    """What the next version calls `previous`: SHA-256 of the stored bytes, in hex."""
    return hashlib.sha256(body).hexdigest()


def self_test(objects: Objects, nonce: Callable[[], str], ask: AtOnce = at_once) -> None:
    """Proves that the store honours create-if-absent, alone and with eight writers at once; `Corrupt` where not."""
    alone, raced = f"self-test/{nonce()}.json", f"self-test/{nonce()}.json"
    objects.create(alone, b"{}")
    if _created(objects, alone):
        raise Corrupt(f"{_REFUSED}: a second creation of the same key was accepted")
    won = sum(ask(lambda _: _created(objects, raced), range(_AT_ONCE)))
    if won != 1:
        raise Corrupt(f"{_REFUSED}: of {_AT_ONCE} writers at once {won} were told that they had created a key")


def _created(objects: Objects, key: str) -> bool:
    try:
        objects.create(key, b"{}")
    except Stale:
        return False
    return True
