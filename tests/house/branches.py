"""Cyclomatic complexity, as ruff counts it (McCabe's: one, and one more for each branch, loop, case and `except`)."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bluegreen_cli.stage import ROOT
from tests.house import limits
from tests.house.measure import Measure
from tests.house.sizes import ROOMS, name_of

_FOUND = re.compile(r"`(?P<name>.+)` is too complex \((?P<paths>\d+) > ")


def measures() -> Iterator[Measure]:
    """Of the most complex function. `noqa` hides none: an exception would be named in limits.py, with its reason."""
    ruff = [sys.executable, "-m", "ruff", "check", "--select", "C901", "--ignore-noqa", "--exit-zero"]
    shown = ["--config", "lint.mccabe.max-complexity=1", "--output-format", "json"]
    done = subprocess.run([*ruff, *shown, *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True)
    found = [_read(fault) for fault in json.loads(done.stdout)]
    paths, place = max(hit for hit in found if hit[1] not in limits.COMPLEX)
    yield Measure("function, highest cyclomatic complexity", paths, limits.COMPLEXITY, place)


def _read(fault: dict[str, Any]) -> tuple[int, str]:
    """The complexity, and the function's place."""
    hit = _FOUND.match(fault["message"])
    assert hit, fault["message"]
    return int(hit["paths"]), f"{name_of(Path(fault['filename']))} {hit['name']}"
