"""The calls on apps and deployments: create, update, deploy, cancel, restart, propose, roll back."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.deployment import TERMINAL, Cause, Deployment
from bluegreen_emulator.digitalocean.errors import ApiError, bad_request, conflict, not_found
from bluegreen_emulator.digitalocean.host import Programs
from bluegreen_emulator.digitalocean.lifecycle import Lifecycle
from bluegreen_emulator.digitalocean.spec import Spec, normalised

READY_WITHIN = 60.0  # seconds that the first instances of an app get


@dataclass
class Apps:
    clock: Clock
    lifecycle: Lifecycle
    all: dict[str, App] = field(default_factory=dict)

    def get(self, name_or_id: str) -> App:
        found = self.all.get(name_or_id) or self._named(name_or_id)
        if found is None:
            raise not_found("app not found")
        return found

    def deployment(self, app: App, identity: str) -> Deployment:
        found = app.deployment(identity)
        if found is None:
            raise not_found("deployment not found")
        return found

    def create(self, spec: Spec, programs: Programs, deployed: bool) -> App:
        """A new app; `deployed`: its first deployment is live at once, and its jobs ran long ago."""
        spec = normalised(spec, self.lifecycle.vault)
        if self._named(spec["name"]):
            raise conflict(f'an app named "{spec["name"]}" already exists')
        self._refuse_second(spec, None)
        now, name = self.clock.now(), spec["name"]
        versions = self.lifecycle.sources.resolve(spec, {})
        identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"app/{len(self.all)}/{name}"))
        app = App(identity, name, spec, programs, self.lifecycle.host.open(name), now, now)
        self.all[identity] = app
        deployment = self.lifecycle.create(app, spec, versions, Cause(text="initial deployment"), now)
        if deployed:
            self._settle(app, deployment)
        return app

    def update(self, app: App, spec: Spec, all_versions: bool, now: datetime) -> None:
        """PUT: without `all_versions` a source that is not new keeps the version it has."""
        spec = normalised(spec, self.lifecycle.vault)
        other = self._named(spec["name"])
        if other is not None and other is not app:
            raise conflict(f'an app named "{spec["name"]}" already exists')
        self._refuse_second(spec, app)
        self._name_domains(app, spec, now)
        versions = self.lifecycle.sources.resolve(spec, {} if all_versions else app.versions)
        unchanged = spec == app.spec and versions == app.versions
        if not unchanged or self.lifecycle.settings.deploy_identical_spec:
            cause = self._by_user("UPDATE_SPEC", "app spec updated")
            self.lifecycle.create(app, spec, versions, cause, now)
        app.spec = spec

    def _refuse_second(self, spec: Spec, app: App | None) -> None:
        """A domain that another app lists; whether that is refused is not documented."""
        taken = {name: other.name for other in self.all.values() if other is not app for name in _domains(other.spec)}
        name = next((name for name in _domains(spec) if name in taken), "")
        if name and not self.lifecycle.settings.domain_on_two_apps:
            raise conflict(f'domain "{name}" is already in use by app "{taken[name]}"')

    def _name_domains(self, app: App, spec: Spec, now: datetime) -> None:
        """Naming a domain begins its validation; giving it up ends what was there."""
        takes, named = timedelta(seconds=self.lifecycle.settings.domain_configuring), _domains(spec)
        kept = {name: at for name, at in app.domains_active.items() if name in named}
        app.domains_active = {name: now + takes for name in named if name not in _domains(app.spec)} | kept

    def deploy(self, app: App, force_build: bool, now: datetime) -> Deployment:
        """POST deployments: every source is resolved anew."""
        versions = self.lifecycle.sources.resolve(app.spec, {})
        cause = self._by_user("CREATE_DEPLOYMENT", "manual")
        return self.lifecycle.create(app, app.spec, versions, cause, now, True if force_build else None)

    def cancel(self, app: App, deployment: Deployment, now: datetime) -> None:
        if deployment.phase in TERMINAL:
            raise bad_request(f"deployment is not in progress: its phase is {deployment.phase}")
        self.lifecycle.end(app, deployment, "CANCELED", now)
        if app.pinned is deployment:
            app.pinned = None

    def restart(self, app: App, now: datetime, components: list[str]) -> Deployment:
        """A rolling restart of the artefact that runs."""
        if app.active is None:
            raise bad_request("app has no active deployment")
        unknown = set(components) - app.active.versions.keys()
        if unknown:
            raise bad_request(f"unknown components: {', '.join(sorted(unknown))}")
        cause = self._by_user("RESTART", "app restarted")
        return self.lifecycle.create(app, app.active.spec, app.active.versions, cause, now, build=False)

    def propose(self, spec: Spec, identity: str) -> dict[str, Any]:
        """What the spec would become and cost; changes nothing."""
        normal = normalised(spec, self.lifecycle.vault)
        other = self._named(normal["name"])
        free = other is None or other.id == identity
        static = not any(normal.get(kind) for kind in ("services", "workers", "jobs", "functions"))
        cost = sum(5 * int(service.get("instance_count", 1)) for service in normal.get("services", []))
        return {"app_is_static": static, "app_name_available": free, "spec": normal, "app_cost": cost}

    def maintain(self, app: App, now: datetime) -> Deployment:
        """The platform's own maintenance: the same artefact, another deployment."""
        if app.active is None:
            raise ValueError(f"{app.name} has no active deployment to maintain")
        cause = Cause("MAINTENANCE", "maintenance")
        return self.lifecycle.create(app, app.active.spec, app.active.versions, cause, now, build=False)

    def supersede(self, app: App, user: str, now: datetime) -> Deployment:
        """Somebody else deploys, and what is under way has lost."""
        for deployment in app.unfinished:
            self.lifecycle.end(app, deployment, "SUPERSEDED", now)
        versions = self.lifecycle.sources.resolve(app.spec, app.versions)
        return self.lifecycle.create(app, app.spec, versions, Cause(user=user, action="CREATE_DEPLOYMENT"), now)

    def _by_user(self, action: str, text: str) -> Cause:
        return Cause("MANUAL", text, self.lifecycle.settings.user, action)

    def _named(self, name: str) -> App | None:
        return next((app for app in self.all.values() if app.name == name), None)

    def _settle(self, app: App, deployment: Deployment) -> None:
        """Takes an app's first deployment live without the wait; its instances are waited for."""
        host = self.lifecycle.host
        host.start(app.key, deployment.id, self.lifecycle.workloads(app, deployment))
        deployment.plan.clear()
        for _ in range(int(READY_WITHIN / 0.05)):
            rollout = host.rollout(app.key, deployment.id)
            if rollout.state == "ready":
                return self.lifecycle.activate(app, deployment, self.clock.now())
            if rollout.state == "failed":
                break
            self.clock.sleep(0.05)
        raise ApiError(500, rollout.code or "timeout", f"{app.name} did not start: {rollout.message}")


def _domains(spec: Spec) -> list[str]:
    return [str(each["domain"]) for each in spec.get("domains") or ()]
