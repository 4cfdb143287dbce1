"""An image that CI pushed under the tag's name, pinned by digest in the app's spec."""

import copy
from typing import Any

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.digitalocean_answers import App, AppDeployment
from bluegreen.clients.registry import Registry
from bluegreen.core.config import tags
from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused
from bluegreen.core.twins.components import ENCRYPTED, at_digest, full_size, spec_to_deploy
from bluegreen.sources.source import deployments_since

_KINDS = ("services", "workers", "jobs")


class ImageSource:
    """`registry` is where digests come from, None for DOCR: DigitalOcean itself knows them."""

    def __init__(
        self,
        service: Service,
        settings: Image,
        digitalocean: DigitalOcean,
        registry: Registry | None = None,
        credentials: str = "",
    ) -> None:
        self._service = service
        self._settings = settings
        self._digitalocean = digitalocean
        self._registry = registry
        self._credentials = credentials

    def pin(self, tag: str) -> str:
        owner, repository = self._settings.registry, self._settings.repository
        tag = tags.filled(self._settings.image_tag, tag)
        if self._registry is None:
            return self._digitalocean.image_digest(owner, repository, tag)
        return self._registry.digest(f"{owner}/{repository}", tag)

    def start(
        self, environment: Environment, commit: str, digest: str, like: dict[str, Any] | None = None
    ) -> AppDeployment:
        app = self._service.app(environment)
        component = self._component(environment)
        spec = like or self._spec(self._digitalocean.app(app), environment)
        spec = pinned(spec, self._settings, digest, component, self._credentials)
        return self._digitalocean.update_to(app, self._fit(spec, environment))

    def trace(
        self, environment: Environment, commit: str, digest: str, before: tuple[str, ...]
    ) -> AppDeployment | None:
        app = self._service.app(environment)
        new = deployments_since(self._digitalocean.app(app), self._digitalocean.deployments(app), before)
        ours = [each for each in new if self._digests(each, environment) == {digest}]
        return ours[0] if ours else None

    def fault(self, environment: Environment, deployment: AppDeployment, commit: str, digest: str) -> str | None:
        pinned = self._digests(deployment, environment)
        if pinned == {digest}:
            return None
        runs = ", ".join(sorted(each for each in pinned if each)) or "no digest"
        return f"the deployment pins {runs}, but the tag's image is {digest}"

    def _digests(self, deployment: AppDeployment, environment: Environment) -> set[str]:
        """Of every component that runs the image; "" where one follows a tag."""
        parts = _parts(deployment.spec, self._settings, self._component(environment))
        return {str(part["image"].get("digest") or "") for part in parts}

    def _spec(self, app: App, environment: Environment) -> dict[str, Any]:
        """What the digest goes into. Of an app that runs both environments, the active one stays as it runs."""
        name = self._service.component(environment)
        return spec_to_deploy(app.spec, app.running, name) if name else app.spec

    def _fit(self, spec: dict[str, Any], environment: Environment) -> dict[str, Any]:
        """A component that was scaled down while it was idle is checked at the size that production gets."""
        traffic = self._service.traffic
        return full_size(spec, traffic, environment) if isinstance(traffic, AppIngress) else spec

    def _component(self, environment: Environment) -> str:
        return self._service.component(environment) or self._settings.component


def pinned(
    spec: dict[str, Any], settings: Image, digest: str, component: str = "", credentials: str = ""
) -> dict[str, Any]:
    """The spec with the repository's image at this digest, of one component or of all that run it; everything else
    goes back as it was read, encrypted credentials included. Such as are not encrypted yet are set."""
    spec = copy.deepcopy(spec)
    parts = _parts(spec, settings, component)
    if not parts:
        which = f"component {component}" if component else "component"
        raise Refused(f"the app's spec has no {which} with image {_named(settings)}")
    for part in parts:
        part["image"] = at_digest(part["image"], digest)
        known = part["image"].get("registry_credentials")
        if credentials and known is not None and not str(known).startswith(ENCRYPTED):
            part["image"]["registry_credentials"] = credentials
    return spec


def _parts(spec: dict[str, Any], settings: Image, component: str) -> list[dict[str, Any]]:
    return [part for kind in _KINDS for part in spec.get(kind) or () if _ours(part, settings, component)]


def _ours(part: dict[str, Any], settings: Image, component: str) -> bool:
    image = part.get("image") or {}
    named = not component or part.get("name") == component
    owner = "" if settings.registry_type == "DOCR" else settings.registry
    theirs = (image.get("registry_type"), image.get("registry") or "", image.get("repository"))
    return named and theirs == (settings.registry_type, owner, settings.repository)


def _named(settings: Image) -> str:
    if settings.registry_type == "DOCR":
        return settings.repository
    return f"{settings.registry}/{settings.repository} of {settings.registry_type}"
