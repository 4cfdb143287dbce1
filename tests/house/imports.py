"""Which module imports which: circles, and imports that go up the floors of pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp

from bluegreen_cli.stage import ROOT
from tests.house.measure import Measure

_KEPT = re.compile(r"Contracts: (\d+) kept, (\d+) broken")


def measures() -> Iterator[Measure]:
    yield _circles()
    yield _upward()


def import_linter() -> dict[str, Any]:
    """Its part of pyproject.toml."""
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return settings


def layers(package: str) -> list[list[str]]:
    """The floors of a package, the highest first; those of one row do not know each other."""
    contracts = import_linter()["contracts"]
    found = next(contract for contract in contracts if contract.get("containers") == [package])
    return [[floor.strip() for floor in row.split("|")] for row in found["layers"]]


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Modules that import each other in the end, imports for type checking among them."""
    above = {module: graph.find_upstream_modules(module) for module in graph.modules}
    found = {frozenset({module, *(m for m in above[module] if module in above[m])}) for module in above}
    return sorted(sorted(circle) for circle in found if len(circle) > 1)


def _circles() -> Measure:
    found = circles(grimp.build_graph(*import_linter()["root_packages"], cache_dir=None))
    return Measure("circles of imports", len(found), 0, " ↔ ".join(found[0]) if found else "")


def _upward() -> Measure:
    """import-linter's own verdict on the contracts."""
    command = str(Path(sys.executable).with_name("lint-imports"))
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    counted = _KEPT.search(done.stdout)
    assert counted, done.stdout + done.stderr
    broken = re.search(r"^(.+) BROKEN", done.stdout, re.MULTILINE)
    return Measure("broken import contracts (imports that go up)", int(counted[2]), 0, broken[1] if broken else "")
