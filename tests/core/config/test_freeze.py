"""Freeze windows: local time on the wall, over the week's end and over the change of clocks."""

from datetime import UTC, datetime

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from bluegreen.core.config.freeze import FreezeWindow, WeeklyFreeze, open_at
from bluegreen.settings import parse
from bluegreen_cli.stage import ROOT
from tests.build import written

WEEKEND = {"from_day": "fri", "from_time": "16:00", "to_day": "mon", "to_time": "08:00", "zone": "Europe/Berlin"}
HOLIDAYS = {"first": "2026-12-19", "last": "2027-01-03", "zone": "Europe/Berlin"}


def window(written):
    return TypeAdapter(FreezeWindow).validate_python(written)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-27T14:59", False),  # Friday 15:59 in Berlin
        ("2026-11-27T15:00", True),
        ("2026-11-29T03:00", True),
        ("2026-11-30T06:59", True),
        ("2026-11-30T07:00", False),  # Monday 08:00
        ("2026-07-03T14:00", True),  # in summer 16:00 in Berlin is 14:00 UTC
        ("2026-07-03T13:59", False),
        ("2026-10-26T06:59", True),  # the clocks changed in that night
        ("2026-10-26T07:00", False),
    ],
)
def test_a_week_end(moment, is_open):
    assert (open_at((window(WEEKEND),), at(moment)) is not None) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [("2026-12-18T22:59", False), ("2026-12-18T23:00", True), ("2027-01-03T22:59", True), ("2027-01-03T23:00", False)],
)
def test_days_are_whole_days_of_their_zone(moment, is_open):
    assert (open_at((window(HOLIDAYS),), at(moment)) is not None) is is_open


def test_of_several_the_one_that_ends_last_is_told():
    found = open_at((window(WEEKEND), window(HOLIDAYS)), at("2026-12-20T10:00"))

    assert found.window.name == "the freeze"
    assert found.until == at("2027-01-03T23:00")


def test_the_day_is_that_of_the_zone():
    morning = window(
        {"from_day": "mon", "from_time": "00:30", "to_day": "mon", "to_time": "08:00", "zone": "Europe/Berlin"}
    )

    assert open_at((morning,), at("2026-11-29T23:45"))  # Sunday in UTC, Monday in Berlin
    assert open_at((morning,), at("2026-11-29T23:15")) is None


def test_a_night_each_week():
    night = window({"from_day": "tue", "from_time": "22:00", "to_day": "wed", "to_time": "04:00"})

    assert open_at((night,), at("2026-11-25T03:59"))
    assert open_at((night,), at("2026-11-25T04:00")) is None


def test_a_clock_that_yaml_reads_as_a_number():
    assert window({**WEEKEND, "from_time": 16 * 60}).from_time.hour == 16


@pytest.mark.parametrize(
    "wrong",
    [
        {**WEEKEND, "zone": "Berlin"},
        {**WEEKEND, "from_day": "someday"},
        {**WEEKEND, "from_time": "25:00"},
        {**WEEKEND, "from_time": 25 * 60},
        {**WEEKEND, "from_time": 99 * 60},
        {**WEEKEND, "from_time": 16},
        {**WEEKEND, "from_time": "16:00+02:00"},
        {**HOLIDAYS, "first": 0},
        {**HOLIDAYS, "last": "2026-12-18"},
        {**HOLIDAYS, "last": "2029-12-18"},
        {"first": "2026-12-19"},
        {**HOLIDAYS, "from_day": "mon"},
    ],
)
def test_what_is_no_window_is_refused(wrong):
    with pytest.raises(ValidationError):
        window(wrong)


def test_a_fault_speaks_of_the_kind_that_was_meant():
    file, faults = parse(changed({"from_day": "fri", "to_day": "someday"}))

    assert file is None
    assert len(faults) == 1
    assert "to_day" in faults[0]
    assert "first" not in faults[0]


def test_the_example_of_the_page_is_taken():
    page = (ROOT / "docs" / "manual-control.md").read_text()
    lines = [line.strip() for line in page.splitlines() if line.strip().startswith("- {name:")]

    file, faults = parse(changed(*(yaml.safe_load(line)[0] for line in lines)))

    assert faults == []
    assert len(file.services["web"].freeze) == 2


def changed(*windows):
    found = written()
    found["services"]["web"]["freeze"] = list(windows)
    return found


LOST = {**WEEKEND, "zone": "Mars/Olympus"}
LOST_ZONE = {"zone": "Mars/Olympus"}


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-27T01:59", False),  # Friday 15:59 at UTC+14
        ("2026-11-27T02:00", True),
        ("2026-11-27T15:00", True),
        ("2026-11-30T07:00", True),
        ("2026-11-30T19:59", True),  # Monday 07:59 at UTC-12
        ("2026-11-30T20:00", False),
    ],
)
def test_a_window_whose_zone_is_not_known_is_open_while_it_is_anywhere(moment, is_open):
    found = open_at((WeeklyFreeze.model_construct(**window({**LOST, "zone": "UTC"}).__dict__ | LOST_ZONE),), at(moment))

    assert (found is not None) is is_open
    assert found is None or "Mars/Olympus is not known here" in found.name


def test_a_day_that_has_begun_elsewhere_already_counts():
    """Thursday 11:00 UTC is Friday 01:00 at UTC+14."""
    early = {**window({**WEEKEND, "zone": "UTC", "from_time": "00:30"}).__dict__, **LOST_ZONE}

    assert open_at((WeeklyFreeze.model_construct(**early),), at("2026-11-26T11:00")) is not None
    assert open_at((WeeklyFreeze.model_construct(**early),), at("2026-11-26T10:00")) is None


def test_a_known_zone_adds_nothing_to_a_name():
    assert open_at((window(WEEKEND),), at("2026-11-28T12:00")).name == "the weekly freeze"
