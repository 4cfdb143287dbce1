"""The calls of GitHub's API that are made (docs.github.com/rest)."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from bluegreen.clients.github_actions import GitHubActions
from bluegreen.clients.http import Api
from bluegreen.clients.repository.files import GitHubFiles
from bluegreen.clients.shapes import Answer, shaped
from bluegreen.core.errors import NotFound, Refused

_DESCRIPTION = 140  # longest that a deployment status takes
_TAG_DEPTH = 5
_TAG_PAGES = 10  # of a hundred: with several services in one repository, a service's newest may be far down


T = TypeVar("T")


class _Repository(Answer):
    full_name: str = ""


class _Object(Answer):
    type: str
    sha: str


class _Pointer(Answer):
    """A ref, or an annotated tag."""

    object: _Object


class _Commit(Answer):
    sha: str = ""


class _Tag(Answer):
    name: str = ""
    commit: _Commit | None = None


class _Comparison(Answer):
    status: str


class MadeDeployment(Answer):
    id: int
    payload: Any = None  # anything: it may be another program's


class DeploymentStatus(Answer):
    state: str
    description: str | None = None


class GitHub:
    def __init__(self, api: Api) -> None:
        self._api = api.following()  # a repository that was renamed or transferred

    @property
    def actions(self) -> GitHubActions:
        return GitHubActions(self._api)

    def moved_to(self, repository: str) -> str:
        """The name that a repository has now; "" where no answer so far came from another address."""
        if not self._api.moved:
            return ""
        name = self._read(_Repository, self._api.get(f"/repos/{repository}"), "repository").full_name
        return "" if name.lower() == repository.lower() else name[:200]

    def commit_of(self, repository: str, tag: str) -> str:
        """The commit behind a tag, through the tag objects of annotated ones."""
        path = f"/repos/{repository}/git/ref/tags/{quote(tag)}"
        for _ in range(_TAG_DEPTH):
            found = self._read(_Pointer, self._api.get(path), "object").object
            if found.type == "commit":
                return found.sha
            path = f"/repos/{repository}/git/tags/{quote(found.sha)}"
        raise Refused(f"tag {tag} of {repository} does not lead to a commit")

    def is_behind(self, repository: str, commit: str, base: str) -> bool:
        """True where a commit is an ancestor of `base`. False where they have no common history, or one is gone."""
        # The second page is without the files, whose diffs may be long.
        try:
            found = self._api.get(f"/repos/{repository}/compare/{quote(base)}...{quote(commit)}", per_page=1, page=2)
        except NotFound:
            return False
        return self._read(_Comparison, found, "comparison").status == "behind"

    @property
    def files(self) -> GitHubFiles:
        return GitHubFiles(self._api)

    def tags(self, repository: str) -> dict[str, str]:
        """The tags that GitHub lists, with the commits that they mean: a thousand at most."""
        there: dict[str, str] = {}
        for page in range(1, _TAG_PAGES + 1):
            answer = self._api.get(f"/repos/{repository}/tags", per_page=100, page=page)
            found = self._read(list[_Tag], answer or [], "list of tags")
            there |= {tag.name: tag.commit.sha if tag.commit else "" for tag in found if tag.name}
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
        made = self._api.once("POST", f"/repos/{repository}/deployments", body)
        return self._read(MadeDeployment, made, "id").id

    def deployments(self, repository: str, environment: str) -> list[MadeDeployment]:
        """The newest hundred of an environment, newest first, whoever made them."""
        answer = self._api.get(f"/repos/{repository}/deployments", environment=environment, per_page=100)
        return self._read(list[MadeDeployment], answer or [], "list of deployments")

    def statuses(self, repository: str, deployment: int, most: int = 100) -> list[DeploymentStatus]:
        """What was said of a deployment, newest first; `most`: 1 to 100."""
        answer = self._api.get(f"/repos/{repository}/deployments/{deployment}/statuses", per_page=most)
        return self._read(list[DeploymentStatus], answer or [], "list of statuses")

    def set_status(
        self,
        repository: str,
        deployment: int,
        state: str,
        description: str,
        urls: Mapping[str, str] | None = None,
        end: str = "",
    ) -> None:
        """`urls`: `environment_url` and `log_url`, "" where there is none. `end` is what is not cut."""
        said = description[: _DESCRIPTION - len(end)] + end
        body: dict[str, Any] = {"state": state, "description": said, "auto_inactive": False}
        body |= {name: url for name, url in (urls or {}).items() if url}
        self._api.once("POST", f"/repos/{repository}/deployments/{deployment}/statuses", body)

    def set_commit_status(self, repository: str, commit: str, state: str, says: str, context: str, url: str) -> None:
        """docs.github.com/rest/commits/statuses; the newest of a context counts."""
        body = {"state": state, "description": says[:_DESCRIPTION], "context": context, "target_url": url}
        self._api.once("POST", f"/repos/{repository}/statuses/{commit}", body)

    def record_deployment(self, repository: str, record: Mapping[str, str]) -> None:
        """Which artifact runs where: docs.github.com/rest/orgs/artifact-metadata. Sent again, it is the same record."""
        owner, _, name = repository.partition("/")
        body = {**record, "github_repository": name}
        self._api.once("POST", f"/orgs/{quote(owner)}/artifacts/metadata/deployment-record", body)

    def _read(self, shape: type[T], answer: Any, name: str) -> T:
        return shaped(shape, answer, self._api.name, name)
