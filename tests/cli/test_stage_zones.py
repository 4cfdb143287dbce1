"""Functions carry the time zones that bluegreen.yml names, for the platform's image has none."""

import os
import subprocess
import sys

import pytest

from bluegreen_cli import zones
from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import folder_of, stage
from tests.build import written
from tests.cli.conftest import PYTHON

pytestmark = pytest.mark.slow

WEEKEND = {"from_day": "fri", "from_time": "16:00", "to_day": "mon", "to_time": "08:00"}
ASKED = """
import json, runpy, sys
from datetime import UTC, datetime
runpy.run_path("virtualenv/bin/activate_this.py")
from bluegreen.settings import parse
from bluegreen.core.config.freeze import open_at
file, faults = parse(json.load(open("bluegreen.json")))
assert file, faults
found = open_at(file.services["web"].freeze, datetime(2026, 11, 27, 15, 30, tzinfo=UTC))
print(found.name if found else "nothing")
"""


def frozen(*names):
    found = written()
    found["services"]["web"]["freeze"] = [{**WEEKEND, "zone": zone, "name": f"week {zone}"} for zone in names]
    return found


def test_each_named_zone_travels_and_no_other():
    assert {*zones.files(frozen("Europe/Berlin", "Asia/Kolkata", "UTC"))} == {"Europe/Berlin", "Asia/Kolkata"}
    assert zones.files(frozen()) == {}
    assert zones.files(written()) == {}


def test_a_zone_that_this_machine_has_not_either_is_named(monkeypatch):
    monkeypatch.setattr(zones.zoneinfo, "TZPATH", ())
    with pytest.raises(Faulty, match="Europe/Berlin: pip install tzdata"):
        zones.files(frozen("Europe/Berlin"))


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    out = tmp_path_factory.mktemp("zones") / ".build"
    stage(frozen("Europe/Berlin", "UTC"), out, PYTHON, local=True)
    return out


def said(folder, *, with_zones=True):
    """What a function's own copy says on Friday, 16:30 in Berlin, where the machine has no zones."""
    kept = folder / "virtualenv" / "lib" / f"python{PYTHON}" / zones.FOLDER
    hidden = kept.with_name("hidden")
    if not with_zones:
        kept.rename(hidden)
    try:
        environment = {"PATH": os.environ["PATH"], "PYTHONTZPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-S", "-c", ASKED],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        if not with_zones:
            hidden.rename(kept)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_function_knows_them_without_the_machine_s(staged):
    assert said(folder_of(staged, "rollback")) == "week Europe/Berlin"


def test_where_they_were_lost_the_window_is_told_to_be_longer(staged):
    """UTC's own window begins half an hour later, so it is not that one."""
    assert "Europe/Berlin is not known here" in said(folder_of(staged, "rollback"), with_zones=False)
