"""What files there are at a commit (docs.github.com/rest/git/trees).

GitHub lists 100,000 entries or 7 MB at once, and says `truncated` beyond. Then each folder is asked for by itself, as
its documentation has it, and what is still left out is named.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple
from urllib.parse import quote

from bluegreen.clients.http import Api
from bluegreen.clients.shapes import Answer, shaped

_TREES = 40  # requests for one commit


class FileKind(Enum):
    FILE = "file"
    LINK = "link"
    SUBMODULE = "submodule"


class FileEntry(NamedTuple):
    path: str
    sha: str
    size: int
    kind: FileKind


class Listing(NamedTuple):
    entries: tuple[FileEntry, ...]
    missing: tuple[str, ...] = ()  # folders that were not listed


class _TreeEntry(Answer):
    path: str
    mode: str = ""
    type: str = ""
    sha: str = ""
    size: int = 0


class _Tree(Answer):
    tree: list[_TreeEntry]
    truncated: bool = False


def listing(api: Api, repository: str, commit: str, wants: Callable[[str], bool]) -> Listing:
    """`wants`: whether a folder may hold what is looked for, asked only where not all is listed at once."""
    return _Listed(api, repository, wants).all(commit)


class _Listed:
    def __init__(self, api: Api, repository: str, wants: Callable[[str], bool]) -> None:
        self._api, self._repository, self._wants = api, repository, wants
        self._asked = 0
        self._missing: list[str] = []

    def all(self, commit: str) -> Listing:
        entries = tuple(self._below("", commit))
        return Listing(entries, tuple(self._missing))

    def _below(self, folder: str, sha: str) -> Iterator[FileEntry]:
        if self._asked >= _TREES:
            self._missing.append(folder)
            return
        whole = self._read(sha, recursive=True)
        if not whole.truncated:
            yield from (_entry(folder, each) for each in whole.tree if each.type != "tree")
            return
        beside = self._read(sha, recursive=False)
        if beside.truncated:
            self._missing.append(folder or "the repository's first folder")
        for each in beside.tree:
            if each.type != "tree":
                yield _entry(folder, each)
            elif self._wants(f"{folder}{each.path}/"):
                yield from self._below(f"{folder}{each.path}/", each.sha)

    def _read(self, sha: str, recursive: bool) -> _Tree:
        self._asked += 1
        query = {"recursive": "1"} if recursive else {}
        answer = self._api.get(f"/repos/{self._repository}/git/trees/{quote(sha)}", **query)
        return shaped(_Tree, answer, self._api.name, "tree")


def _entry(folder: str, found: _TreeEntry) -> FileEntry:
    link = FileKind.LINK if found.mode == "120000" else FileKind.FILE
    kind = FileKind.SUBMODULE if found.type == "commit" else link
    return FileEntry(f"{folder}{found.path}", found.sha, found.size, kind)
