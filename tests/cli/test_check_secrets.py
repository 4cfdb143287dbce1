"""Secrets that checks send: bluegreen.yml names them, and whoever sends checks gets them, and nobody else."""

import pytest

from bluegreen_cli import config, layout, project
from bluegreen_cli.stage import ROOT
from tests.cli.test_doctor import SETTINGS, examined

__all__ = ["examined"]
NAME = "BLUEGREEN_CHECK_KEY"


@pytest.fixture
def naming(written):
    check = {"get": "/x", "headers": {"Authorization": f"Bearer ${{{NAME}}}"}}
    written["services"]["web"]["checks"]["smoke"]["requests"].append(check)
    return written


@pytest.mark.parametrize("kind", layout.LAYOUTS)
def test_what_is_staged_gives_them_to_those_that_send_checks(naming, kind):
    parts = layout.parts(config.project_text(ROOT, naming), kind)
    read = [project.read(part.text, {**SETTINGS, NAME: 'a "quoted" value'.replace('"', "'")}) for part in parts]
    found = {p.full_name(f): f.environment for each in read for p in each.packages for f in p.functions}
    assert {name for name, given in found.items() if given.get(NAME) == "a 'quoted' value"} == {
        "switch",
        "rollback",
        "checks/health",
        "checks/smoke",
        "ops/watch",
    }
    assert not [name for name, given in found.items() if name.startswith("hooks/") and NAME in given]


def test_where_none_is_named_project_yml_is_staged_as_it_is(written):
    assert config.project_text(ROOT, written) == project.without_comments((ROOT / "project.yml").read_text())


def test_the_doctor_names_one_that_is_missing(examined, naming):
    done = examined()
    assert done.exit_code == 1
    assert f"could not be resolved: '{NAME}'" in done.output


@pytest.mark.slow
def test_the_doctor_counts_it_among_the_settings(examined, naming):
    done = examined({**SETTINGS, NAME: "kJ8-sesame-open-3"})
    assert done.exit_code == 0, done.output
    assert "fine   checks/smoke: has its 15 settings" in done.output
    assert "sesame" not in done.output


def test_the_doctor_says_where_one_cannot_be_used(examined, naming):
    done = examined({**SETTINGS, NAME: "tiny1"})
    assert done.exit_code == 1
    assert f"checks/smoke: settings: {NAME}: is shorter than 6 characters" in done.output
    assert "tiny1" not in done.output


@pytest.mark.slow
def test_a_secret_in_bluegreen_yml_is_a_doubt_without_its_value(examined, written):
    check = {"get": "/x", "headers": {"Authorization": "Bearer kJ8-sesame-open-3", "X-Team": "shop"}}
    written["services"]["web"]["checks"]["smoke"]["requests"].append(check)
    done = examined()
    assert done.exit_code == 3, done.output
    assert "doubt  checks of web: GET /x has a secret in Authorization: write ${BLUEGREEN_CHECK_" in done.output
    assert "sesame" not in done.output
    assert "X-Team" not in done.output
