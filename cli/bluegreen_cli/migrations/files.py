"""Migration files from disk, in the order in which tools run them."""

from pathlib import Path

from bluegreen.core.migrations.gate import MigrationFile
from bluegreen.core.migrations.kept import numbers
from bluegreen_cli.faults import Faulty

_LARGEST = 5_000_000  # bytes


def read(paths: list[Path]) -> list[MigrationFile]:
    """Files as they are named; of a folder every .sql, by the numbers in their paths. `Faulty`: all that fails."""
    found, faults = [], []
    for path in paths:
        inside = sorted(path.rglob("*.sql"), key=lambda each: numbers(each.as_posix())) if path.is_dir() else [path]
        if not inside:
            faults.append(f"{path} holds no .sql file")
        for each in inside:
            try:
                found.append(MigrationFile(each.as_posix(), _text(each)))
            except (OSError, ValueError) as error:
                faults.append(f"{each} cannot be read: {getattr(error, 'strerror', None) or error}")
    if faults:
        raise Faulty(faults)
    return found


def read_both(run: list[Path], earlier: list[Path]) -> tuple[list[MigrationFile], list[MigrationFile]]:
    """What is to be run, and what was run before: a file of the first is none of the second."""
    wanted, before = read(run), read(earlier)
    there = {Path(file.path).resolve() for file in wanted}
    return wanted, [file for file in before if Path(file.path).resolve() not in there]


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"over {_LARGEST} bytes")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
