"""An image that CI pushed under the tag's name, pinned by digest in the app's spec."""

import copy
from typing import Any

from bluegreen.clients.digitalocean import Deployment, DigitalOcean
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Refused, Unavailable
from bluegreen.core.service import Image, Service
from bluegreen.sources.source import fresh

_KINDS = ("services", "workers", "jobs")


class ImageSource:
    def __init__(self, service: Service, settings: Image, digitalocean: DigitalOcean) -> None:
        self._service = service
        self._settings = settings
        self._digitalocean = digitalocean

    def pin(self, tag: str) -> str:
        return self._digitalocean.image_digest(self._settings.registry, self._settings.repository, tag)

    def start(self, environment: Environment, commit: str, digest: str) -> Deployment:
        app = self._service.app(environment)
        spec = pinned(self._digitalocean.app(app).spec, self._settings, digest, self._component(environment))
        made = self._digitalocean.update(app, spec).pending_deployment
        if made is None:
            raise Unavailable("DigitalOcean took the spec, but named no pending deployment yet")
        return made

    def trace(self, environment: Environment, commit: str, digest: str, before: tuple[str, ...]) -> Deployment | None:
        app = self._service.app(environment)
        found = fresh(self._digitalocean.app(app), self._digitalocean.deployments(app), before)
        ours = [one for one in found if digest in one.digests_of(self._component(environment))]
        return ours[0] if ours else None

    def fault(self, environment: Environment, deployment: Deployment, commit: str, digest: str) -> str | None:
        pinned = deployment.digests_of(self._component(environment))
        if digest in pinned:
            return None
        runs = ", ".join(sorted(pinned)) or "no digest"
        return f"the deployment pins {runs}, but the tag's image is {digest}"

    def _component(self, environment: Environment) -> str:
        return self._service.component(environment) or self._settings.component


def pinned(spec: dict[str, Any], settings: Image, digest: str, component: str = "") -> dict[str, Any]:
    """The spec with the repository's image at this digest, of one component or of all that run it; everything else
    goes back as it was read."""
    spec = copy.deepcopy(spec)
    parts = [part for kind in _KINDS for part in spec.get(kind) or () if _ours(part, settings, component)]
    if not parts:
        which = f"component {component}" if component else "component"
        raise Refused(f"the app's spec has no {which} with image {settings.repository}")
    for part in parts:
        part["image"] = {k: v for k, v in part["image"].items() if k not in ("tag", "deploy_on_push")}
        part["image"]["digest"] = digest
    return spec


def _ours(part: dict[str, Any], settings: Image, component: str) -> bool:
    image = part.get("image") or {}
    named = not component or part.get("name") == component
    return named and image.get("repository") == settings.repository
