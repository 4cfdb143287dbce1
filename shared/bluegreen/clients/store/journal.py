"""The journal of one service: numbered versions of its record, each created once and never overwritten.

Theory. Many functions write, none waits for another, and the store offers one promise: of many who create the same key
with `If-None-Match: *`, exactly one succeeds (S3, Ceph RGW and Spaces honour it). Version n + 1 is a key of its own,
`services/<service>/journal/<n + 1>.json`, so to create it is a compare-and-swap on "n is the newest": whoever decided
on an older version gets `Stale`. `update` makes of that a change which is never lost and never written over a record
that it was not computed from: read the newest version, apply the pure change, create the next number; on `Stale` read
again and apply the change again. It has to be pure because it may be computed several times; it is written once.
This is optimistic concurrency control (Kung and Robinson, ACM TODS 1981), as in Delta Lake's log (VLDB 2020).

Example. The newest version is 7. The watch computes "evidence: 40 requests" on 7, a person's rollback "epoch 3" on 7,
and both create 8. The rollback wins. The watch gets `Stale`, reads 8, finds that the release has moved on, and gives
up; had 8 been a queued tag, it would have created 9 with the queued tag and its evidence in it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.clients.store.journal_reader import JournalReader
from bluegreen.clients.store.objects import Objects, create_once
from bluegreen.core.errors import Stale, Unavailable
from bluegreen.core.long_memory import forgotten
from bluegreen.core.record import Record, Version
from bluegreen.core.release_file.encoding import digest
from bluegreen.core.written import program, schema

_VERSIONS_KEPT = 16
_NONE_EXPIRES = timedelta(hours=12)  # a bucket's rule counts in days, and clocks differ

Change = Callable[[Record, datetime], Record]  # pure: of the record as it is now, the record as it should be


class Update(NamedTuple):
    """`written`: false if the change changed nothing; `version`: the newest that is known."""

    version: Version
    written: bool


class Journal(JournalReader[Version]):
    """`nonce` makes a unique mark for each write. Without `now` the newest version is always found by listing.

    A version with a field that this program does not know is refused: the next version would lose that field.
    """

    def __init__(
        self, objects: Objects, service: str, nonce: Callable[[], str], now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(objects, service, decode, lambda entry: now is not None and now() - entry.at < _NONE_EXPIRES)
        self._nonce = nonce

    def append(self, base: Version | None, record: Record, by: str, why: str, now: datetime) -> Version:
        """The version after `base`. `Stale`: another writer was faster. `Unavailable`: it may or may not be written."""
        version = Version(
            seq=base.seq + 1 if base else 1,
            nonce=self._nonce(),
            previous=base.digest if base else "",
            by=by,
            why=why,
            at=now,
            record=record,
            bluegreen=program.VERSION,
        )
        for key, gone in (forgotten(base.record, record) if base else {}).items():
            create_once(self._objects, f"{self._root}/{key}", gone)  # before the version that no longer holds it
        body = encode(version)
        self._create(version, body)
        self.mend_head(version, body)
        return _known.keep(body, version)

    def begin(self, record: Record, by: str, why: str, now: datetime) -> Version:
        """Writes version 1, or returns the newest version if another writer was faster."""
        try:
            return self.append(None, record, by, why, now)
        except Stale:
            return self.newest() or self.append(None, record, by, why, now)

    def update(
        self,
        version: Version,
        change: Change,
        by: str,
        why: str,
        now: Callable[[], datetime],
        tries: int = 6,
        on_conflict: Callable[[Version], Version] = lambda version: version,
    ) -> Update:
        """Writes a change, computed again on what others have written. A change of nothing is not written.

        `on_conflict` gets the other's version, and may refuse it with `Stale`, which `update` raises after `tries`.
        """
        for _ in range(tries):
            at = now()
            record = change(version.record, at)
            if record == version.record:
                return Update(version, False)
            try:
                return Update(self.append(version, record, by, why, at), True)
            except Stale:
                version = on_conflict(self.newest() or version)
        raise Stale("others kept being faster", delay=2.0)

    def mend_head(self, version: Version, body: bytes | None = None) -> None:
        """Points head.json at a version. It may fail or come late: readers read on from whatever it says."""
        try:
            self._objects.put(f"{self._root}/head.json", body or encode(version))
        except Exception:  # noqa: BLE001 - it is only a hint, and the version itself is written
            return

    def _create(self, version: Version, body: bytes) -> None:
        """A write may have succeeded although its response was lost: our nonce shows it. If not, tries once more."""
        key = self.key(version.seq)
        for is_last_try in (False, True):
            try:
                self._objects.create(key, body)
                return
            except (Stale, Unavailable) as error:
                landed = self._objects.get(key)
                if landed is None and is_last_try:
                    raise Unavailable(f"{key} was not written: {error}") from None
                if landed is not None and self._parse(landed, key).nonce != version.nonce:
                    raise Stale(f"{key} was written by another") from None
                if landed is not None:
                    return


def encode(version: Version) -> bytes:
    return version.model_dump_json().encode()


def decode(body: bytes) -> Version:
    return _known.get(body) or _known.keep(body, Version.model_validate_json(schema.migrated(body)))


class _Known(dict[bytes, Version]):
    """Parsed versions by their bytes: the same ones are written, read as the head, and read as the version itself."""

    def keep(self, body: bytes, version: Version) -> Version:
        self[body] = kept = version.model_copy(update={"digest": digest(body)})
        for oldest in list(self)[:-_VERSIONS_KEPT]:
            self.pop(oldest, None)
        return kept


_known = _Known()
