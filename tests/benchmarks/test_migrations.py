"""The bench of the gate for migrations, by its command."""

import json

import pytest
from typer.testing import CliRunner

from benchmarks.migrations.command import BYTES, app, wrong
from benchmarks.migrations.corpus import Case, cases
from benchmarks.migrations.in_deploy import size
from bluegreen.core.migrations.gate import MigrationFile

pytestmark = pytest.mark.slow


def test_it_writes_its_figures_and_ends_well(tmp_path):
    done = CliRunner().invoke(app, ["--json", str(tmp_path / "figures.json")])
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["unsafe_passed"] == 0
    assert figures["safe_blocked"] <= 0.02 * figures["safe"]
    assert figures["unsafe"] + figures["safe"] == len(cases()) >= 300
    assert "unsafe_passed" in done.stdout
    assert figures["ms_in_deploy"] >= figures["ms_in_deploy_least"] > 0


def test_the_gate_adds_a_megabyte_to_deploy_at_most():
    """PostgreSQL's parser is three quarters of it, and is left out where nothing of the gate is reached."""
    assert 500_000 < size() <= BYTES


def test_what_is_labelled_wrongly_is_counted():
    drop = (MigrationFile("a.sql", "DROP TABLE a;"),)
    assert wrong([Case(drop), Case(drop, codes=("M102",), safe=False)]) == ([], [Case(drop)])
    other = Case(drop, codes=("M101",), safe=False)
    assert wrong([other]) == ([other], [])
