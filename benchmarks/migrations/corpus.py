"""The labelled statements and files: statements.txt, and below files/ whole files as tools write them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bluegreen.core.migrations import gate
from bluegreen.core.migrations.gate import GateVerdict, MigrationFile

HERE = Path(__file__).parent
_PATH = re.compile(r"@(\S+) ")


class Case(NamedTuple):
    """`codes`: those that have to be among what is refused; none where it is safe."""

    files: tuple[MigrationFile, ...]
    earlier: tuple[MigrationFile, ...] = ()
    codes: tuple[str, ...] = ()
    safe: bool = True

    @property
    def shown(self) -> str:
        return " ⏎ ".join(file.text for file in self.files).replace("\n", " ⏎ ")[:140]

    def judged(self) -> GateVerdict:
        return gate.judge(self.files, self.earlier)


def cases() -> list[Case]:
    return [*_statements((HERE / "statements.txt").read_text(encoding="utf-8")), *_whole(HERE / "files")]


def _statements(text: str) -> Iterator[Case]:
    label: list[str] = []
    for line in text.splitlines():
        if line.startswith("## "):
            label = line[3:].split()
        elif label and line.strip():
            yield _case(line, label)


def _case(line: str, label: list[str]) -> Case:
    before, _, judged = line.rpartition("|> ")
    path = _PATH.match(judged)
    text = judged[path.end() :] if path else judged
    earlier = (_file("earlier.sql", before),) if before else ()
    return Case((_file(path[1] if path else "migration.sql", text),), earlier, tuple(label[1:]), label[0] == "safe")


def _file(path: str, text: str) -> MigrationFile:
    return MigrationFile(path, text.replace("\\n", "\n"))


def _whole(folder: Path) -> Iterator[Case]:
    """files/<safe or unsafe>/<tool>/…: a case each; `earlier` in a file's folder is what was migrated before."""
    for path in sorted(folder.rglob("*.sql")):
        if "earlier" in path.parts:
            continue
        parts = path.relative_to(folder).parts
        before = sorted((folder / parts[0] / parts[1] / "earlier").rglob("*.sql"))
        codes = tuple(re.findall(r"expected: (M\d+)", path.read_text(encoding="utf-8")))
        yield Case((_read(path),), tuple(map(_read, before)), codes, parts[0] == "safe")


def _read(path: Path) -> MigrationFile:
    return MigrationFile(path.relative_to(HERE).as_posix(), path.read_text(encoding="utf-8"))
