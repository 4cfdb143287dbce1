"""The route that a router leaves for the next one is believed only while it is fresh."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bluegreen.core.environment import Environment
from bluegreen_router.kept import RECENT, forget, keep, kept
from bluegreen_router.route import Route

BLUE, GREEN = Environment.BLUE, Environment.GREEN
ROUTE = Route(service="web", seq=7, epoch=3, active=GREEN, tags={BLUE: "v1.2.0", GREEN: "v1.3.0"})
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("age", [timedelta(0), timedelta(seconds=1), RECENT])
def test_a_route_that_was_confirmed_moments_ago_is_found_again(tmp_path: Path, age: timedelta):
    keep(ROUTE, NOW - age, tmp_path)
    found = kept(tmp_path, "web", NOW)

    assert found is not None
    assert (found.route, found.confirmed) == (ROUTE, NOW - age)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("age", [RECENT + timedelta(seconds=1), timedelta(days=9), timedelta(seconds=-1)])
def test_one_that_is_older_or_from_the_future_is_not(tmp_path: Path, age: timedelta):
    keep(ROUTE, NOW - age, tmp_path)

    assert kept(tmp_path, "web", NOW) is None


def test_another_services_is_not(tmp_path: Path):
    keep(ROUTE, NOW, tmp_path)

    assert kept(tmp_path, "shop", NOW) is None


@pytest.mark.parametrize("text", ["", '{"route": ', "[]", ROUTE.model_dump_json()])
def test_a_spoilt_or_missing_file_is_no_route(tmp_path: Path, text: str):
    assert kept(tmp_path, "web", NOW) is None
    (tmp_path / "route.json").write_text(text)
    assert kept(tmp_path, "web", NOW) is None


def test_what_is_forgotten_leaves_nothing_to_serve_by(tmp_path: Path):
    keep(ROUTE, NOW, tmp_path)
    for _ in range(2):
        forget(tmp_path)

    assert list(tmp_path.iterdir()) == []
