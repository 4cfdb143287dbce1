"""The journal of one service: versions that are created once and never overwritten.

`services/<service>/journal/<number>.json` under `If-None-Match: *` is the one conditional write that S3, Ceph RGW and
Spaces all honour. Delta Lake's log and SlateDB's manifest are built the same way (arXiv and VLDB 2020, "Delta Lake").
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from bluegreen.clients.fan_out import AtOnce, at_once
from bluegreen.clients.objects import Objects
from bluegreen.core.errors import Corrupt, Later, Stale, Unavailable
from bluegreen.core.record import SCHEMA, Record, Version

_READ_ON_LIMIT = 10_000
_AT_ONCE = 8
_VERSIONS_KEPT = 16
_REFUSED = "the store ignores If-None-Match, so two writers could overwrite each other; Bluegreen will not run on it"


class Journal:
    """`nonce` gives a writer's mark, different each time."""

    def __init__(self, objects: Objects, service: str, nonce: Callable[[], str]) -> None:
        self._objects = objects
        self._root = f"services/{service}"
        self._nonce = nonce
        self.service = service
        self.head_lags = False  # as seen when the newest version was last looked for

    def newest(self) -> Version | None:
        """The newest version; None when nothing was ever written. Two reads when the head is up to date."""
        hint = self._hint()
        version = hint or self._without_head()
        for _ in range(_READ_ON_LIMIT):
            following = self.read(version.seq + 1 if version else 1)
            if following is None:
                self.head_lags = version is not hint
                return version
            version = following
        raise Corrupt(f"{self._root}: no end after {_READ_ON_LIMIT} versions")

    def read(self, seq: int) -> Version | None:
        """Version `seq`; None where there is none. `Corrupt` when it is not what this program can read."""
        body = self._objects.get(self.key(seq))
        return None if body is None else self._parse(body, self.key(seq))

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

    def key(self, seq: int) -> str:
        return f"{self._root}/journal/{seq:08d}.json"

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

    def _hint(self) -> Version | None:
        """What the head says; None where it is gone or spoilt, and the journal itself can tell."""
        body = self._objects.get(f"{self._root}/head.json")
        try:
            return None if body is None else self._parse(body, f"{self._root}/head.json")
        except Corrupt:
            if self._objects.keys(f"{self._root}/journal/"):
                return None
            raise

    def _without_head(self) -> Version | None:
        """The newest of what is listed, where the head is of no use: the first versions may have expired."""
        keys = self._objects.keys(f"{self._root}/journal/")
        body = self._objects.get(keys[-1]) if keys else None
        return None if body is None else self._parse(body, keys[-1])

    def _parse(self, body: bytes, key: str) -> Version:
        try:
            version = decode(body)
        except ValidationError as error:
            raise Corrupt(f"{key} {_unreadable(body, error)}; nothing was touched") from None
        if version.record.service != self.service:
            raise Corrupt(f"{key} speaks of service {version.record.service!r}; nothing was touched")
        return version


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


def _unreadable(body: bytes, error: ValidationError) -> str:
    newer = b'"schema_version":' in body and f'"schema_version":{SCHEMA}'.encode() not in body.replace(b" ", b"")
    if newer:
        return f"is of another schema than {SCHEMA}: deploy the Bluegreen that wrote it"
    first = error.errors(include_url=False, include_input=False)[0]
    return f"does not parse ({'.'.join(map(str, first['loc'])) or 'the body'}: {first['msg']})"


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
