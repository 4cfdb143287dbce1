"""The workflows for users' repositories: well formed, without known weaknesses, and the one that deploys does."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from werkzeug.wrappers import Request, Response

from bluegreen.core.phases import Phase
from bluegreen_cli.templates import PLACES, templates
from bluegreen_emulator.wire import Server
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY
from tests.workflow_lint import actionlint, zizmor

FILES = templates()
DEPLOY, SMOKE = ".github/workflows/deploy-blue-green.yml", ".github/workflows/smoke.yml"
KEY = "dof_v1_of:this-test"
ON = True  # YAML 1.1 reads `on` as true


def read(place):
    return yaml.safe_load(FILES[place])


def step(place, name):
    (job,) = read(place)["jobs"].values()
    return next(each for each in job["steps"] if each.get("name") == name)


def platform(laptop, asked):
    """The functions' REST API as far as the workflow needs it; each look at the status lets time pass."""

    @Request.application
    def app(request: Request) -> Response:
        given = base64.b64decode(request.headers.get("Authorization", "").partition(" ")[2]).decode()
        if given != KEY:
            return Response('{"error": "The supplied authentication is invalid."}', 401)
        assert request.args.to_dict() == {"blocking": "true", "result": "true"}
        name = request.path.removeprefix("/api/v1/namespaces/_/actions/")
        asked.append((name, request.get_json()))
        if name == "status" and len(asked) > 1:
            laptop.minute()
        return Response(json.dumps(laptop.invoke(name, request.get_json())), content_type="application/json")

    return app


def ran(tmp_path, laptop, key=KEY, **changes):
    """The deploying step as a runner runs it: exit status, output, summary, and what was asked."""
    asked, summary = [], tmp_path / "summary"
    server = Server(platform(laptop, asked))
    environment = {
        "TAG": "v1.3.0",
        "KIND": "tag",
        "SERVICE": "",
        "HOST": server.url,
        "KEY": key,
        "TARGET": "auto",
        "AUTO_SWITCH": "true",
        "SKIP_SMOKE_TESTS": "false",
        "PAUSE": "0",
        "LOOKS": "40",
        "GITHUB_STEP_SUMMARY": str(summary),
        "PATH": os.environ["PATH"],
        **changes,
    }
    script = step(DEPLOY, "Deploy, and follow the release to its end")["run"]
    try:
        done = subprocess.run(
            ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=100, check=False
        )
    finally:
        server.close()
    return done, summary.read_text() if summary.exists() else "", asked


@pytest.fixture
def laptop():
    made = Laptop()
    made.github.repository(REPOSITORY).release("v1.3.0")
    made.invoke("status")
    return made


needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="jq")


@pytest.mark.slow
@needs_jq
def test_a_release_is_followed_to_live_and_summed_up(tmp_path, laptop):
    done, summary, asked = ran(tmp_path, laptop)

    assert done.returncode == 0, done.stdout + done.stderr
    assert laptop.record().on(laptop.record().active).tag == "v1.3.0"
    assert "<td>v1.3.0</td>" in summary
    assert asked[1] == ("deploy", {"tag": "v1.3.0", "auto_switch": "true", "skip_smoke_tests": "false"})
    assert KEY not in done.stdout + done.stderr + summary


@pytest.mark.slow
@needs_jq
def test_without_auto_switch_it_ends_at_ready(tmp_path, laptop):
    done, summary, _ = ran(tmp_path, laptop, AUTO_SWITCH="false")

    assert done.returncode == 0, done.stdout + done.stderr
    assert laptop.record().in_flight.phase is Phase.READY
    assert "<td>ready</td>" in summary


@pytest.mark.slow
@needs_jq
def test_where_a_person_approves_the_run_ends_at_ready_and_says_who_and_how(tmp_path):
    laptop = Laptop(approval={"by": ["anna", "ben"], "within": "4h"})
    laptop.github.repository(REPOSITORY).release("v1.3.0")
    laptop.invoke("status")
    done, summary, asked = ran(tmp_path, laptop)

    assert done.returncode == 0, done.stdout + done.stderr
    assert laptop.record().in_flight.phase is Phase.READY
    assert "anna or ben approves until" in done.stdout
    assert "switch -p service:web -p by:anna" in done.stdout
    assert "<td>ready</td>" in summary
    assert len(asked) < 20  # it does not stay until the deadline


@pytest.mark.slow
@needs_jq
def test_the_inputs_reach_the_function(tmp_path, laptop):
    idle = laptop.record().idle.value
    done, summary, asked = ran(tmp_path, laptop, TARGET=idle, SKIP_SMOKE_TESTS="true", LOOKS="0")

    assert asked[1][1] == {"tag": "v1.3.0", "auto_switch": "true", "skip_smoke_tests": "true", "target": idle}
    assert done.returncode == 1  # nobody has looked long enough to know
    assert "v1.3.0 is still " in done.stdout
    assert "it goes on without this run" in summary
    assert "ended as" not in done.stdout


