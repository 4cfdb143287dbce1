"""The clients that a function gets, over the world in memory, with the methods and values of bluegreen.clients."""

from typing import Any, Protocol

from bluegreen.clients.digitalocean_answers import App, AppDeployment
from bluegreen.clients.github import DeploymentStatus, MadeDeployment
from bluegreen.clients.slack import Posted
from bluegreen.clients.web import Reply
from bluegreen.core.checks.response import CheckResponse
from bluegreen.core.config.checks import Check
from bluegreen.core.errors import NotFound, Refused
from bluegreen_emulator.digitalocean import rollbacks
from bluegreen_emulator.digitalocean.deployment import Deployment as Made
from bluegreen_emulator.digitalocean.deployment_shape import deployment_shape
from bluegreen_emulator.digitalocean.errors import ApiError
from bluegreen_emulator.github.errors import GitHubError
from tests.simulation.world.traffic_api import TrafficApi, meaning
from tests.simulation.world.world import World


class DigitalOcean(TrafficApi):
    def app(self, app: str) -> App:
        found = self._world.app(app)
        slots = {slot: self._seen(made) for slot, made in found.slots().items() if made}
        return App(id=found.id, spec=found.spec, **slots)

    def deployments(self, app: str) -> list[AppDeployment]:
        found = self._world.app(app)
        return [self._seen(one) for one in reversed(found.deployments[-20:])]

    def deployment(self, app: str, deployment: str) -> AppDeployment:
        return self._seen(self._made(app, deployment))

    def deploy(self, app: str) -> AppDeployment:
        apps, found = self._world.platform.apps, self._world.app(app)
        try:
            return self._seen(apps.deploy(found, False, self._world.clock.now()))
        except ApiError as error:
            raise meaning(error) from None

    def cancel(self, app: str, deployment: str) -> AppDeployment:
        made = self._made(app, deployment)
        try:
            self._world.platform.apps.cancel(self._world.app(app), made, self._world.clock.now())
        except ApiError as error:
            raise meaning(error) from None
        return self._seen(made)

    def rollback_fault(self, app: str, deployment: str) -> str | None:
        answer = rollbacks.validate(self._world.app(app), self._made(app, deployment), 10)
        return None if answer["valid"] else str(answer["error"])

    def roll_back(self, app: str, deployment: str) -> AppDeployment:
        apps, found = self._world.platform.apps, self._world.app(app)
        try:
            made = rollbacks.roll_back(apps, found, self._made(app, deployment), False, self._world.clock.now())
        except ApiError as error:
            raise meaning(error) from None
        return self._seen(made)

    def commit_rollback(self, app: str) -> None:
        try:
            rollbacks.commit(self._world.app(app))
        except ApiError as error:
            raise meaning(error) from None

    def build_log(self, app: str, deployment: str, kind: str, lines: int) -> list[str]:
        return [f"{kind.lower()} of {deployment[:8]}"]

    def _made(self, app: str, deployment: str) -> Made:
        found = self._world.app(app).deployment(deployment)
        if found is None:
            raise NotFound("DigitalOcean has no such deployment")
        return found

    def _seen(self, made: Made) -> AppDeployment:
        """It looks the same until it moves on."""
        now = self._world.clock.now()
        looks = (made.id, made.phase, made.since, made.half_way(now))
        found = self._world.deployment_views.get(looks)
        if found is None:
            found = self._world.deployment_views[looks] = AppDeployment.model_validate(deployment_shape(made, now))
        return found


