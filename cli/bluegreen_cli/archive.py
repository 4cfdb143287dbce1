"""A function's folder as the zip that the platform gets: the same files always give the same bytes."""

import io
import os
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_SAME_TIME = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = {"__deployer__.zip", ".deployed"}  # what an earlier deployment by doctl leaves behind
_VIRTUALENV = "virtualenv/"
_OURS = "/bluegreen.zip"


class _Files:
    """Some files of a folder, by name; equal where the names are and the files themselves, by their place on the disk.

    Staged functions share theirs by hard links, so what one of them packed serves all, without reading it again.
    """

    def __init__(self, root: Path, marks: dict[str, tuple[int, ...]]) -> None:
        self.root = root
        self.names = sorted(marks)
        self._marks = tuple((name, *marks[name]) for name in self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files) and other._marks == self._marks

    def __hash__(self) -> int:
        return hash(self._marks)


def packed(folder: Path) -> bytes:
    """The zip of a folder. The virtualenv inside is nearly all of it, and is packed once for many functions."""
    libraries: dict[str, tuple[int, ...]] = {}
    ours: dict[str, tuple[int, ...]] = {}
    own: dict[str, tuple[int, ...]] = {}
    for name, mark in _found(folder):
        if not name.startswith(_VIRTUALENV):
            own[name] = mark
        elif not name.endswith(_OURS):
            libraries[name] = mark
        else:
            ours[name] = mark
    virtualenv = _packed_virtualenv(_Files(folder, libraries), _Files(folder, ours))
    return _added(virtualenv, _Files(folder, own))


@lru_cache(maxsize=16)  # one a function: what `stage` has packed to weigh it, a deployment in the same process sends
def _packed_virtualenv(libraries: _Files, ours: _Files) -> bytes:
    """What others wrote is packed apart: when a process stages again, only ours is new."""
    return _added(_packed_libraries(libraries), ours)


@lru_cache(maxsize=2)
def _packed_libraries(files: _Files) -> bytes:
    return _added(b"", files)


def _found(folder: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Names below the folder, and where each file lies on the disk. `os.walk`, for there are thousands of them."""
    skip = len(os.fspath(folder)) + 1
    for below, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(below, name)
            if name not in _LEFT_OUT and os.path.isfile(path):
                stat = os.stat(path)
                mark = stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns
                yield path[skip:].replace(os.sep, "/"), mark


def _added(before: bytes, files: _Files) -> bytes:
    """A zip with these files behind those that are in it; of no file it stays empty."""
    archive = io.BytesIO(before)
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as zipped:
        for name in files.names:
            entry = zipfile.ZipInfo(name, _SAME_TIME)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, (files.root / name).read_bytes())
    return archive.getvalue()
