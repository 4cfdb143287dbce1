"""How deployments come about and move on: phases by the clock, instances by the host, one at a time per app."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.deployment import Cause, Deployment, Failure, Order
from bluegreen_emulator.digitalocean.errors import ApiError, conflict
from bluegreen_emulator.digitalocean.host import Host, Workload
from bluegreen_emulator.digitalocean.secrets import Vault
from bluegreen_emulator.digitalocean.settings import Settings
from bluegreen_emulator.digitalocean.sources import Sources, Version
from bluegreen_emulator.digitalocean.spec import Component, Spec, environment, front


@dataclass
class Lifecycle:
    settings: Settings
    host: Host
    sources: Sources
    vault: Vault
    went_live: Callable[[App, Deployment], None]

    def create(
        self,
        app: App,
        spec: Spec,
        versions: dict[str, Version],
        cause: Cause,
        now: datetime,
        build: bool | None = None,
    ) -> Deployment:
        """The app's next deployment; `build` None: only what was not built yet. Raises where the app cannot take it."""
        self._make_room(app, now)
        order = app.orders.popleft() if app.orders and cause.type != "AUTO_ROLLBACK" else Order()
        versions = self._ordered(versions, order)
        skipped = build is False or not _to_build(app, versions, everything=build is True)
        plan = self._plan(skipped, order)
        identity = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{app.id}/{len(app.deployments)}"))
        made = Deployment(identity, spec, versions, cause, now, plan, self.settings.pending_build, skipped, order)
        made.previous = app.active.id if app.active else ""
        app.deployments.append(made)
        app.versions, app.updated_at = versions, now
        return made

    def advance(self, app: App, now: datetime) -> None:
        """Everything that is due by `now`, in order."""
        self._deploy_on_push(app, now)
        for _ in range(1000):
            current = app.current
            if current is None or not self._step(app, current, now):
                return

    def activate(self, app: App, deployment: Deployment, at: datetime) -> None:
        if app.active:
            app.active.enter("SUPERSEDED", at)
        app.active = deployment
        deployment.enter("ACTIVE", at)
        self.host.switch(app.key, deployment.id, front(deployment.spec))

    def workloads(self, app: App, deployment: Deployment) -> dict[str, Workload]:
        services = deployment.spec.get("services", [])
        return {service["name"]: self._workload(app, deployment, service) for service in services}

    def end(self, app: App, deployment: Deployment, phase: str, at: datetime) -> None:
        deployment.enter(phase, at)
        self.host.stop(app.key, deployment.id)

    def known(self, app: App) -> dict[str, str]:
        """What `${...}` in an environment value may name."""
        return {"APP_ID": app.id, "APP_URL": app.live_url, "APP_DOMAIN": app.live_url.split("://")[-1]}

    def _make_room(self, app: App, now: datetime) -> None:
        if app.pinned:
            status = self.settings.pinned_status
            raise conflict(f"app is pinned to deployment {app.pinned.id}; commit or revert the rollback", status)
        if self.settings.when_busy == "refuse" and app.unfinished:
            raise conflict("a deployment is already in progress")
        waiting = [d for d in app.unfinished if d.phase == "PENDING_BUILD" and d is not app.current]
        for deployment in app.unfinished if self.settings.when_busy == "supersede" else waiting:
            self.end(app, deployment, "SUPERSEDED", now)

    def _ordered(self, versions: dict[str, Version], order: Order) -> dict[str, Version]:
        if not order.other_commit:
            return versions
        commits = {sha: c for repository in self.sources.repositories.values() for sha, c in repository.commits.items()}
        return {n: replace(v, commit=commits[order.other_commit]) if v.commit else v for n, v in versions.items()}

    def _plan(self, build_skipped: bool, order: Order) -> list[tuple[str, float]]:
        settings = self.settings
        build = [("BUILDING", settings.building), ("PENDING_DEPLOY", settings.pending_deploy)]
        fails_building = order.failure is not None and order.failure.phase == "BUILDING"
        return [*(build if not build_skipped or fails_building else []), ("DEPLOYING", settings.deploying)]

    def _deploy_on_push(self, app: App, now: datetime) -> None:
        try:
            if app.pinned or not self.sources.pushed(app.spec, app.versions):
                return
            versions = self.sources.resolve(app.spec, {})
        except ApiError:
            return
        self.create(app, app.spec, versions, Cause("DEPLOY_ON_PUSH", "commit pushed"), now)

    def _step(self, app: App, deployment: Deployment, now: datetime) -> bool:
        """Takes a deployment one phase on, if its time has come. Returns whether it did."""
        at = max(deployment.ends_at, _free_since(app, deployment))
        if now < at or (deployment.order.endless and deployment.phase == "DEPLOYING"):
            return False
        if deployment.failure and deployment.failure.phase == deployment.phase:
            self._failed(app, deployment, deployment.failure, at)
        elif deployment.plan:
            self._next_phase(app, deployment, at)
        else:
            return self._finish(app, deployment, at, now)
        return True

    def _next_phase(self, app: App, deployment: Deployment, at: datetime) -> None:
        phase, seconds = deployment.plan.pop(0)
        deployment.enter(phase, at, seconds)
        if phase == "DEPLOYING":
            try:
                self.host.start(app.key, deployment.id, self.workloads(app, deployment))
            except OSError as problem:
                self._failed(app, deployment, Failure(phase, "DeployContainerStartError", str(problem)), at)

    def _finish(self, app: App, deployment: Deployment, at: datetime, now: datetime) -> bool:
        rollout = self.host.rollout(app.key, deployment.id)
        if rollout.state == "starting":
            deployment.seconds = (now - deployment.since).total_seconds()
            return False
        if rollout.state == "failed":
            self._failed(app, deployment, Failure("DEPLOYING", rollout.code, rollout.message), at)
        else:
            self.activate(app, deployment, at)
            self.went_live(app, deployment)
        return True

    def _failed(self, app: App, deployment: Deployment, failure: Failure, at: datetime) -> None:
        self.host.stop(app.key, deployment.id)
        deployment.fail(failure.code, failure.message, at)
        if deployment.order.auto_rollback and app.active and not app.pinned:
            back = app.active
            self.create(app, back.spec, back.versions, Cause("AUTO_ROLLBACK", "automatic rollback"), at, build=False)

    def _workload(self, app: App, deployment: Deployment, service: Component) -> Workload:
        version = deployment.versions[service["name"]]
        program = app.programs(version)
        env = program.env | environment(deployment.spec, service, self.vault, self.known(app))
        termination = service.get("termination", {})
        return Workload(
            replace(program, env=env),
            version,
            int(service.get("instance_count", 1)),
            service.get("health_check", {}).get("http_path", ""),
            termination.get("drain_seconds"),
            termination.get("grace_period_seconds"),
        )


def _to_build(app: App, versions: dict[str, Version], everything: bool) -> bool:
    """A git source whose commit this app built before is not built again, unless that is asked for."""
    finished = [d for d in app.deployments if {"PENDING_DEPLOY", "ACTIVE"} & d.reached.keys()]
    built = {version.commit_hash for d in finished for version in d.versions.values()}
    commits = {version.commit_hash for version in versions.values()} - {""}
    return bool(commits if everything else commits - built)


def _free_since(app: App, deployment: Deployment) -> datetime:
    """When the last deployment before this one came to its end."""
    earlier = app.deployments[: app.deployments.index(deployment)]
    return max((d.since for d in earlier), default=deployment.created_at)