class GitHub:
    def __init__(self, world: World) -> None:
        self._world = world

    def commit_of(self, repository: str, tag: str) -> str:
        found = self._world.repository.tags.get(tag)
        if found is None:
            raise NotFound(f"GitHub has no tag {tag}")
        return found.commit

    def is_behind(self, repository: str, commit: str, base: str) -> bool:
        held = self._world.repository
        return commit != base and base in held.commits and commit in held.line(base)

    @property
    def files(self) -> "GitHub":
        return self

    def tree(self, repository: str, commit: str) -> dict[str, str]:
        return {}

    def blob(self, repository: str, sha: str) -> str:
        raise NotFound(f"GitHub has no blob {sha}")

    def tags(self, repository: str) -> dict[str, str]:
        return {name: tag.commit for name, tag in self._world.repository.tags.items()}

    def moved_to(self, repository: str) -> str:
        return ""

    def move_branch(self, repository: str, branch: str, commit: str) -> None:
        self._world.repository.branches[branch] = commit

    def create_deployment(
        self, repository: str, commit: str, environment: str, payload: dict[str, str], description: str
    ) -> int:
        body = {"ref": commit, "auto_merge": False, "required_contexts": [], "payload": payload}
        body |= {"environment": environment, "production_environment": True}
        try:
            return int(self._world.pages.create(body)["id"])
        except GitHubError as error:
            raise Refused(f"GitHub answered {error}") from None

    def deployments(self, repository: str, environment: str) -> list[MadeDeployment]:
        found = self._world.pages.listed({"environment": environment})
        return [MadeDeployment(id=int(made["id"]), payload=made["payload"]) for made in found]

    def statuses(self, repository: str, deployment: int, most: int = 100) -> list[DeploymentStatus]:
        found = self._world.pages.statuses[deployment][::-1][:most]
        return [DeploymentStatus(state=str(each["state"]), description=str(each["description"])) for each in found]

    def set_status(
        self, repository: str, deployment: int, state: str, description: str, urls: Any = None, end: str = ""
    ) -> None:
        said = description[: 140 - len(end)] + end
        body = {"state": state, "description": said, "auto_inactive": False}
        self._world.pages.set_status(deployment, body)

    def set_commit_status(self, repository: str, commit: str, state: str, says: str, context: str, url: str) -> None:
        self._world.pages.set_commit_status(commit, {"state": state, "description": says[:140], "context": context})

    def record_deployment(self, repository: str, record: Any) -> None:
        """Nothing is decided on it."""


class Web:
    def __init__(self, world: World) -> None:
        self._world = world

    def check(self, url: str, check: Check, headers: Any = None) -> Reply:
        environment = self._world.environments.get(url)
        if environment is not None:
            return _reply(*self._world.answer(environment, check.path, production=False), {})
        led_to = self._world.routing.destination(self._world.clock.t)
        if led_to is None:
            return Reply(CheckResponse(error="none (ConnectError)"), {})
        found = {"x-bluegreen-environment": led_to.value}
        return _reply(*self._world.answer(led_to, check.path, production=True), found)


class Slack:
    is_bot = False

    def __init__(self, world: World) -> None:
        self._world = world

    def post(self, message: dict[str, Any]) -> None:
        status, text, _ = self._world.slack.post(message)
        if status != 200:
            raise Refused(f"Slack answered {status} ({text})")

    def post_message(self, message: dict[str, Any]) -> Posted:
        raise Refused("this Slack has a webhook and no bot")

    def update(self, at: Posted, message: dict[str, Any]) -> bool:
        raise Refused("this Slack has a webhook and no bot")

    def answer(self, address: str, text: str) -> None:
        raise Refused("this Slack has a webhook and no bot")


class Functions:
    """`platform` takes what is woken."""

    def __init__(self, platform: "Platform", key: bool) -> None:
        self._platform = platform
        self.can_wake = key

    def wake(self, function: str, event: dict[str, Any]) -> str | None:
        if not self.can_wake:
            return "no access key is set: the watch will take the turn"
        if self._platform.refuses_wake_ups():
            return "the Functions platform answered 401: the token is not accepted"
        self._platform.wake_up(function, event)
        return None


class Platform(Protocol):
    def refuses_wake_ups(self) -> bool: ...

    def wake_up(self, function: str, event: dict[str, Any]) -> None: ...


def _reply(status: int, body: str, headers: dict[str, str]) -> Reply:
    return Reply(CheckResponse(status=status, body=body, ms=5.0), headers)
