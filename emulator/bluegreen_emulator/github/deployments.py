"""The Deployments API and commit statuses. https://docs.github.com/rest/deployments/deployments"""

import itertools
from dataclasses import dataclass, field
from typing import Any

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Repository
from bluegreen_emulator.github.errors import GitHubError, invalid, not_found, required
from bluegreen_emulator.github.refs import resolve
from bluegreen_emulator.github.shapes import API, iso, user

STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")
COMMIT_STATES = ("error", "failure", "pending", "success")
FILTERS = ("sha", "ref", "task", "environment")


@dataclass
class Deployments:
    """One repository's deployments (oldest first, as answered) and the statuses of its commits, by sha."""

    held: Repository
    clock: Clock
    made: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    commit_statuses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(145_988_746))

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """The deployment made, or only a `message` when the default branch was merged instead (202)."""
        required(body, "ref")
        sha = resolve(self.held, body["ref"])
        if sha is None:
            raise GitHubError(422, f"No ref found for: {body['ref']}")
        if body.get("auto_merge", True) and sha != self.held.branches["main"]:
            return self._merge(body["ref"])
        self._check_contexts(body.get("required_contexts"), body["ref"], sha)
        made = self._shape(body, sha)
        self.made.append(made)
        self.statuses[made["id"]] = []
        return made

    def listed(self, wanted: dict[str, str]) -> list[dict[str, Any]]:
        """Newest first; `wanted` may hold any of sha, ref, task, environment."""
        asked = {name: value for name, value in wanted.items() if name in FILTERS and value != "none"}
        return [made for made in reversed(self.made) if all(made[name] == asked[name] for name in asked)]

    def find(self, number: int) -> dict[str, Any]:
        for made in self.made:
            if made["id"] == number:
                return made
        raise not_found()

    def set_status(self, number: int, body: dict[str, Any]) -> dict[str, Any]:
        made = self.find(number)
        _check_status("DeploymentStatus", body, STATES)
        for link in ("log_url", "target_url", "environment_url"):
            if body.get(link) and not str(body[link]).startswith(("http://", "https://")):
                raise invalid("DeploymentStatus", link, f"{link} must use http(s) scheme")
        if body["state"] == "success" and body.get("auto_inactive", True):
            self._retire_others(made)
        return self._add_status(made, body)

    def set_commit_status(self, sha: str, body: dict[str, Any]) -> dict[str, Any]:
        if sha not in self.held.commits:
            raise GitHubError(422, f"No commit found for SHA: {sha}")
        _check_status("Status", body, COMMIT_STATES)
        now = iso(self.clock.now())
        status = {
            "url": f"{self._url}/statuses/{sha}",
            "id": next(self._ids),
            "state": body["state"],
            "description": body.get("description"),
            "target_url": body.get("target_url"),
            "context": body.get("context", "default"),
            "created_at": now,
            "updated_at": now,
            "creator": user(),
        }
        self.commit_statuses.setdefault(sha, []).append(status)
        return status

    @property
    def _url(self) -> str:
        return f"{API}/repos/{self.held.full_name}"

    def _merge(self, ref: str) -> dict[str, Any]:
        branch = ref.removeprefix("refs/").removeprefix("heads/")
        if branch not in self.held.branches:
            raise GitHubError(409, f"Conflict merging main into {ref}.")
        self.held.branches[branch] = self.held.branches["main"]
        return {"message": f"Auto-merged main into {branch} on deployment."}

    def _check_contexts(self, wanted: list[str] | None, ref: str, sha: str) -> None:
        """None asks for every context that ever reported on the commit, an empty list for none of them."""
        latest = {status["context"]: status["state"] for status in self.commit_statuses.get(sha, [])}
        names = list(latest) if wanted is None else wanted
        states = [{"context": name, "state": latest.get(name, "pending")} for name in names]
        if any(state["state"] != "success" for state in states):
            fault = {"resource": "Deployment", "field": "required_contexts", "code": "invalid", "contexts": states}
            raise GitHubError(409, f"Conflict: Commit status checks failed for {ref}.", [fault])

    def _shape(self, body: dict[str, Any], sha: str) -> dict[str, Any]:
        number, environment = next(self._ids), body.get("environment", "production")
        now, url = iso(self.clock.now()), f"{self._url}/deployments/{number}"
        return {
            "url": url,
            "id": number,
            "node_id": f"DE_{number}",
            "sha": sha,
            "ref": body["ref"],
            "task": body.get("task", "deploy"),
            "payload": body.get("payload", {}),
            "original_environment": environment,
            "environment": environment,
            "description": body.get("description"),
            "creator": user(),
            "created_at": now,
            "updated_at": now,
            "statuses_url": f"{url}/statuses",
            "repository_url": self._url,
            "transient_environment": body.get("transient_environment", False),
            "production_environment": body.get("production_environment", environment == "production"),
        }

    def _retire_others(self, made: dict[str, Any]) -> None:
        """Older deployments to the same environment, production and transient ones excepted, become inactive."""
        for other in self.made:
            kept = other["transient_environment"] or other["production_environment"] or not self.statuses[other["id"]]
            older = other["id"] < made["id"] and other["environment"] == made["environment"]
            if older and not kept and self.statuses[other["id"]][-1]["state"] != "inactive":
                self._add_status(other, {"state": "inactive"})

    def _add_status(self, made: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        number, now = next(self._ids), iso(self.clock.now())
        made["environment"] = body.get("environment", made["environment"])
        made["updated_at"] = now
        log_url = body.get("log_url") or body.get("target_url") or ""
        status = {
            "url": f"{made['statuses_url']}/{number}",
            "id": number,
            "node_id": f"DES_{number}",
            "state": body["state"],
            "creator": user(),
            "description": body.get("description", ""),
            "environment": made["environment"],
            "target_url": log_url,
            "created_at": now,
            "updated_at": now,
            "deployment_url": made["url"],
            "repository_url": self._url,
            "environment_url": body.get("environment_url", ""),
            "log_url": log_url,
        }
        self.statuses[made["id"]].append(status)
        return status


def _check_status(resource: str, body: dict[str, Any], states: tuple[str, ...]) -> None:
    required(body, "state")
    if body["state"] not in states:
        raise invalid(resource, "state", "state is not included in the list")
    if len(body.get("description") or "") > 140:
        raise invalid(resource, "description", "description is too long (maximum is 140 characters)")