@pytest.mark.slow
@needs_jq
def test_a_tag_that_waits_for_its_turn_is_not_said_to_have_ended(tmp_path):
    laptop = Laptop(options={"auto_switch": False})
    laptop.github.repository(REPOSITORY).release("v1.3.0")
    laptop.push("v1.2.9")
    laptop.until(Phase.READY)
    done, _, _ = ran(tmp_path, laptop, LOOKS="2")

    assert done.returncode == 1
    assert "v1.3.0 is still waiting for its turn: it goes on without this run" in done.stdout


@pytest.mark.slow
@needs_jq
def test_a_release_that_fails_fails_the_run_with_the_reason(tmp_path, laptop):
    laptop.github.repository(REPOSITORY).release("v1.4.0", {"share": 1.0, "when": "always"})
    done, summary, _ = ran(tmp_path, laptop, TAG="v1.4.0")

    assert done.returncode == 1
    assert "v1.4.0 ended as" in done.stdout
    assert laptop.reason("v1.4.0")[:20] in summary


@needs_jq
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"KIND": "branch"}, "on a release tag"),
        ({"HOST": ""}, "BLUEGREEN_FUNCTIONS_HOST"),
        ({"TARGET": "active"}, "not deployed"),
        ({"TAG": "v9.9.9$(touch x)"}, "not deployed"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, laptop, changes, says):
    done, summary, _ = ran(tmp_path, laptop, **changes)

    assert done.returncode == 1
    assert says in done.stdout
    assert says in summary


@needs_jq
def test_a_wrong_key_deploys_nothing(tmp_path, laptop):
    done, _, asked = ran(tmp_path, laptop, key="dof_v1_of:another")

    assert (done.returncode, asked) == (1, [])


def test_inputs_are_typed_as_people_know_them():
    inputs = read(DEPLOY)[ON]["workflow_dispatch"]["inputs"]

    assert {name: each["type"] for name, each in inputs.items()} == {
        "target_environment": "choice",
        "auto_switch": "boolean",
        "skip_smoke_tests": "boolean",
    }
    assert inputs["target_environment"]["options"] == ["auto", "blue", "green"]
    assert (inputs["auto_switch"]["default"], inputs["skip_smoke_tests"]["default"]) == (False, False)


def test_the_smoke_workflow_takes_what_bluegreen_gives_and_keeps_its_traces():
    assert set(read(SMOKE)[ON]["workflow_dispatch"]["inputs"]) == {"url", "tag", "release", "environment"}
    kept = step(SMOKE, "Keep the report and the traces")
    assert kept["if"] == "${{ always() }}"
    assert "retain-on-failure" in FILES["tests/smoke/playwright.config.ts"]
    assert FILES["tests/smoke/critical-paths.spec.ts"].count("\ntest(") == 4


@pytest.mark.parametrize("place", [DEPLOY, SMOKE])
def test_no_input_is_pasted_into_a_command(place):
    (job,) = read(place)["jobs"].values()

    assert not [each for each in job["steps"] if "${{" in each.get("run", "")]
    assert read(place)["permissions"] in ({}, {"contents": "read"})
    assert job["timeout-minutes"]


def test_every_template_has_a_place():
    here = Path(sys.modules["bluegreen_cli.templates"].__file__).parent

    assert {path.name for path in here.iterdir() if path.suffix in (".yml", ".ts")} == set(PLACES.values())


@pytest.mark.parametrize("linter", [actionlint, zizmor])
def test_the_linters_find_nothing(tmp_path, linter):
    for place in (DEPLOY, SMOKE):
        (tmp_path / Path(place).name).write_text(FILES[place])

    assert linter(*tmp_path.iterdir()) == ""


BROKEN = {
    "a label that no runner has": ("runs-on: ubuntu-24.04", "runs-on: ubuntu-2404", "runner-label"),
    "an input that is not there": ("inputs.auto_switch }}", "inputs.autoswitch }}", "expression"),
    "a type that GitHub does not know": ("type: boolean", "type: bool", "syntax-check"),
    "a key in the wrong place": ("    timeout-minutes: 150", "    timeout-minute: 150", "syntax-check"),
    "an expression that does not end": ("${{ github.ref_type }}", "${{ github.ref_type ", "expression"),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_actionlint_sees(tmp_path, mistake):
    right, wrong, rule = BROKEN[mistake]
    assert right in FILES[DEPLOY]
    file = tmp_path / "broken.yml"
    file.write_text(FILES[DEPLOY].replace(right, wrong))

    assert f"[{rule}]" in actionlint(file)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_actionlint_has_the_commands_checked(tmp_path):
    file = tmp_path / "broken.yml"
    file.write_text(
        FILES[DEPLOY].replace('[[ -n "$HOST" &&', "[[ -n $HOST = x &&").replace('>> "$summary"', ">> $summary")
    )

    assert "[shellcheck]" in actionlint(file)


def test_zizmor_sees_an_input_that_is_pasted_into_a_command(tmp_path):
    file = tmp_path / "broken.yml"
    file.write_text(FILES[SMOKE].replace("npx playwright test ", "TEST_URL=${{ inputs.url }} npx playwright test "))

    assert "template-injection" in zizmor(file)
