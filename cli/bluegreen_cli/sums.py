"""The SHA-256 of every file of a folder, written beside it: by it the folder is known to be as it was made."""

import hashlib
from pathlib import Path

_NAME = "SHA256SUMS"  # as sha256sum writes it: `sha256sum -c SHA256SUMS` says the same


def write(entry: Path) -> None:
    """`entry`: a folder that nothing else is put into afterwards."""
    (entry / _NAME).write_text("".join(f"{found}  {name}\n" for name, found in sorted(_sums(entry).items())))


def differences(entry: Path) -> list[str]:
    """Names of files that are altered, missing or too many; the list of sums itself where it is not there."""
    try:
        lines = (entry / _NAME).read_text(errors="replace").splitlines()
    except OSError:
        return [_NAME]
    wanted = {name: found for found, _, name in (line.partition("  ") for line in lines)}
    there = _sums(entry)
    if not wanted:
        return [_NAME]
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def _sums(entry: Path) -> dict[str, str]:
    files = (path for path in entry.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(entry).as_posix(): _sum(path) for path in files if path != entry / _NAME}


def _sum(path: Path) -> str:
    # A link leads elsewhere, where it can change unseen; a pipe would be waited for.
    if path.is_symlink() or not path.is_file():
        return "no file"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
