"""What every source can do."""

from typing import Any, Protocol

from bluegreen.clients.digitalocean import App, Deployment
from bluegreen.core.environment import Environment


class Source(Protocol):
    def pin(self, tag: str) -> str:
        """What the tag is pinned to besides its commit: an image's digest, "" for sources built from Git."""

    def start(
        self, environment: Environment, commit: str, digest: str, like: dict[str, Any] | None = None
    ) -> Deployment:
        """Makes one deployment of exactly this release, with the app's spec as it is or `like` this.

        Not repeatable: the intent is recorded first.
        """

    def trace(self, environment: Environment, commit: str, digest: str, before: tuple[str, ...]) -> Deployment | None:
        """The deployment that an earlier `start` may have left behind, where its answer was lost."""

    def fault(self, environment: Environment, deployment: Deployment, commit: str, digest: str) -> str | None:
        """Why a deployment is not this release; None when it is."""


def fresh(app: App, newest: list[Deployment], before: tuple[str, ...]) -> list[Deployment]:
    """Deployments that were not there when the intent was recorded."""
    waiting = [found for found in (app.pending_deployment, app.in_progress_deployment) if found]
    return [found for found in (*waiting, *newest) if found.id not in before]
