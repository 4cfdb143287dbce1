"""Tests wait for what must come true; none guesses how long this machine takes for it."""

import ast
import re
from pathlib import Path

import pytest

from bluegreen_cli.stage import ROOT

# Where to sleep is what a test needs: a slow party, say.
MAY_SLEEP = {
    "tests/waiting.py": "the one place that waits, between two looks",
    "tests/emulator/spaces/test_conditions.py": "a store that takes its time between looking and writing",
}
CLOCKS = r"\b(monotonic|perf_counter)\(\)"
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py"))


def sleeps(text: str) -> list[str]:
    """The lines that call the real `sleep`, by whatever name it was imported."""
    tree = ast.parse(text)
    modules = [
        node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module in ("time", "asyncio")
    ]
    names = {alias.asname or alias.name for node in modules for alias in node.names if alias.name == "sleep"}
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if ast.unparse(call) in {"time.sleep", "asyncio.sleep", *names}]


def hurries(text: str) -> list[str]:
    """The assertions that something was quick: a slow machine would break them."""
    asserted = [node.test for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assert)]
    compared = [node for test in asserted for node in ast.walk(test) if isinstance(node, ast.Compare)]
    return [ast.unparse(each) for each in compared if _bounds_a_clock(each)]


def _bounds_a_clock(compared: ast.Compare) -> bool:
    sides = [compared.left, *compared.comparators]
    for small, order, large in zip(sides, compared.ops, sides[1:], strict=False):
        if isinstance(order, ast.Gt | ast.GtE):
            small = large
        if isinstance(order, ast.Lt | ast.LtE | ast.Gt | ast.GtE) and re.search(CLOCKS, ast.unparse(small)):
            return True
    return False


@pytest.mark.parametrize("file", [file for file in FILES if file not in MAY_SLEEP])
def test_no_test_sleeps(file: str):
    assert sleeps((ROOT / file).read_text()) == [], (
        "wait with tests.waiting.until, or name the file above with its reason"
    )


@pytest.mark.parametrize("file", [file for file in FILES if file != "tests/waiting.py"])
def test_no_test_asserts_that_something_was_quick(file: str):
    assert hurries((ROOT / file).read_text()) == [], "measure it in a bench"


@pytest.mark.parametrize("file", MAY_SLEEP)
def test_who_may_sleep_does(file: str):
    assert sleeps(Path(ROOT / file).read_text())


@pytest.mark.parametrize(
    "text",
    ["import time\ntime.sleep(1)", "from time import sleep as rest\nrest(1)", "import asyncio\nasyncio.sleep(1)"],
)
def test_a_sleep_is_seen_by_every_name(text: str):
    assert sleeps(text)


def test_an_upper_bound_on_a_clock_is_seen_and_a_lower_one_is_none():
    began = "import time\nbegan = time.monotonic()\n"
    assert hurries(began + "assert 0.5 < time.monotonic() - began < 1.5")
    assert hurries(began + "assert 1 >= time.perf_counter() - began")
    assert not hurries(began + "assert time.monotonic() - began > 0.5")
