"""`bluegreen --help`, and words of other tools."""

import re

import pytest
from typer.testing import CliRunner

from bluegreen_cli.main import app
from bluegreen_cli.terminal.arranged import _OTHER_WORDS

HELP = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"}).output


def test_every_command_stands_in_a_group_and_the_urgent_ones_first():
    groups = re.findall(r"^╭─ ([A-Z][a-z ]+) ─", HELP, re.M)
    assert groups == ["Options", "Look", "Act", "Prove", "Set up", "Try"]
    assert HELP.index("│ status ") < HELP.index("│ rollback ") < HELP.index("│ setup ")


def test_exit_statuses_stand_under_one_another():
    assert re.search(r"0 {2}success *\n *1 {2}refused", HELP)


@pytest.mark.parametrize(("theirs", "ours"), _OTHER_WORDS.items())
def test_a_word_of_another_tool_leads_to_a_command_that_there_is(theirs, ours):
    done = CliRunner().invoke(app, [theirs])

    assert done.exit_code == 2
    assert f"'bluegreen {ours}' does that" in " ".join(done.output.split())
    assert CliRunner().invoke(app, [*ours.split(), "--help"]).exit_code == 0


def test_what_nobody_calls_so_gets_the_nearest():
    assert "Did you mean 'rollback'?" in " ".join(CliRunner().invoke(app, ["rolback"]).output.split())
