"""project.yml, the folders, the settings, the phases and the samples say the same."""

import re

import pytest
import yaml

from bluegreen.core.config.thresholds import Watch
from bluegreen.core.phases import CARETAKER
from bluegreen.settings import NAMES, PREFIX, parse
from bluegreen_cli.stage import ROOT
from tests.house.doors import FUNCTIONS, PLACES, TEXT, entry_point_of

LONGEST = 15 * 60_000  # milliseconds: more the platform does not give
WATCH_ENDS = 6.0  # seconds that ops/watch keeps for its last look


def test_every_folder_is_a_function_of_project_yml_and_the_other_way_round():
    folders = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "packages").glob("*/*/__main__.py")}

    assert folders == set(PLACES.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gets_exactly_the_settings_that_it_uses(name):
    call, function = entry_point_of(name), FUNCTIONS[name]

    assert call.name == name
    assert set(function.environment) == {PREFIX + field.upper() for field in call.uses}
    assert all(value == f"${{{setting}}}" for setting, value in function.environment.items())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_public_exactly_when_it_answers_the_web(name):
    assert bool(FUNCTIONS[name].web) is entry_point_of(name).web


def test_a_public_function_is_guarded_by_a_signature_or_by_a_secret():
    public = {name: function for name, function in FUNCTIONS.items() if function.web}

    assert {name for name, f in public.items() if f.web == "raw" or f.web_secure} == set(public) != set()


def test_every_setting_is_given_to_some_function_and_none_is_made_up():
    assert {setting for function in FUNCTIONS.values() for setting in function.environment} == set(NAMES)


def test_what_has_to_be_filled_in_is_listed_in_the_example():
    wanted = set(re.findall(r"\$\{(\w+)\}", TEXT))
    listed = re.findall(r"(?m)^(\w+)=", (ROOT / ".env.example").read_text())

    assert sorted(listed) == sorted(wanted)


def test_no_setting_has_the_name_of_a_parameter():
    """The platform may refuse a call that names a bound parameter."""
    assert all(setting.startswith(PREFIX) for function in FUNCTIONS.values() for setting in function.environment)
    assert all(not function.parameters for function in FUNCTIONS.values())


def test_every_phase_is_looked_after_by_a_function_that_exists():
    assert set(CARETAKER.values()) <= set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_how_long_it_may_take_and_which_python_it_wants(name):
    function = FUNCTIONS[name]

    assert function.runtime == "python:3.11"
    assert 3_000 < function.limits.timeout <= LONGEST
    assert function.limits.memory


def test_the_watch_leaves_before_it_is_killed_and_returns_within_the_next_minute():
    limit = FUNCTIONS["ops/watch"].limits.timeout / 1000
    file, _ = parse(yaml.safe_load((ROOT / "bluegreen.yml").read_text()))
    stays = [Watch().stay, *(service.watch.stay for service in file.services.values())]

    assert max(stays) < 60
    assert max(stays) + WATCH_ENDS < limit


def test_a_web_function_answers_before_the_platform_gives_up_on_it():
    assert all(function.limits.timeout <= 30_000 for function in FUNCTIONS.values() if function.web)


def test_there_is_one_schedule_and_it_wakes_the_watch_each_minute():
    scheduled = [(name, t.scheduled.cron) for name, function in FUNCTIONS.items() for t in function.triggers]

    assert scheduled == [("ops/watch", "* * * * *")]
