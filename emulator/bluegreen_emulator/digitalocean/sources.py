"""What a component's source resolves to: the head of a branch, or the digest behind a tag."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from bluegreen_emulator.code import Commit, Repository
from bluegreen_emulator.digitalocean.errors import bad_request
from bluegreen_emulator.digitalocean.registry import Image, Registry
from bluegreen_emulator.digitalocean.spec import Component, Spec, components


@dataclass(frozen=True)
class Version:
    """One component's artefact. `source` is where it comes from: while that stays, the version may be kept."""

    source: str
    commit: Commit | None  # what is inside; None for an image that the registry does not hold
    digest: str = ""  # images only

    @property
    def commit_hash(self) -> str:
        """As `source_commit_hash` shows it: empty for images."""
        return self.commit.sha if self.commit and not self.digest else ""


@dataclass
class Sources:
    repositories: dict[str, Repository] = field(default_factory=dict)
    registry: Registry = field(default_factory=lambda: Registry("holi"))
    elsewhere: dict[str, dict[str, Image]] = field(default_factory=dict)  # GHCR or DOCKER_HUB → digest → image

    def resolve(self, spec: Spec, kept: dict[str, Version]) -> dict[str, Version]:
        """Every component's version; one in `kept` stays as it is while its source is the same."""
        return {c["name"]: self._version(c, kept.get(c["name"])) for c in components(spec)}

    def pushed(self, spec: Spec, versions: dict[str, Version]) -> bool:
        """Whether a source that deploys on push has moved on from `versions`."""
        following = [component for component in components(spec) if _deploys_on_push(component)]
        return any(self._version(c, None) != versions.get(c["name"]) for c in following)

    def _version(self, component: Component, kept: Version | None) -> Version:
        source = _identity(component)
        if kept and kept.source == source:
            return kept
        if "image" in component:
            return self._image(source, component["image"])
        return self._head(source, component)

    def _head(self, source: str, component: Component) -> Version:
        repo, branch = _repo(component), _git(component).get("branch", "")
        repository = self.repositories.get(repo)
        if repository is None:
            raise bad_request(f'error validating app spec: repository "{repo}" does not exist or is not accessible')
        with repository.lock:
            sha = repository.branches.get(branch)
            if sha is None:
                raise bad_request(f'error validating app spec: branch "{branch}" does not exist in {repo}')
            return Version(source, repository.commits[sha])

    def _image(self, source: str, image: dict[str, Any]) -> Version:
        tags = self.registry.tags.get(image["repository"], {})
        digest = image.get("digest") or tags.get(image.get("tag", "latest"), "")
        held = self.elsewhere.get(image.get("registry_type", ""), self.registry.images)
        if digest in held:
            return Version(source, held[digest].commit, digest)
        if image.get("registry_type") == "DOCR":
            raise bad_request(f"error validating app spec: image {source} does not exist in the registry")
        return Version(source, None, digest or "sha256:" + hashlib.sha256(source.encode()).hexdigest())


def _identity(component: Component) -> str:
    if "image" in component:
        image = component["image"]
        version = f"@{image['digest']}" if image.get("digest") else f":{image.get('tag', 'latest')}"
        return f"{image.get('registry_type', '')}/{image.get('registry', '')}/{image.get('repository', '')}{version}"
    return f"{_repo(component)}#{_git(component).get('branch', '')}"


def _git(component: Component) -> dict[str, Any]:
    kind = next(kind for kind in ("git", "github", "gitlab", "bitbucket") if kind in component)
    source: dict[str, Any] = component[kind]
    return source


def _repo(component: Component) -> str:
    """`owner/name`, also of a clone URL."""
    git = _git(component)
    name = git.get("repo") or "/".join(git.get("repo_clone_url", "").split("/")[-2:])
    return str(name).removesuffix(".git")


def _deploys_on_push(component: Component) -> bool:
    if "image" in component:
        return bool(component["image"].get("deploy_on_push", {}).get("enabled"))
    return bool(_git(component).get("deploy_on_push"))
