"""Migration files from disk, in the order in which tools run them."""

from collections.abc import Iterator
from pathlib import Path

from bluegreen.core.migrations import dumps
from bluegreen.core.migrations.gate import MigrationFile
from bluegreen.core.migrations.kept import numbers
from bluegreen_cli.faults import Faulty

_LARGEST = 5_000_000  # bytes


def read(paths: list[Path]) -> list[MigrationFile]:
    """Files as they are named; of a folder every .sql, by the numbers in their paths. `Faulty`: all that fails."""
    found, faults = [], []
    for path in paths:
        inside = sorted(_sql_files(path), key=lambda each: numbers(each.as_posix())) if path.is_dir() else [path]
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


def _sql_files(folder: Path) -> Iterator[Path]:
    """Also `.SQL`, as editors of Windows name it."""
    return (path for path in folder.rglob("*") if path.suffix.lower() == ".sql" and not path.is_dir())


def read_both(run: list[Path], earlier: list[Path]) -> tuple[list[MigrationFile], list[MigrationFile]]:
    """What is to be run, and what was run before: a file of the first is none of the second."""
    wanted, before = read(run), read(earlier)
    there = {Path(file.path).resolve() for file in wanted}
    before = [file for file in before if Path(file.path).resolve() not in there]
    older = {Path(file.path).name: file for file in before if dumps.is_dump(file.path)}
    compared = [_after(file, older.get(Path(file.path).name)) for file in wanted]
    used = {found.path for file in compared if file.before and (found := older.get(Path(file.path).name))}
    return compared, [file for file in before if file.path not in used]


def _after(file: MigrationFile, older: MigrationFile | None) -> MigrationFile:
    """A dump of the schema is compared with the one that is named as earlier."""
    return file if older is None or not dumps.is_dump(file.path) else file._replace(before=older.text)


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"over {_LARGEST} bytes")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
