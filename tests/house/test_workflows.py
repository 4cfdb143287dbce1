"""What GitHub runs: pinned, with few rights, on every Python that is promised."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.workflow_lint import actionlint, zizmor

ROOT = Path(__file__).parents[2]
FILES = {path.name: path.read_text() for path in sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))}
WORKFLOWS = {name: yaml.safe_load(text) for name, text in FILES.items()}
ALL_JOBS = {f"{file} {name}": job for file, found in WORKFLOWS.items() for name, job in found["jobs"].items()}
JOBS = {name: job for name, job in ALL_JOBS.items() if "steps" in job}  # the others call a workflow that is in FILES
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def on(workflow):
    return workflow[True]  # YAML 1.1 reads `on` as true


def commands(job):
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_there_is_a_workflow_for_changes_and_one_for_releases():
    assert set(FILES) >= {"ci.yml", "release.yml"}


@pytest.mark.parametrize("name", FILES)
def test_every_action_is_pinned_by_its_commit_and_says_which_version_that_is(name):
    used = re.findall(r"(?m)^\s*(?:- )?uses:(?! \./)(.*)$", FILES[name])

    assert used
    assert [line for line in used if not re.fullmatch(r" [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


@pytest.mark.parametrize("linter", [actionlint, zizmor])
def test_the_linters_find_nothing(linter):
    assert linter(*(ROOT / ".github" / "workflows" / name for name in FILES)) == ""


def test_an_action_is_pinned_the_same_everywhere():
    pins = {tuple(pin.split("@", 1)) for text in FILES.values() for pin in re.findall(r"uses: (?!\./)(.*)", text)}

    assert len({action for action, _ in pins}) == len(pins)


@pytest.mark.parametrize("name", FILES)
def test_a_workflow_may_read_and_no_more_unless_a_job_says_so(name):
    assert WORKFLOWS[name]["permissions"] in ({}, {"contents": "read"})


def test_only_the_job_that_publishes_may_write():
    writing = {name for name, job in ALL_JOBS.items() if "write" in job.get("permissions", {}).values()}

    assert writing == {"release.yml publish"}
    assert not any("checkout@" in step.get("uses", "") for step in JOBS["release.yml publish"]["steps"])


@pytest.mark.parametrize("name", JOBS)
def test_a_job_ends_by_itself_and_leaves_no_credentials_in_the_clone(name):
    checkouts = [step for step in JOBS[name]["steps"] if "actions/checkout@" in step.get("uses", "")]

    assert 0 < JOBS[name]["timeout-minutes"] <= 60
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize("name", JOBS)
def test_nothing_that_others_may_write_is_put_into_a_command(name):
    """`${{ … }}` is pasted into the shell as it is: a branch may be called `$(…)`."""
    assert "${{" not in commands(JOBS[name])


def test_the_tests_run_on_every_python_that_is_promised():
    promised = {v.rpartition(" ")[2] for v in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", v)}
    job = JOBS["ci.yml tests"]

    assert set(job["strategy"]["matrix"]["python"]) == promised == {"3.11", "3.12", "3.13"}
    assert job["strategy"]["fail-fast"] is False
    assert ".ci/run" in commands(job)


def test_a_newer_push_ends_what_runs_for_an_older_one_of_a_pull_request_only():
    """A commit on main that never was run to its end is one of which nobody knows whether it works."""
    concurrency = WORKFLOWS["ci.yml"]["concurrency"]

    assert concurrency["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    assert "github.event_name == 'pull_request' && github.ref || github.run_id" in concurrency["group"]


def test_what_changes_without_a_commit_is_noticed_within_a_week():
    [trigger] = on(WORKFLOWS["ci.yml"])["schedule"]

    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", trigger["cron"])


def test_coverage_is_shown_and_the_routers_image_is_built():
    assert "make coverage" in commands(JOBS["ci.yml coverage"])
    assert "$GITHUB_STEP_SUMMARY" in commands(JOBS["ci.yml coverage"])
    assert "docker build -f router/Dockerfile" in commands(JOBS["ci.yml router-image"])


def test_a_release_is_made_of_a_version_tag_only():
    assert on(WORKFLOWS["release.yml"]) == {"push": {"tags": ["v*"]}}


def test_nothing_is_built_unless_all_checks_pass_on_the_very_commit_of_the_tag():
    assert ALL_JOBS["release.yml ci"]["uses"] == "./.github/workflows/ci.yml"
    assert "if" not in ALL_JOBS["release.yml ci"]
    assert "workflow_call" in on(WORKFLOWS["ci.yml"])
    assert JOBS["release.yml build"]["needs"] == "ci"


def test_a_release_is_made_of_what_is_on_main_only():
    steps = JOBS["release.yml build"]["steps"]
    [looked] = [i for i, step in enumerate(steps) if "git merge-base --is-ancestor" in step.get("run", "")]

    assert steps[0]["with"]["fetch-depth"] == 0
    assert steps[looked]["run"] == 'git merge-base --is-ancestor "$GITHUB_SHA" origin/main'
    assert looked == 1


def test_publishing_waits_for_the_environment_that_is_protected():
    assert JOBS["release.yml publish"]["environment"] == "release"


def test_the_tag_is_checked_before_anything_is_built_and_that_before_anything_is_published():
    said = commands(JOBS["release.yml build"])

    assert said.index('.github/release_notes.py "$GITHUB_REF_NAME"') < said.index("make sbom")
    assert JOBS["release.yml publish"]["needs"] == "build"


def test_what_is_published_is_attested_first():
    steps = [step.get("uses", step.get("run", "")) for step in JOBS["release.yml publish"]["steps"]]
    words = ("actions/attest-", "gh attestation verify", "gh release create")
    attested, verified, created = (next(i for i, s in enumerate(steps) if word in s) for word in words)

    assert attested < verified < created
    assert JOBS["release.yml publish"]["steps"][attested]["with"] == {"subject-path": "dist/*"}
    assert "for file in dist/*" in steps[verified]
    assert "--verify-tag" in steps[created]
    assert "dist/*" in steps[created]


def test_security_md_verifies_by_the_workflow_that_signs():
    """Any workflow of the repository may sign; only this one makes releases."""
    said = (ROOT / "SECURITY.md").read_text()

    assert "gh attestation verify FILE" in said
    assert "--signer-workflow bluegreen-deploy/bluegreen/.github/workflows/release.yml" in said
