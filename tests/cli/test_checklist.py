"""checklist: ticked where the doctor or the journal proves it, and nowhere else."""

import json

import pytest

from bluegreen.core.phases import Phase
from bluegreen_cli.doctor.table import CHECKS
from bluegreen_cli.stage import ROOT
from bluegreen_cli.terminal.checklist import ITEMS


def marks(desk):
    done = desk.say("checklist", "--json")
    return done.exit_code, {each["item"]: each["mark"] for each in json.loads(done.stdout)}


def test_each_item_rests_on_checks_that_there_are():
    assert {check for item in ITEMS for check in item.checks} <= {check.name for check in CHECKS}


def test_the_page_has_the_same_list():
    page = (ROOT / "docs" / "checklist.md").read_text()

    assert [item.words for item in ITEMS if f"- [ ] {item.words} (" not in page] == []
    assert page.count("- [ ]") == len(ITEMS)


def test_what_the_journal_proves_is_ticked(desk):
    _, before = marks(desk)
    desk.ready()
    _, ready = marks(desk)
    desk.over(outcome=Phase.LIVE)
    _, after = marks(desk)

    passed = "a release has passed its health and smoke checks on the idle environment"
    served = "a release has taken over, and served production"
    assert [each[passed] for each in (before, ready, after)] == ["open", "proven", "proven"]
    assert [each[served] for each in (before, ready, after)] == ["open", "open", "proven"]


def test_what_nobody_can_see_is_never_ticked(desk):
    _, found = marks(desk)

    yours = [item.words for item in ITEMS if not item.checks and not item.proof]
    assert {found[words] for words in yours} == {"yours"}


def test_a_fault_of_the_doctor_is_a_fault_here(desk):
    code, found = marks(desk)

    assert code == 1
    assert found["all secrets are set, and strong"] == "fault"


def test_it_is_shown_in_sections(desk):
    done = desk.say("checklist")

    assert "Day 1: to the idle environment" in done.output
    assert max(map(len, done.output.splitlines())) <= 80


@pytest.mark.parametrize("doc", ["terminal.md"])
def test_exit_statuses_are_one_table(doc):
    from bluegreen_cli.terminal.exits import Exit

    page = (ROOT / "docs" / doc).read_text()
    assert [code for code in Exit if f"| {code.value} | {code.says} |" not in page] == []
