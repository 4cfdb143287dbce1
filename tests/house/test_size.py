"""Small files, short functions, names that say something."""

import ast
import statistics
from pathlib import Path

import pytest

from bluegreen_cli.stage import ROOT

SOURCES = [
    path
    for room in ("shared", "packages", "router", "cli", "demo", "emulator", "benchmarks")
    for path in (ROOT / room).rglob("*.py")
]
TESTS = list((ROOT / "tests").rglob("*.py"))
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "manager", "handler", "handlers", "base", "common", "misc"}


def lines(path):
    return len(path.read_text().splitlines())


def lengths():
    """Of all functions, in lines, with their places, the shortest first."""
    return sorted(
        (node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_a_door_fits_into_fifteen_lines():
    doors = list((ROOT / "packages").rglob("__main__.py"))

    assert len(doors) == 11
    assert [door for door in doors if lines(door) > 15] == []


def test_files_are_small():
    assert statistics.median(map(lines, SOURCES)) <= 90
    assert [(path.name, lines(path)) for path in (*SOURCES, *TESTS) if lines(path) > 400] == []


def test_functions_are_short():
    found = lengths()

    assert statistics.median(length for length, _ in found) <= 9
    assert found[len(found) * 9 // 10][0] <= 25
    assert [place for length, place in found if length > 50] == []


def test_comments_are_few():
    code = [line.strip() for path in SOURCES for line in path.read_text().splitlines()]

    assert sum(line.startswith("#") for line in code) <= 0.04 * len(code)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_is_named_for_something_and_says_what_it_is_for(path: Path):
    assert not SAYS_NOTHING & set(path.stem.split("_"))
    if path.name != "__init__.py" and path.stat().st_size:
        says = ast.get_docstring(ast.parse(path.read_text()))
        assert says, "a module begins with a line that says what it is for"
