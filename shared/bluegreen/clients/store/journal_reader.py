"""Reading a journal: whoever writes takes all of a version, whoever follows may take no more than it needs.

The head names a version from which the newest is found. That the next one is missing proves nothing where the head is
old: the versions behind it may have expired, with newer ones behind them. So behind an old head the keys are listed.
"""

import re
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from pydantic import ValidationError

from bluegreen.clients.store.objects import Objects
from bluegreen.core.errors import Corrupt, WrittenByNewer
from bluegreen.core.written import program
from bluegreen.core.written.schema import SCHEMA

_READ_ON_LIMIT = 10_000
_IN_A_ROW = 8  # versions read one after the other, before the keys are listed
_VERSION = re.compile(r"/journal/(\d{8})\.json$")


class Entry(Protocol):
    """What every reader has to know of a version."""

    @property
    def seq(self) -> int: ...

    @property
    def service(self) -> str: ...


E = TypeVar("E", bound=Entry)


class JournalReader(Generic[E]):
    """`decode` makes an entry of stored bytes, or raises `ValidationError`.

    `is_recent`: no version that follows this entry can have expired. Whoever cannot tell lists the keys instead.
    """

    def __init__(
        self,
        objects: Objects,
        service: str,
        decode: Callable[[bytes], E],
        is_recent: Callable[[E], bool] = lambda entry: False,
    ) -> None:
        self._objects = objects
        self._root = f"services/{service}"
        self._decode = decode
        self._is_recent = is_recent
        self.service = service
        self.head_lags = False  # as seen when the newest version was last looked for

    def newest(self) -> E | None:
        """The newest version; None when nothing was ever written. Two requests when the head is up to date."""
        version = hint = self._hint()
        for steps in range(1, _READ_ON_LIMIT):
            following = self._following(version, steps)
            if following is None:
                self.head_lags = version is not hint
                return version
            version = following
        raise Corrupt(f"{self._root}: no end after {_READ_ON_LIMIT} versions")

    def read(self, seq: int) -> E | None:
        """Version `seq`; None where there is none. `Corrupt` when it is not what this program can read."""
        body = self._objects.get(self.key(seq))
        version = None if body is None else self._parse(body, self.key(seq))
        if version is not None and version.seq != seq:
            raise Corrupt(f"{self.key(seq)} holds number {version.seq}; nothing was touched")
        return version

    def ends_with(self, seq: int) -> bool:
        """Whether that version is the last: one request. False where its key is gone, whatever that may mean."""
        return self._objects.keys(f"{self._root}/journal/", after=self.key(seq - 1)) == [self.key(seq)]

    def recalled(self, key: str) -> bytes | None:
        """What the long memory has under a key of it (core/memory); None where it has nothing."""
        return self._objects.get(f"{self._root}/{key}")

    def key(self, seq: int) -> str:
        return self.key_of(self.service, seq)

    @staticmethod
    def key_of(service: str, seq: int) -> str:
        return f"services/{service}/journal/{seq:08d}.json"

    def _hint(self) -> E | None:
        """What the head says; None where it is gone or spoilt, and the journal itself can tell."""
        body = self._objects.get(f"{self._root}/head.json")
        try:
            return None if body is None else self._parse(body, f"{self._root}/head.json")
        except Corrupt:
            if self._objects.keys(f"{self._root}/journal/"):
                return None
            raise

    def _following(self, version: E | None, steps: int) -> E | None:
        """The next version, or a later one; None behind the newest."""
        if version is not None and steps % _IN_A_ROW and self._is_recent(version):
            return self.read(version.seq + 1)
        listed = self._objects.keys(f"{self._root}/journal/", after=self.key(version.seq) if version else "")
        last = next((found for key in reversed(listed) if (found := _VERSION.search(key))), None)
        return self.read(int(last[1])) if last else None

    def _parse(self, body: bytes, key: str) -> E:
        try:
            version = self._decode(body)
        except ValidationError as error:
            raise _unreadable(key, body, error) from None
        if version.service != self.service:
            raise Corrupt(f"{key} speaks of service {version.service!r}; nothing was touched")
        return version


def _unreadable(key: str, body: bytes, error: ValidationError) -> Corrupt:
    """What is odd about it. An unknown field or a higher schema is a newer program's: it is never written over."""
    faults = error.errors(include_url=False, include_input=False)
    schema = any(fault["loc"] == ("schema_version",) and fault["type"] != "missing" for fault in faults)
    unknown = next((fault for fault in faults if fault["type"] == "extra_forbidden"), None)
    if not schema and unknown is None:
        return Corrupt(f"{key} does not parse ({_place(faults[0]['loc'])}: {faults[0]['msg']}); nothing was touched")
    wrote = program.writer(body)
    odd = f"is of another schema than {SCHEMA}" if schema else f"holds {_place(unknown['loc'] if unknown else ())}"
    known = "" if schema else f", which Bluegreen {program.VERSION} does not know"
    step = program.to_read(wrote)
    return WrittenByNewer(f"{key} {odd}{known}; nothing was touched: {step}", step)


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc)) or "the body"
