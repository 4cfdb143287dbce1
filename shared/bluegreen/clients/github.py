"""The calls of GitHub's API that are made (docs.github.com/rest)."""

from typing import Any
from urllib.parse import quote

from bluegreen.clients.http import Api
from bluegreen.core.errors import NotFound, Refused, Unavailable

_DESCRIPTION = 140  # longest that a deployment status takes
_TAG_DEPTH = 5
_TAG_PAGES = 10  # of a hundred: with several services in one repository, a service's newest may be far down


class GitHub:
    def __init__(self, api: Api) -> None:
        self._api = api.following()  # a repository that was renamed or transferred

    def moved_to(self, repository: str) -> str:
        """The name that a repository has now; "" where no answer so far came from another address."""
        if not self._api.moved:
            return ""
        found = self._api.get(f"/repos/{repository}")
        name = str(found.get("full_name") or "") if isinstance(found, dict) else ""
        return "" if name.lower() == repository.lower() else name[:200]

    def commit_of(self, repository: str, tag: str) -> str:
        """The commit behind a tag, through the tag objects of annotated ones."""
        found = self._object(self._api.get(f"/repos/{repository}/git/ref/tags/{quote(tag)}"))
        for _ in range(_TAG_DEPTH):
            if found["type"] == "commit":
                return str(found["sha"])
            found = self._object(self._api.get(f"/repos/{repository}/git/tags/{found['sha']}"))
        raise Refused(f"tag {tag} of {repository} does not lead to a commit")

    def tags(self, repository: str) -> dict[str, str]:
        """The tags that GitHub lists, with the commits that they mean: a thousand at most."""
        there: dict[str, str] = {}
        for page in range(1, _TAG_PAGES + 1):
            found = self._api.get(f"/repos/{repository}/tags", per_page=100, page=page) or ()
            named = [tag for tag in found if tag.get("name")]
            there |= {str(tag["name"]): str((tag.get("commit") or {}).get("sha", "")) for tag in named}
            if len(found) < 100:
                break
        return there

    def move_branch(self, repository: str, branch: str, commit: str) -> None:
        """Sets a branch to a commit, making it where it does not exist."""
        body = {"sha": commit, "force": True}
        try:
            self._api.once("PATCH", f"/repos/{repository}/git/refs/heads/{quote(branch)}", body)
        except (NotFound, Refused) as error:
            # GitHub says 422 "Reference does not exist" for a branch that is missing.
            if isinstance(error, Refused) and "does not exist" not in str(error):
                raise
            self._api.once("POST", f"/repos/{repository}/git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})

    def deployment(self, repository: str, environment: str, payload: dict[str, str]) -> int | None:
        """The id of the deployment that was made with this payload, among the newest hundred; None: there is none."""
        path = f"/repos/{repository}/deployments"
        for found in self._api.get(path, environment=environment, per_page=100) or ():
            if found.get("payload") == payload:
                return int(found["id"])
        return None

    def create_deployment(
        self, repository: str, commit: str, environment: str, payload: dict[str, str], description: str
    ) -> int:
        body = {
            "ref": commit,
            "task": "deploy",
            "auto_merge": False,  # else GitHub may merge the default branch into the tag's commit
            "required_contexts": [],
            "payload": payload,
            "environment": environment,
            "description": description[:_DESCRIPTION],
            "production_environment": True,
        }
        return self._id(self._api.once("POST", f"/repos/{repository}/deployments", body))

    def deployments(self, repository: str, environment: str) -> list[int]:
        """The newest five of an environment, newest first."""
        listed = self._api.get(f"/repos/{repository}/deployments", environment=environment, per_page=5) or ()
        return [int(deployment["id"]) for deployment in listed]

    def status(self, repository: str, deployment: int) -> str:
        """The newest status, "" where there is none yet."""
        found = self._api.get(f"/repos/{repository}/deployments/{deployment}/statuses", per_page=1) or ()
        return str(found[0]["state"]) if found else ""

    def set_status(self, repository: str, deployment: int, state: str, description: str, environment_url: str) -> None:
        body = {"state": state, "description": description[:_DESCRIPTION], "auto_inactive": False}
        if environment_url:
            body["environment_url"] = environment_url
        self._api.once("POST", f"/repos/{repository}/deployments/{deployment}/statuses", body)

    def _object(self, answer: Any) -> dict[str, Any]:
        try:
            found: dict[str, Any] = answer["object"]
            return {"type": found["type"], "sha": found["sha"]}
        except (KeyError, TypeError):
            raise Unavailable(f"{self._api.name} answered without a usable object") from None

    def _id(self, answer: Any) -> int:
        try:
            return int(answer["id"])
        except (KeyError, TypeError, ValueError):
            raise Unavailable(f"{self._api.name} answered without an id") from None
