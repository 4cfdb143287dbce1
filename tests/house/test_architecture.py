"""docs/architecture.md and the README say what the code says."""

import re

import pytest

from bluegreen.core.finding import Verdict
from bluegreen.core.phases import BEFORE_SWITCH, CARETAKER, Phase
from bluegreen.core.table import TABLE
from bluegreen_cli.stage import ROOT
from tests.house.imports import layers
from tests.house.pages import linked
from tests.house.pictures import PAGE, drawn, says

README = ROOT / "README.md"
LONGEST = 270  # lines of the page
_PATH = re.compile(r"`((?:[\w-]+/)*[\w-]+(?:\.py|/))`")


def rows():
    """README's table of phases: phase → (who looks after it, good →, bad →)."""
    lines = [line.strip("| ").split(" | ") for line in README.read_text().splitlines() if line.startswith("| ")]
    phases = {phase.value: phase for phase in CARETAKER}
    return {phases[cells[0]]: cells[1:] for cells in lines if cells[0] in phases and len(cells) == 4}


def leads_to(phase, *verdicts):
    found = (row.next.value for row in TABLE if row.phase is phase and row.verdict in verdicts)
    return {name for name in found if name != phase.value}


def named(cell):
    """The phases that a cell of the table names; what stands behind a colon explains."""
    return set(cell.partition(":")[0].replace(" or ", ", ").replace(",,", ",").split(", "))


def test_what_is_generated_is_up_to_date():
    assert drawn(PAGE.read_text()) == PAGE.read_text(), "make house ARGS=--write draws it anew"


def test_the_page_stays_short_enough_to_be_read():
    assert len(PAGE.read_text().splitlines()) <= LONGEST


def test_the_page_names_files_that_exist():
    text = PAGE.read_text()
    places = (ROOT, ROOT / "shared" / "bluegreen", ROOT / "shared" / "bluegreen" / "core")

    assert [path for path in _PATH.findall(text) if not any((place / path).exists() for place in places)] == []
    assert [link for link in linked(PAGE) if not link.exists()] == []


def test_the_page_names_every_wing_of_core():
    wings = {path.parent.name for path in (ROOT / "shared" / "bluegreen" / "core").glob("*/__init__.py")}
    section = PAGE.read_text().partition("Its wings, a folder each:")[2].partition("## ")[0]

    assert wings == set(re.findall(r"`(\w+)`", section))


def test_contributing_lists_the_floors_in_their_order():
    section = (ROOT / "CONTRIBUTING.md").read_text().partition("| floor | what it knows |")[2].partition("\n\n")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]

    floors = [floor for row in layers("bluegreen") for floor in row]
    assert [name for cell in cells for name in re.findall(r"`(\w+)/?`", cell)] == ["packages", *floors]


@pytest.mark.parametrize("floor", [floor for row in layers("bluegreen") for floor in row])
def test_every_floor_says_what_it_is(floor):
    assert says(floor)


def test_the_readme_names_every_phase_that_somebody_looks_after_in_order():
    assert list(rows()) == list(CARETAKER)


@pytest.mark.parametrize("phase", CARETAKER)
def test_the_readme_names_the_function_that_looks_after_a_phase(phase):
    caretaker = rows()[phase][0].partition(":")[0]

    assert caretaker in (CARETAKER[phase], CARETAKER[phase].rpartition("/")[2])


@pytest.mark.parametrize("phase", CARETAKER)
def test_the_readme_says_where_a_phase_leads(phase):
    _, good, bad = rows()[phase]

    assert named(good) == leads_to(phase, Verdict.GOOD, Verdict.UNPROVEN)
    assert named(bad) == leads_to(phase, Verdict.BAD, Verdict.BACK, Verdict.EXPIRED)


def test_abort_ends_every_phase_before_the_switch_and_no_other():
    """Which the README says once, below the table."""
    assert {row.phase for row in TABLE if row.verdict is Verdict.STOP} == BEFORE_SWITCH
    assert {row.next for row in TABLE if row.verdict is Verdict.STOP} == {Phase.ABORTED}
    assert "until then `abort` ends a release as *aborted*" in README.read_text().replace("\n", " ")
