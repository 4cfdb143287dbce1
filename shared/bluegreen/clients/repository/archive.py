"""A whole commit in one request (docs.github.com/rest/repos/contents: download a repository archive).

An archive leaves out what `.gitattributes` says (`export-ignore`) and may change what it holds (`export-subst`). So
what it says counts only where its git hash is the one of the tree.
"""

import hashlib
from collections.abc import Iterator
from typing import IO, cast

from bluegreen.clients.http import Api
from bluegreen.core.errors import Unavailable

_PACKED = 16 * 1024 * 1024  # bytes that are read
_UNPACKED = 200_000_000


def files(api: Api, repository: str, commit: str, largest: int) -> Iterator[tuple[str, bytes]]:
    """Git's hash and content of each file up to a size. `Unavailable` where it ends early or is no archive."""
    import tarfile  # which only a release with something to read for pays

    stream = _Stream(api.pieces(f"/repos/{repository}/tarball/{commit}", _PACKED))
    seen = 0
    try:
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|gz") as archive:
            for member in archive:
                seen += member.size
                if seen > _UNPACKED:
                    raise Unavailable(f"{api.name} answered with an archive that is too large")
                opened = archive.extractfile(member) if member.isfile() and member.size <= largest else None
                if opened is not None:
                    content = opened.read()
                    yield git_hash(content), content
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise Unavailable(f"{api.name} answered with an archive that cannot be read: {type(error).__name__}") from None


def git_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class _Stream:
    """Pieces, to be read as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int) -> bytes:
        parts, length = [self._left], len(self._left)
        while length < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            parts.append(piece)
            length += len(piece)
        whole = b"".join(parts)
        self._left = whole[size:]
        return whole[:size]
