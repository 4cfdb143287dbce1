"""GitHub Actions: a workflow is started, and its run is read (docs.github.com/rest/actions)."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from pydantic import AwareDatetime, Field

from bluegreen.clients.http import Api
from bluegreen.clients.shapes import Answer, shaped
from bluegreen.core.checks.workflow_run import FailedStep
from bluegreen.core.errors import Refused

_CLOCKS_APART = timedelta(seconds=60)
_LISTED = 30
_JOBS = 100
_URL = 300  # characters

T = TypeVar("T")


class _Made(Answer):
    workflow_run_id: int
    html_url: str = ""


class _Run(Answer):
    id: int
    status: str | None = ""
    conclusion: str | None = None
    html_url: str = ""
    head_branch: str | None = ""
    display_title: str | None = ""
    created_at: AwareDatetime | None = None


class _Runs(Answer):
    workflow_runs: list[_Run]


class _Step(Answer):
    name: str = ""
    conclusion: str | None = None


class _Job(Answer):
    name: str = ""
    conclusion: str | None = None
    html_url: str = ""
    steps: list[_Step] = Field(default_factory=list)


class _Jobs(Answer):
    jobs: list[_Job]


class _Artifact(Answer):
    id: int
    name: str = ""
    expired: bool = False


class _Artifacts(Answer):
    artifacts: list[_Artifact]


class Run(NamedTuple):
    """`conclusion` is "" while it runs."""

    id: int
    url: str
    status: str = ""
    conclusion: str = ""


class GitHubActions:
    def __init__(self, api: Api) -> None:
        self._api = api

    def dispatch(self, repository: str, workflow: str, ref: str, inputs: dict[str, str]) -> Run | None:
        """Starts a workflow. None where it was started and GitHub does not say which run it is.

        GitHub tells since 2026-02 where it is asked to; an Enterprise Server of before refuses the question, so it is
        asked once more without.
        """
        path = f"/repos/{repository}/actions/workflows/{quote(workflow, safe='')}/dispatches"
        body: dict[str, Any] = {"ref": ref, "inputs": inputs}
        try:
            answer = self._api.once("POST", path, {**body, "return_run_details": True})
        except Refused as error:
            if "return_run_details" not in str(error):
                raise
            answer = self._api.once("POST", path, body)
        if answer is None:
            return None
        made = self._read(_Made, answer, "workflow_run_id")
        return Run(made.workflow_run_id, made.html_url[:_URL])

    def started(self, repository: str, workflow: str, ref: str, since: datetime, about: str) -> Run | None:
        """The run of a ref that was started by hand since then: one whose title names `about`, else the first."""
        path = f"/repos/{repository}/actions/workflows/{quote(workflow, safe='')}/runs"
        answer = self._api.get(path, event="workflow_dispatch", branch=ref, per_page=_LISTED)
        runs = self._read(_Runs, answer, "workflow_runs").workflow_runs
        ours = [run for run in runs if run.head_branch == ref and run.created_at and run.created_at >= _least(since)]
        named = [run for run in ours if about in (run.display_title or "")]
        found = min(named or ours, key=lambda run: run.id, default=None)
        return _told(found) if found else None

    def run(self, repository: str, run: int) -> Run:
        return _told(self._read(_Run, self._api.get(f"/repos/{repository}/actions/runs/{run}"), "id"))

    def failed_step(self, repository: str, run: int) -> FailedStep | None:
        """Where a run failed first."""
        answer = self._api.get(f"/repos/{repository}/actions/runs/{run}/jobs", filter="latest", per_page=_JOBS)
        jobs = [job for job in self._read(_Jobs, answer, "jobs").jobs if job.conclusion not in (None, *_HARMLESS)]
        for job in jobs[:1]:
            step = next((step.name for step in job.steps if step.conclusion not in (None, *_HARMLESS)), "")
            return FailedStep(job.name, step, job.html_url[:_URL])
        return None

    def report(self, repository: str, run: Run) -> str:
        """The page of what a run has left, "" where it has left nothing: what is called a report goes first."""
        answer = self._api.get(f"/repos/{repository}/actions/runs/{run.id}/artifacts", per_page=_LISTED)
        left = [each for each in self._read(_Artifacts, answer, "artifacts").artifacts if not each.expired]
        found = min(left, key=lambda each: "report" not in each.name.lower(), default=None)
        return f"{run.url}/artifacts/{found.id}" if found and run.url else ""

    def _read(self, shape: type[T], answer: Any, name: str) -> T:
        return shaped(shape, answer, self._api.name, name)


_HARMLESS = ("success", "skipped", "neutral")


def _least(since: datetime) -> datetime:
    return since - _CLOCKS_APART


def _told(run: _Run) -> Run:
    return Run(run.id, run.html_url[:_URL], run.status or "", run.conclusion or "")
