"""Release files in the state bucket, and the stored bytes of versions that they are made of."""

from collections.abc import Sequence
from functools import partial

from bluegreen.clients.fan_out import AtOnce
from bluegreen.clients.store.journal_reader import JournalReader
from bluegreen.clients.store.objects import Objects
from bluegreen.core.release_file.encoding import Part, SpoiltFile, decoded, key

_MOST_PARTS = 1000


class ReleaseFiles:
    """Of one service."""

    def __init__(self, objects: Objects, service: str, at_once: AtOnce) -> None:
        self._objects, self.service, self._at_once = objects, service, at_once
        self._key = partial(JournalReader.key_of, service)

    def versions(self, seqs: Sequence[int]) -> dict[int, bytes]:
        """Their stored bytes; those that are gone are left out."""
        found = self._at_once(self._objects.get, [self._key(seq) for seq in seqs])
        return {seq: body for seq, body in zip(seqs, found, strict=True) if body is not None}

    def first(self, newest: int, low: int = 1) -> int:
        """The oldest version from `low` on that is there: those before have expired, in the order of their numbers."""
        high = low if self._objects.get(self._key(low)) is not None else newest
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._objects.get(self._key(middle)) is not None else (middle + 1, high)
        return low

    def path(self, release: str, number: int = 1) -> str:
        return f"services/{self.service}/{key(release, number)}"

    def bodies(self, release: str) -> list[bytes]:
        """The files of a release as they are stored, in their order; [] where none is kept."""
        found = list[bytes]()
        for number in range(1, _MOST_PARTS):
            body = self._objects.get(self.path(release, number))
            if body is None:
                break
            found.append(body)
        return found

    def parts(self, release: str) -> list[Part]:
        """What is in them. `SpoiltFile` names the file that was changed."""
        bodies = enumerate(self.bodies(release), start=1)
        return [_read(body, self.path(release, number), (self.service, release, number)) for number, body in bodies]


def _read(body: bytes, path: str, named: tuple[str, str, int]) -> Part:
    try:
        part = decoded(body)
    except SpoiltFile as error:
        raise SpoiltFile(f"{path} was changed: {error}") from None
    if part[:3] != named:
        raise SpoiltFile(f"{path} was changed: it speaks of {part.release}, part {part.number}")
    return part
