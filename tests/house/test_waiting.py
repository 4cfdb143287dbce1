"""Tests wait for what must come true; none guesses how long this machine takes for it."""

import ast
from pathlib import Path

import pytest

from bluegreen_cli.stage import ROOT

# Where to sleep is what a test needs: a slow party, say.
MAY_SLEEP = {
    "tests/waiting.py": "the one place that waits, between two looks",
    "tests/emulator/spaces/test_conditions.py": "a store that takes its time between looking and writing",
}
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


@pytest.mark.parametrize("file", [file for file in FILES if file not in MAY_SLEEP])
def test_no_test_sleeps(file: str):
    assert sleeps((ROOT / file).read_text()) == [], (
        "wait with tests.waiting.until, or name the file above with its reason"
    )


@pytest.mark.parametrize("file", MAY_SLEEP)
def test_who_may_sleep_does(file: str):
    assert sleeps(Path(ROOT / file).read_text())


@pytest.mark.parametrize(
    "text",
    ["import time\ntime.sleep(1)", "from time import sleep as rest\nrest(1)", "import asyncio\nasyncio.sleep(1)"],
)
def test_a_sleep_is_seen_by_every_name(text: str):
    assert sleeps(text)
