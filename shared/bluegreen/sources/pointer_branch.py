"""Built from Git: App Platform follows branches only, so a branch per environment is moved to the tag's commit."""

from typing import Any

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.digitalocean_answers import AppDeployment
from bluegreen.clients.github import GitHub
from bluegreen.core.config.service import Service
from bluegreen.core.config.source import PointerBranch
from bluegreen.core.environment import Environment
from bluegreen.core.twins.fitness import why_built_otherwise
from bluegreen.sources.source import deployments_since


class PointerBranchSource:
    def __init__(self, service: Service, settings: PointerBranch, digitalocean: DigitalOcean, github: GitHub) -> None:
        self._service = service
        self._settings = settings
        self._digitalocean = digitalocean
        self._github = github

    def pin(self, tag: str) -> str:
        return ""

    def start(
        self, environment: Environment, commit: str, digest: str, like: dict[str, Any] | None = None
    ) -> AppDeployment:
        branch = f"{self._settings.prefix}{environment.value}"
        self._github.move_branch(self._service.repository, branch, commit)
        app = self._service.app(environment)
        return self._digitalocean.update_to(app, like, all_sources=True) if like else self._digitalocean.deploy(app)

    def trace(
        self, environment: Environment, commit: str, digest: str, before: tuple[str, ...]
    ) -> AppDeployment | None:
        app = self._service.app(environment)
        new = deployments_since(self._digitalocean.app(app), self._digitalocean.deployments(app), before)
        ours = [each for each in new if not each.commits or commit in each.commits]
        return ours[0] if ours else None

    def fault(self, environment: Environment, deployment: AppDeployment, commit: str, digest: str) -> str | None:
        return why_built_otherwise(deployment.spec, self._service, deployment.built, commit)
