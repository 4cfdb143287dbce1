"""Reads the code of the releases that can come back, for the names that a migration takes away."""

import posixpath
from collections.abc import Sequence
from typing import NamedTuple

from bluegreen.clients.bounded import left, within
from bluegreen.clients.repository.contents import LARGEST
from bluegreen.clients.repository.listing import FileEntry, FileKind, Listing
from bluegreen.core.errors import NotFound
from bluegreen.core.migrations.readers.code_files import is_code, is_manifest, may_hold_code
from bluegreen.core.migrations.readers.gone import ReleaseCode
from bluegreen.core.migrations.readers.names import LostName
from bluegreen.core.migrations.readers.search import Mention, mentions, text_of
from bluegreen.core.rollback.coming_back import ComingBack, can_come_back
from bluegreen.steps.turn import Turn

_SECONDS = 25.0
_NAMED = 3  # files of a release that could not be read
_LINKS = 20  # that are looked up


class _Code(NamedTuple):
    """The files of one release that count as code, and what is known to be missing."""

    release: ComingBack
    commit: str
    files: tuple[FileEntry, ...] = ()
    unread: tuple[str, ...] = ()


def look(turn: Turn, lost: Sequence[LostName]) -> list[ReleaseCode]:
    with within(_SECONDS):
        coming = can_come_back(turn.record, turn.release.tag)
        found = turn.cloud.clients.at_once(lambda release: _listed(turn, release), coming)
        seen, unread = _read(turn, found, lost)
    return [_said(code, seen, unread) for code in found]


def _listed(turn: Turn, release: ComingBack) -> _Code:
    service, github = turn.cloud.service, turn.cloud.clients.github
    if left() <= 0:
        return _Code(release, release.commit, unread=("there was no time left to read it",))
    try:
        commit = release.commit or (github.commit_of(service.repository, release.tag) if release.tag else "")
        if not commit:
            return _Code(release, "", unread=("nobody knows its commit",))
        listing = github.files.listing(
            service.repository, commit, lambda folder: may_hold_code(folder, service.migrations)
        )
    except NotFound:
        return _Code(release, release.commit, unread=("GitHub does not know its commit",))
    wanted = [entry for entry in listing.entries if is_code(entry.path, service.migrations)]
    files = tuple(entry for entry in wanted if entry.kind is FileKind.FILE and entry.size <= LARGEST)
    nothing = (
        []
        if any(not is_manifest(entry.path) for entry in files)
        else ["no file of it counts as code: see `migrations.code`"]
    )
    return _Code(release, commit, files, (*_missing(turn, wanted, listing), *nothing))


def _missing(turn: Turn, wanted: Sequence[FileEntry], listing: Listing) -> list[str]:
    large = [
        f"{entry.path} ({entry.size} bytes)" for entry in wanted if entry.kind is FileKind.FILE and entry.size > LARGEST
    ]
    modules = [f"{entry.path} (a submodule)" for entry in wanted if entry.kind is FileKind.SUBMODULE]
    folders = [f"{folder} (not listed by GitHub)" for folder in listing.missing]
    links = [entry for entry in wanted if entry.kind is FileKind.LINK]
    return [*large, *modules, *folders, *_led_away(turn, links, wanted, listing)]


def _led_away(turn: Turn, links: Sequence[FileEntry], wanted: Sequence[FileEntry], listing: Listing) -> list[str]:
    """Links to what is in the repository and is not read as code."""
    code, there, found = {e.path for e in wanted}, [e.path for e in listing.entries], list[str]()
    for link in links[:_LINKS]:
        to = turn.cloud.clients.github.files.blob(turn.cloud.service.repository, link.sha)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(link.path), to))
        led = [each for each in there if each == path or each.startswith(f"{path}/")]
        if any(each not in code for each in led):
            found.append(f"{link.path} (a link to {path})")
    return found + [f"{link.path} (a link)" for link in links[_LINKS:]]


def _read(
    turn: Turn, found: Sequence[_Code], lost: Sequence[LostName]
) -> tuple[dict[str, list[Mention]], dict[str, str]]:
    """Mentions by the hash of a content; and why it is not known, by the hash of what could not be read."""
    paths = {entry.sha: entry.path for code in found for entry in code.files}
    seen: dict[str, list[Mention]] = {}
    unread: dict[str, str] = {}

    def see(sha: str, content: bytes) -> None:
        text = text_of(content)
        if text is None:
            unread[sha] = "kept in Git LFS"
        else:
            seen[sha] = mentions(paths[sha], text, lost)

    wanted = [(code.commit, {entry.sha for entry in code.files}) for code in found if code.files]
    clients = turn.cloud.clients
    missed = clients.github.files.read(turn.cloud.service.repository, wanted, clients.at_once, see)
    return seen, unread | dict.fromkeys(missed, "not read in the time and requests that there are")


def _said(code: _Code, seen: dict[str, list[Mention]], unread: dict[str, str]) -> ReleaseCode:
    found = [mention._replace(path=entry.path) for entry in code.files for mention in seen.get(entry.sha, ())]
    missed = [f"{entry.path} ({unread[entry.sha]})" for entry in code.files if entry.sha in unread]
    told = [*code.unread, *missed]
    more = [f"and {len(told) - _NAMED} more files"] if len(told) > _NAMED else []
    release = code.release
    return ReleaseCode(release.tag, release.why, tuple(found), (*told[:_NAMED], *more), release.serves)
