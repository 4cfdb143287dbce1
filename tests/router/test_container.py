from pathlib import Path

import pytest
import yaml

from router.config import HEALTH_PATH
from router.settings import Settings, names

ROOM = Path(__file__).parents[2] / "router"
SPEC = yaml.safe_load((ROOM / "app.yaml").read_text())
SERVICE = SPEC["services"][0]
# What the platform sets, what the Dockerfile sets, what has no use where the disk does not outlive the container, and
# the one setting that a team has to want (its comment in app.yaml says what it costs).
ELSEWHERE = {"PORT", "BLUEGREEN_BIND", "BLUEGREEN_INSTANCE", "BLUEGREEN_RUN_DIR", "BLUEGREEN_FALLBACK_ENVIRONMENT"}


def test_the_app_spec_names_every_setting_and_no_other():
    assert {env["key"] for env in SERVICE["envs"]} == set(names()) - ELSEWHERE


def test_what_the_app_spec_calls_a_default_is_one():
    fields = {field.alias: field for field in Settings.model_fields.values()}
    for env in SERVICE["envs"][-9:]:
        assert str(fields[env["key"]].default) == env["value"]


def test_secrets_are_marked_as_such():
    secret = {env["key"] for env in SERVICE["envs"] if env.get("type") == "SECRET"}

    assert secret == {key for key in names() if "SECRET" in key or key == "BLUEGREEN_SPACES_KEY"}


@pytest.mark.parametrize("line", ["USER router", 'CMD ["python", "-m", "router"]', "BLUEGREEN_BIND=0.0.0.0"])
def test_the_container_runs_the_router_without_root(line: str):
    assert line in (ROOM / "Dockerfile").read_text()


def test_two_instances_are_let_in_when_they_know_the_route_and_get_time_to_stop():
    assert SERVICE["instance_count"] == 2
    assert SERVICE["health_check"]["http_path"] == HEALTH_PATH
    assert SERVICE["termination"]["grace_period_seconds"] > 30 + 1 + 5
