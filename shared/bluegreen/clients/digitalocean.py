"""The calls of DigitalOcean's API that are made (docs.digitalocean.com/reference/api)."""

from functools import cached_property
from typing import Any, TypeVar

from bluegreen.clients.digitalocean_answers import (
    App,
    AppDeployment,
    DomainRecord,
    DropletTag,
    ImageTag,
    Links,
    Reason,
    RollbackValidation,
)
from bluegreen.clients.http import Api
from bluegreen.clients.shapes import shaped
from bluegreen.clients.time_series import Series, series
from bluegreen.core.errors import BluegreenError, NotFound, Refused, Unavailable
from bluegreen.core.twins.shown import ANOTHER, secrets_in

_PAGES = 50
_TELLING = 8  # characters of a secret that tell nothing yet
T = TypeVar("T")


class DigitalOcean:
    def __init__(self, api: Api) -> None:
        self._any_api = api

    @cached_property
    def _api(self) -> Api:
        """Specs and load balancers go back to DigitalOcean one day, so they are as they were read."""
        return self._any_api.with_verbatim("spec", "load_balancer")

    def app(self, app: str) -> App:
        return self._read(App, self._api.get(f"/v2/apps/{app}"), "app")

    def deployments(self, app: str) -> list[AppDeployment]:
        """The newest twenty, newest first."""
        answer = self._api.get(f"/v2/apps/{app}/deployments", page=1, per_page=20)
        return self._read(list[AppDeployment], answer, "deployments", [])

    def deployment(self, app: str, deployment: str) -> AppDeployment:
        return self._read(AppDeployment, self._api.get(f"/v2/apps/{app}/deployments/{deployment}"), "deployment")

    def deploy(self, app: str) -> AppDeployment:
        """A deployment of the branch heads as they are now. Asked once: a second request is a second deployment."""
        answer = self._api.once("POST", f"/v2/apps/{app}/deployments", {"force_build": False})
        return self._read(AppDeployment, answer, "deployment")

    def cancel(self, app: str, deployment: str) -> AppDeployment:
        answer = self._api.once("POST", f"/v2/apps/{app}/deployments/{deployment}/cancel")
        return self._read(AppDeployment, answer, "deployment")

    def update(self, app: str, spec: dict[str, Any], all_sources: bool = False) -> App:
        """Replaces the whole spec, which makes a deployment: `pending_deployment` of the answer is the one.

        `all_sources`: branch heads and tags are looked up anew; otherwise only those of new sources.
        """
        body = {"spec": spec, "update_all_source_versions": all_sources}
        try:
            answer = self._api.once("PUT", f"/v2/apps/{app}", body)
        except BluegreenError as error:
            raise _without_secrets(error, spec) from None
        return self._read(App, answer, "app")

    def update_to(self, app: str, spec: dict[str, Any], all_sources: bool = False) -> AppDeployment:
        made = self.update(app, spec, all_sources).pending_deployment
        if made is None:
            raise Unavailable("DigitalOcean took the spec, but named no pending deployment yet")
        return made

    def rollback_fault(self, app: str, deployment: str) -> str | None:
        """Why App Platform would not take the app back to a deployment, in its words; None when it would."""
        body = {"deployment_id": deployment, "skip_pin": False}
        answer = self._api.once("POST", f"/v2/apps/{app}/rollback/validate", body)
        found = shaped(RollbackValidation, answer, self._api.name, "validation")
        error = found.error or Reason()
        return None if found.valid else f"{error.code or 'not valid'}: {error.message or 'no reason given'}"

    def roll_back(self, app: str, deployment: str) -> AppDeployment:
        """A new deployment of an old one. It pins the app, so a second request is refused (409)."""
        body = {"deployment_id": deployment, "skip_pin": False}
        return self._read(AppDeployment, self._api.once("POST", f"/v2/apps/{app}/rollback", body), "deployment")

    def commit_rollback(self, app: str) -> None:
        """Keeps what was rolled back to and takes the pin away; makes no deployment."""
        self._api.once("POST", f"/v2/apps/{app}/rollback/commit")

    def load_balancer(self, balancer: str) -> dict[str, Any]:
        """The whole representation, as a change of it has to give it back."""
        whole = self._read(dict[str, Any], self._api.get(f"/v2/load_balancers/{balancer}"), "load_balancer")
        # These two are told to people, and are the two that no change gives back as they were read.
        shown = {field: self._api.redacted(str(whole[field])) for field in ("tag", "status") if whole.get(field)}
        return {**whole, **shown}

    def update_load_balancer(self, balancer: str, whole: dict[str, Any]) -> None:
        """Replaces everything: what is left out falls back to its default. Sets, so it may be repeated."""
        if whole.get("tag") and "droplet_ids" in whole:
            raise Refused("a load balancer selects by tag or by droplet_ids, never by both")
        self._api.once("PUT", f"/v2/load_balancers/{balancer}", whole)

    def droplets_tagged(self, tag: str) -> int:
        """How many Droplets carry a tag; `NotFound` where there is no such tag."""
        resources = self._read(DropletTag, self._api.get(f"/v2/tags/{tag}"), "tag").resources
        return resources.droplets.count if resources and resources.droplets else 0

    def dns_record(self, zone: str, record: int) -> DomainRecord:
        return self._read(DomainRecord, self._api.get(f"/v2/domains/{zone}/records/{record}"), "domain_record")

    def dns_records(self, zone: str, name: str, kind: str) -> list[DomainRecord]:
        """`name` is fully qualified."""
        answer = self._api.get(f"/v2/domains/{zone}/records", name=name, type=kind, per_page=20)
        return self._read(list[DomainRecord], answer, "domain_records", [])

    def point_dns_record(self, zone: str, record: DomainRecord, data: str) -> None:
        """Changes what the record says, and nothing else of it. Sets, so it may be repeated."""
        self._api.once("PATCH", f"/v2/domains/{zone}/records/{record.id}", {"type": record.type, "data": data})

    def app_metric(self, app: str, metric: str, start: int, end: int, component: str = "") -> list[Series]:
        """cpu_percentage, memory_percentage or restart_count, a series of each instance; epochs in seconds."""
        named = {"app_component": component} if component else {}
        return self._metric(f"apps/{metric}", start, end, app_id=app, **named)

    def load_balancer_metric(self, balancer: str, metric: str, start: int, end: int) -> list[Series]:
        return self._metric(f"load_balancer/{metric}", start, end, lb_id=balancer)

    def _metric(self, path: str, start: int, end: int, **query: str) -> list[Series]:
        """Asked without a second try: nobody may wait for it, and it is asked again in a minute."""
        span = {"start": str(start), "end": str(end)}
        answer = self._api.once("GET", f"/v2/monitoring/metrics/{path}", params=query | span)
        return series(answer, self._api.name)

    def image_digest(self, registry: str, repository: str, tag: str) -> str:
        """`sha256:…` that a tag of the registry means now."""
        path = f"/v2/registries/{registry}/repositories/{repository.replace('/', '%2F')}/tags"
        for page in range(1, _PAGES + 1):
            answer = self._api.get(path, page=page, per_page=100)
            for found in self._read(list[ImageTag], answer, "tags", []):
                if found.tag == tag:
                    return found.manifest_digest
            pages = self._read(Links, answer, "links", Links()).pages
            if not pages or not pages.next:
                break
        raise NotFound(f"registry {registry} has no image {repository}:{tag}")

    def build_log(self, app: str, deployment: str, kind: str, lines: int) -> list[str]:
        """The last lines of a BUILD or DEPLOY log; none where the phase was never reached."""
        path = f"/v2/apps/{app}/deployments/{deployment}/logs"
        answer = self._api.get(path, type=kind, follow="false", pod_connection_timeout="5s", tail_lines=lines)
        urls = self._read(list[str], answer, "historic_urls", [])
        return self._api.text(urls[0]).splitlines()[-lines:] if urls else []

    def _read(self, shape: type[T], answer: Any, key: str, otherwise: T | None = None) -> T:
        """What stands at a key of the answer; `otherwise` where nothing does and it may be left out."""
        found = answer.get(key) if isinstance(answer, dict) else None
        if otherwise is not None and not found and isinstance(answer, dict | None):
            return otherwise
        return shaped(shape, found, self._api.name, key)


def _without_secrets(error: BluegreenError, spec: dict[str, Any]) -> BluegreenError:
    """A refusal may quote what was sent. Where it is cut, only the first part of a secret may stand there."""
    said = str(error)
    for secret in sorted(secrets_in(spec), key=len, reverse=True):
        begun = (secret[:size] for size in range(min(len(secret), len(said)), _TELLING, -1))
        part = next((each for each in (secret, *begun) if each in said), "")
        said = said.replace(part, f"[{ANOTHER}]") if part else said
    error.args = (said,)
    return error
