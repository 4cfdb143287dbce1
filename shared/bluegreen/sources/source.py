"""What every source can do."""

from typing import Any, Protocol

from bluegreen.clients.digitalocean_answers import App, AppDeployment
from bluegreen.core.environment import Environment


class Source(Protocol):
    def pin(self, tag: str) -> str:
        """What the tag is pinned to besides its commit: an image's digest, "" for sources built from Git."""

    def start(
        self, environment: Environment, commit: str, digest: str, like: dict[str, Any] | None = None
    ) -> AppDeployment:
        """Makes one deployment of exactly this release, with the app's spec as it is or `like` this.

        Not repeatable: the intent is recorded first.
        """

    def trace(
        self, environment: Environment, commit: str, digest: str, before: tuple[str, ...]
    ) -> AppDeployment | None:
        """The deployment that an earlier `start` may have left behind, where its answer was lost."""

    def fault(self, environment: Environment, deployment: AppDeployment, commit: str, digest: str) -> str | None:
        """Why a deployment is not this release; None when it is."""


def deployments_since(app: App, newest: list[AppDeployment], before: tuple[str, ...]) -> list[AppDeployment]:
    """Deployments that were not there when the intent was recorded."""
    under_way = [deployment for deployment in (app.pending_deployment, app.in_progress_deployment) if deployment]
    return [deployment for deployment in (*under_way, *newest) if deployment.id not in before]
