"""What many files say, each once, by as few requests as that takes: few by themselves, many in an archive.

The releases of a service share nearly all of their files, and git names a file by what it says. So each content is read
once for all of them: example: 900 files at three commits that differ in 20 are one archive and 20 blobs. All of
it is bounded: by requests, bytes, and the time of whoever asks (clients/bounded.py).
"""

import base64
from collections.abc import Callable, Sequence
from urllib.parse import quote

from bluegreen.clients import bounded
from bluegreen.clients.fan_out import MOST, AtOnce
from bluegreen.clients.http import Api
from bluegreen.clients.repository import archive
from bluegreen.clients.shapes import Answer, shaped
from bluegreen.core.errors import BluegreenError, RateLimited, Unavailable

LARGEST = 1_000_000  # bytes of a file
_FEW = 40  # that are asked for one by one
_BLOBS = 160  # requests
_ARCHIVES = 3
_AT_A_TIME = MOST  # all connections are used, and before each round it is asked whether there is time for one more
_LEAST = 3.0  # seconds, without which nothing more is asked for


class _BlobAnswer(Answer):
    content: str
    encoding: str = "base64"


def blob(api: Api, repository: str, sha: str) -> bytes:
    answer = api.get(f"/repos/{repository}/git/blobs/{quote(sha)}")
    found = shaped(_BlobAnswer, answer, api.name, "blob")
    if found.encoding != "base64":
        return found.content.encode()
    try:
        return base64.b64decode(found.content)
    except ValueError:
        raise Unavailable(f"{api.name} answered without a usable blob") from None


def read(
    api: Api,
    repository: str,
    wanted: Sequence[tuple[str, set[str]]],
    at_once: AtOnce,
    see: Callable[[str, bytes], None],
) -> set[str]:
    """`wanted`: commits, each with the hashes that are wanted of it. Returns those that could not be read."""
    left = {sha for _, of_it in wanted for sha in of_it}
    archives = 0
    for commit, hashes in sorted(wanted, key=lambda each: -len(each[1])):
        of_it = hashes & left
        if len(of_it) > _FEW and archives < _ARCHIVES and bounded.left() > _LEAST:
            archives += 1
            left -= _by_archive(api, repository, commit, of_it, see)
    return left - _one_by_one(api, repository, sorted(left)[:_BLOBS], at_once, see)


def _by_archive(
    api: Api, repository: str, commit: str, wanted: set[str], see: Callable[[str, bytes], None]
) -> set[str]:
    seen: set[str] = set()
    try:
        for sha, content in archive.files(api, repository, commit, LARGEST):
            if sha in wanted and sha not in seen:
                seen.add(sha)
                see(sha, content)
    except RateLimited:
        raise
    except BluegreenError:
        pass  # what is missing is asked for by itself, as far as that goes
    return seen


def _one_by_one(
    api: Api, repository: str, wanted: Sequence[str], at_once: AtOnce, see: Callable[[str, bytes], None]
) -> set[str]:
    seen: set[str] = set()
    while len(seen) < len(wanted) and bounded.left() >= _LEAST:
        some = wanted[len(seen) : len(seen) + _AT_A_TIME]
        for sha, content in zip(some, at_once(lambda each: blob(api, repository, each), some), strict=True):
            see(sha, content)
        seen.update(some)
    return seen
