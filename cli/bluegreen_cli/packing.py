"""How a function's libraries lie in its folder: few large files, and bytecode alone.

What a cold start does before the first line of ours runs is mostly unpacking: 1,400 small files cost more than all
imports together. So pure Python goes into two archives, from which Python imports directly (zipimport): one of what
others wrote, the same for every function, and one of ours, with the modules that this function can reach. They are
stored and not packed, for the function's zip is packed as a whole. Bytecode alone: sources would be read by nobody, and
bytecode of another Python is refused loudly, where a source beside it would silently be compiled at every cold start.
What reads files that lie beside it stays a folder; botocore is told where the descriptions lie that it reads.
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

# They read descriptions of services, a list of authorities, a shared library.
FOLDERS = (PurePosixPath("botocore/data"), PurePosixPath("certifi"), PurePosixPath("pydantic_core"))
# Shared libraries are loaded from a file: only those functions carry one that reach the module of ours that imports it.
ONLY_WITH = {"pgparse*.so": "bluegreen.core.migrations.tree"}
_READ_BY = {"bluegreen.page": "bluegreen.page.document"}  # who reads the files of a folder that has other modules too
_SAME_TIME = (1980, 1, 1, 0, 0, 0)
_CACHE = "__pycache__"


def site_packages(libraries: Path, target: Path, python: str, link: Callable[[str, str], None]) -> None:
    """Those of the libraries that stay folders, into `target`."""
    for name in FOLDERS:
        for path in _files(libraries / name):
            placed = target / name / _placed(path.relative_to(libraries / name), python)
            placed.parent.mkdir(parents=True, exist_ok=True)
            link(str(path), str(placed))


def archive_of_libraries(libraries: Path, python: str) -> bytes:
    """All else, and everybody's licence."""
    apart = {path for pattern in ONLY_WITH for path in libraries.glob(pattern)}
    found = (path for path in _files(libraries) if not any(map(path.relative_to(libraries).is_relative_to, FOLDERS)))
    return _archive(libraries, (path for path in found if path not in apart), python)


def shared_libraries(libraries: Path, modules: Iterable[str]) -> list[Path]:
    """What a function that reaches these modules of ours carries beside the archives."""
    wanted = set(modules)
    return [path for pattern, of in ONLY_WITH.items() if of in wanted for path in sorted(libraries.glob(pattern))]


def archive_of_ours(package: Path, modules: Iterable[str], python: str) -> bytes:
    """`package`: the compiled folder `bluegreen`; `modules`: which of it; what lies beside them comes too."""
    wanted = set(modules)
    root = package.parent
    found = [path for path in _files(package) if _is_of(path.relative_to(root), wanted)]
    return _archive(root, found, python)


def _is_of(path: Path, modules: set[str]) -> bool:
    """A module that is wanted, or a file beside one: a page's style."""
    folder = path.parent.parent if path.parent.name == _CACHE else path.parent
    of_folder = ".".join(folder.parts)
    if path.suffix != ".pyc":
        return _READ_BY.get(of_folder, of_folder) in modules
    name = path.name.partition(".")[0]
    return (of_folder if name == "__init__" else f"{of_folder}.{name}") in modules


def _files(folder: Path) -> list[Path]:
    """What is carried: no source, whose bytecode is there."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".py")


def _placed(path: Path, python: str) -> Path:
    """Bytecode stands where its source would: there it is found without it."""
    if path.parent.name != _CACHE:
        return path
    return path.parent.parent / path.name.replace(f".cpython-{python.replace('.', '')}.pyc", ".pyc")


def _archive(root: Path, files: Iterable[Path], python: str) -> bytes:
    made = io.BytesIO()
    placed = sorted((_placed(path.relative_to(root), python).as_posix(), path) for path in files)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as zipped:
        for name, path in placed:
            entry = zipfile.ZipInfo(name, _SAME_TIME)
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, path.read_bytes())
    return made.getvalue()
