"""A release's code from a folder: what of it names the things that migrations take away."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bluegreen.core.config.database.migrations import MigrationSettings
from bluegreen.core.migrations.gate import GateVerdict
from bluegreen.core.migrations.readers import gone
from bluegreen.core.migrations.readers.code_files import is_code, is_manifest
from bluegreen.core.migrations.readers.gone import ReleaseCode
from bluegreen.core.migrations.readers.names import LostName
from bluegreen.core.migrations.readers.search import Mention, mentions, text_of
from bluegreen_cli.faults import Faulty

_LARGEST = 5_000_000  # bytes of a file
_NAMED = 5  # files that could not be read


def asked(verdict: GateVerdict, folders: Sequence[Path], globs: Sequence[str], judged: Sequence[Path]) -> GateVerdict:
    """The verdict once the code of each folder was read: a folder is one release. `Faulty`: one is none."""
    wrong = [f"{folder} is no folder" for folder in folders if not folder.is_dir()]
    if wrong:
        raise Faulty(wrong)
    lost = gone.lost_names(verdict.objections)
    releases = [_read(folder, lost, _settings(folder, globs, judged)) for folder in folders] if lost else []
    return verdict._replace(objections=gone.applied(verdict.objections, releases))


def _settings(folder: Path, globs: Sequence[str], judged: Sequence[Path]) -> MigrationSettings:
    """The folders in which migrations lie hold no code: the same ones in each release."""
    named = set()
    for path in judged:
        holds = path if path.is_dir() else path.parent
        for root in (folder, Path()):
            inside = os.path.relpath(holds, root)
            if not inside.startswith(".."):
                named.add("*.sql" if inside == "." else f"{Path(inside).as_posix()}/**/*.sql")
    return MigrationSettings(files=tuple(sorted(named)), code=tuple(globs))


def _read(folder: Path, lost: Sequence[LostName], settings: MigrationSettings) -> ReleaseCode:
    found: list[Mention] = []
    unread: list[str] = []
    files = 0
    for path in _files(folder):
        inside = path.relative_to(folder).as_posix()
        if not is_code(inside, settings):
            continue
        fault = _fault(path, folder, settings)
        text = "" if fault or path.is_symlink() else _text(path)
        if fault or text is None:
            unread.append(f"{inside} ({fault or 'it cannot be read'})")
        elif not path.is_symlink():
            files, found = files + (not is_manifest(inside)), found + mentions(inside, text, lost)
    unread += [] if files else ["no file of it counts as code"]
    more = [f"and {len(unread) - _NAMED} more"] if len(unread) > _NAMED else []
    return ReleaseCode(folder.as_posix(), "its code", tuple(found), (*unread[:_NAMED], *more), serves=True)


def _files(folder: Path) -> Iterator[Path]:
    """Files, links, and folders of git's modules that were not fetched."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".git")
        yield from (Path(root, name) for name in sorted(files))
        yield from (Path(root, name) for name in folders if Path(root, name).is_symlink())
    modules = folder / ".gitmodules"
    for line in modules.read_text(errors="replace").splitlines() if modules.is_file() else []:
        name, _, path = line.partition("=")
        there = folder / path.strip()
        if name.strip() == "path" and not (there.is_dir() and any(there.iterdir())):
            yield there


def _fault(path: Path, folder: Path, settings: MigrationSettings) -> str:
    if path.is_symlink():
        to = path.resolve()
        inside = to.relative_to(folder.resolve()).as_posix() if to.is_relative_to(folder.resolve()) else ""
        name = f"{inside}/a" if to.is_dir() else inside
        return "" if inside and is_code(name, settings) else f"a link to {os.readlink(path)}"
    if path.is_dir() or not path.exists():
        return "a submodule that was not fetched"
    size = path.stat().st_size
    return f"{size} bytes" if size > _LARGEST else ""


def _text(path: Path) -> str | None:
    try:
        return text_of(path.read_bytes())
    except OSError:
        return None
