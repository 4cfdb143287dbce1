"""GitHub Actions as far as a release needs it: start a workflow by hand, and read how its run ended."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Repository
from bluegreen_emulator.github.errors import GitHubError, not_found, required
from bluegreen_emulator.github.refs import resolve
from bluegreen_emulator.github.shapes import API, WEB, iso, number

# File name → the names of its workflow_dispatch inputs; None: the workflow has no such trigger.
Workflows = Mapping[str, tuple[str, ...] | None]


@dataclass
class Actions:
    """One repository's workflows and runs; a run stays queued until `finish` is called."""

    held: Repository
    clock: Clock
    workflows: Workflows
    runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    artifacts: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # of a run
    details: Literal["told", "ignored", "refused"] = "told"  # `return_run_details`: of github.com; of an older server
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(9_000_001))

    def dispatch(self, workflow: str, body: dict[str, Any]) -> dict[str, Any]:
        name = self._named(workflow)
        inputs = body.get("inputs") or {}
        known = self.workflows[name]
        required(body, "ref")
        if "return_run_details" in body and self.details == "refused":
            raise GitHubError(422, 'Invalid request. "return_run_details" is not a permitted key.')
        sha = resolve(self.held, body["ref"])
        if sha is None:
            raise GitHubError(422, f"No ref found for: {body['ref']}")
        if known is None:
            raise GitHubError(422, "Workflow does not have 'workflow_dispatch' trigger")
        if len(inputs) > 25:
            raise GitHubError(422, "you may only define up to 25 `inputs` for a `workflow_dispatch` event")
        strange = [each for each in inputs if each not in known]
        if strange:
            raise GitHubError(422, f"Unexpected inputs provided: {strange}".replace("'", '"'))
        return self._start(name, body["ref"], sha, inputs)

    def finish(self, run: int, conclusion: str = "success", failed: str = "Run the smoke tests") -> None:
        """`failed`: the step that a run which is no success ends with."""
        self.jobs[run] = [self._job(run, conclusion, failed)]
        self.runs[run] |= {"status": "completed", "conclusion": conclusion, "updated_at": iso(self.clock.now())}

    def find(self, run: int) -> dict[str, Any]:
        if run not in self.runs:
            raise not_found()
        return {key: value for key, value in self.runs[run].items() if key != "inputs"}

    def listed(self, workflow: str, event: str, branch: str) -> list[dict[str, Any]]:
        """Newest first."""
        name = self._named(workflow)
        found = [run for run in self.runs if self.runs[run]["name"] == name]
        told = [self.find(run) for run in sorted(found, reverse=True)]
        return [run for run in told if event in ("", run["event"]) and branch in ("", run["head_branch"])]

    def jobs_of(self, run: int) -> list[dict[str, Any]]:
        self.find(run)
        return self.jobs.get(run, [])

    def leave(self, run: int, name: str, expired: bool = False) -> dict[str, Any]:
        """actions/upload-artifact."""
        left = {"id": 700 + len(self.artifacts.get(run, [])), "name": name, "expired": expired, "size_in_bytes": 9}
        self.artifacts.setdefault(run, []).append(left)
        return left

    def artifacts_of(self, run: int) -> list[dict[str, Any]]:
        self.find(run)
        return self.artifacts.get(run, [])

    def _job(self, run: int, conclusion: str, failed: str) -> dict[str, Any]:
        last = {"name": failed, "status": "completed", "conclusion": conclusion, "number": 2}
        steps = [{"name": "Set up job", "status": "completed", "conclusion": "success", "number": 1}, last]
        url = f"{self.runs[run]['html_url']}/job/{run + 1}"
        told = {"id": run + 1, "run_id": run, "name": "smoke", "status": "completed", "conclusion": conclusion}
        return {**told, "html_url": url, "steps": steps}

    def _named(self, workflow: str) -> str:
        for name in self.workflows:
            if workflow in (name, str(number(name))):
                return name
        raise not_found()

    def _start(self, name: str, ref: str, sha: str, inputs: dict[str, Any]) -> dict[str, Any]:
        run, now = next(self._ids), iso(self.clock.now())
        self.runs[run] = {
            "id": run,
            "name": name,
            "display_title": f"{name} {inputs.get('release', '')}".strip(),
            "path": f".github/workflows/{name}",
            "head_branch": ref,
            "head_sha": sha,
            "event": "workflow_dispatch",
            "status": "queued",
            "conclusion": None,
            "workflow_id": number(name),
            "run_attempt": 1,
            "url": f"{API}/repos/{self.held.full_name}/actions/runs/{run}",
            "html_url": f"{WEB}/{self.held.full_name}/actions/runs/{run}",
            "created_at": now,
            "updated_at": now,
            "inputs": inputs,
        }
        return self.runs[run]
