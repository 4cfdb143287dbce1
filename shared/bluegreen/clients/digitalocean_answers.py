"""What is read of DigitalOcean's answers (docs.digitalocean.com/reference/api); all else is left."""

from typing import Any

from pydantic import Field

from bluegreen.clients.shapes import Answer


class Reason(Answer):
    code: str = ""
    message: str = ""


class DeploymentStep(Answer):
    """A node of the progress tree; unknown fields are DigitalOcean's own business."""

    name: str = ""
    status: str = ""
    reason: Reason | None = None
    steps: list["DeploymentStep"] = Field(default_factory=list)


class DeploymentProgress(Answer):
    steps: list[DeploymentStep] = Field(default_factory=list)


class Component(Answer):
    name: str = ""
    source_commit_hash: str = ""


class AppDeployment(Answer):
    id: str
    phase: str = "UNKNOWN"
    cause: str = ""
    cloned_from: str = ""  # the deployment that a rollback goes back to
    spec: dict[str, Any] = Field(default_factory=dict)
    services: list[Component] = Field(default_factory=list)
    static_sites: list[Component] = Field(default_factory=list)
    workers: list[Component] = Field(default_factory=list)
    jobs: list[Component] = Field(default_factory=list)
    functions: list[Component] = Field(default_factory=list)
    progress: DeploymentProgress = Field(default_factory=DeploymentProgress)
    created_at: str = ""

    @property
    def commits(self) -> set[str]:
        """What the components were built from; empty before the build has resolved it, and for images."""
        return set(self.built.values())

    @property
    def built(self) -> dict[str, str]:
        """Commits of components, by path such as `jobs.migrate`; of those that say one."""
        kinds = {
            "services": self.services,
            "static_sites": self.static_sites,
            "workers": self.workers,
            "jobs": self.jobs,
            "functions": self.functions,
        }
        parts = [(kind, part) for kind, found in kinds.items() for part in found]
        return {f"{kind}.{part.name}": part.source_commit_hash for kind, part in parts if part.source_commit_hash}


class App(Answer):
    id: str
    spec: dict[str, Any] = Field(default_factory=dict)
    default_ingress: str | None = None  # its own address, whatever domains it has
    live_url: str | None = None
    active_deployment: AppDeployment | None = None
    in_progress_deployment: AppDeployment | None = None
    pending_deployment: AppDeployment | None = None
    pinned_deployment: AppDeployment | None = None

    @property
    def under_way(self) -> AppDeployment | None:
        """The newest that has not ended."""
        return self.pending_deployment or self.in_progress_deployment

    @property
    def running(self) -> dict[str, Any]:
        """The spec of what is live; the newest where that is not known."""
        return self.active_deployment.spec if self.active_deployment and self.active_deployment.spec else self.spec


class DomainRecord(Answer):
    id: int
    type: str
    name: str = ""
    data: str = ""
    ttl: int = 0  # seconds


class RollbackValidation(Answer):
    valid: bool = False
    error: Reason | None = None


class TaggedDroplets(Answer):
    count: int = 0


class TaggedResources(Answer):
    droplets: TaggedDroplets | None = None


class DropletTag(Answer):
    resources: TaggedResources | None = None


class ImageTag(Answer):
    tag: str = ""
    manifest_digest: str = ""


class Pages(Answer):
    next: str = ""


class Links(Answer):
    pages: Pages | None = None
