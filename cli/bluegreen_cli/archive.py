"""A function's folder as the zip that the platform gets: the same files always give the same bytes."""

import io
import zipfile
from functools import lru_cache
from pathlib import Path

_SAME_TIME = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = {"__deployer__.zip", ".deployed"}  # what an earlier deployment by doctl leaves behind


class _Files:
    """The files below a folder; equal where the names are and the files themselves, by their place on the disk.

    Staged functions share theirs by hard links, so what one of them packed serves all, without reading it again.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.paths = sorted(path for path in root.rglob("*") if path.is_file() and path.name not in _LEFT_OUT)
        self._marks = tuple((path.relative_to(root).as_posix(), *_mark(path)) for path in self.paths)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Files) and other._marks == self._marks

    def __hash__(self) -> int:
        return hash(self._marks)


def packed(folder: Path) -> bytes:
    """The zip of a folder. The virtualenv inside is nearly all of it, and is packed once for many functions."""
    libraries = folder / "virtualenv"
    archive = io.BytesIO(_packed_libraries(_Files(libraries)) if libraries.is_dir() else b"")
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as zipped:
        for path in _Files(folder).paths:
            if not path.is_relative_to(libraries):
                _add(zipped, path, folder)
    return archive.getvalue()


@lru_cache(maxsize=2)
def _packed_libraries(files: _Files) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in files.paths:
            _add(zipped, path, files.root.parent)
    return archive.getvalue()


def _mark(path: Path) -> tuple[int, ...]:
    stat = path.stat()
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _add(zipped: zipfile.ZipFile, path: Path, root: Path) -> None:
    entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _SAME_TIME)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    zipped.writestr(entry, path.read_bytes())
