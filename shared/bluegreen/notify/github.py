"""GitHub's Deployments page: one deployment a release, whose status is set, not added to."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bluegreen.clients.github import GitHub, MadeDeployment
from bluegreen.core.config.notify import GitHubNotice
from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image
from bluegreen.core.errors import Never
from bluegreen.core.notices import Notice
from bluegreen.core.phases import Phase
from bluegreen.notify import links

_STATES = {
    Phase.LIVE: "success",
    Phase.UNPROVEN: "success",
    Phase.FAILED: "failure",
    Phase.REJECTED: "failure",
    Phase.ROLLED_BACK: "failure",
    Phase.STUCK: "error",
    Phase.ABORTED: "inactive",
    Phase.EXPIRED: "inactive",
    Phase.SUPERSEDED: "inactive",
    Phase.RESTORED: "inactive",
}
# By the state of the deployment; a commit has no others, besides pending.
_COMMIT_STATES = {"success": "success", "failure": "failure", "error": "error", "inactive": "error"}
_RUNS = (Phase.READY, Phase.WATCHING, Phase.LIVE, Phase.UNPROVEN, Phase.RESTORED)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SERVES = (Phase.WATCHING, Phase.LIVE, Phase.UNPROVEN)
_ASKED_ABOUT = 5  # of a service's deployments, the newest: each costs a request


def _service_of(deployment: MadeDeployment) -> str:
    """The service whose release it is, by the payload that it was made with; "": another program has made it."""
    match deployment.payload:
        case {"bluegreen": str(release), "tag": str()}:
            return release.rpartition("-")[0]
    return ""


def _where_allowed(tell: Callable[[], None]) -> None:
    """What is told besides: a token without the right for it, or an owner who is no organization, hinders nothing."""
    with suppress(Never):
        tell()


@dataclass(frozen=True)
class GitHubNotifier:
    settings: GitHubNotice
    service: Service
    github: GitHub

    def send(self, notice: Notice) -> None:
        repository, phase = self.service.repository, Phase(notice.status)
        made = self.github.deployments(repository, self.settings.environment)
        deployment = self._deployment(notice, made)
        state = _STATES.get(phase, "in_progress")
        if self._newest(deployment) != state:
            says = f"{notice.headline}: {notice.reason}" if notice.reason else notice.headline
            urls = {"environment_url": self._url(notice, phase), "log_url": links.log(self.service, notice)}
            self.github.set_status(repository, deployment, state, says, urls, notice.witness)
        ours = [each for each in made if _service_of(each) == notice.service and each.id != deployment]
        if state == "success":
            self._retire(ours, "replaced", notice)
        if phase is Phase.ROLLED_BACK and notice.base:
            self._give_back(ours, notice)
        if self.settings.commit_status and _COMMIT.fullmatch(notice.commit):
            _where_allowed(lambda: self._set_commit_status(notice, phase))
        if self.settings.deployment_record and notice.digest and phase in _RUNS:
            _where_allowed(lambda: self._record(notice))

    def _set_commit_status(self, notice: Notice, phase: Phase) -> None:
        says = f"{notice.headline}: {notice.reason}" if notice.reason else notice.headline
        state, context = _COMMIT_STATES.get(_STATES.get(phase, ""), "pending"), f"bluegreen/{notice.service}"
        where = links.log(self.service, notice)
        self.github.set_commit_status(self.service.repository, notice.commit, state, says, context, where)

    def _record(self, notice: Notice) -> None:
        record = {
            "name": self.service.source.repository if isinstance(self.service.source, Image) else notice.service,
            "digest": notice.digest,
            "version": notice.tag,
            "status": "deployed",
            "logical_environment": self.settings.environment,
            "physical_environment": notice.environment,
            "deployment_name": notice.service,
        }
        self.github.record_deployment(self.service.repository, record)

    def _deployment(self, notice: Notice, made: list[MadeDeployment]) -> int:
        """Found by its payload, so that a repeated notice finds what the first one made."""
        repository, ref, where = self.service.repository, notice.commit or notice.tag, self.settings.environment
        payload = {"bluegreen": notice.release, "tag": notice.tag}
        found = next((each.id for each in made if each.payload == payload), None)
        text = f"{notice.service} {notice.tag}"
        return found or self.github.create_deployment(repository, ref, where, payload, text)

    def _newest(self, deployment: int) -> str:
        """The state that it was last given, "" where it was given none yet."""
        found = self.github.statuses(self.service.repository, deployment, 1)
        return found[0].state if found else ""

    def _retire(self, deployments: list[MadeDeployment], why: str, notice: Notice) -> None:
        """GitHub retires older deployments by itself only where they are not production."""
        for each in deployments[:_ASKED_ABOUT]:
            if self._newest(each.id) == "success":
                urls = {"log_url": links.log(self.service, notice)}
                self.github.set_status(self.service.repository, each.id, "inactive", why, urls)

    def _give_back(self, ours: list[MadeDeployment], notice: Notice) -> None:
        """What serves again is active again: a release that had been live has retired it, and been active since."""
        before = next((each for each in ours if each.payload["tag"] == notice.base), None)
        self._retire([each for each in ours if each is not before], "taken back", notice)
        if before and self._newest(before.id) == "inactive":
            urls = {"environment_url": self.service.traffic.url, "log_url": links.log(self.service, notice)}
            says = f"serves again: {notice.tag} was rolled back"
            self.github.set_status(self.service.repository, before.id, "success", says, urls)

    def _url(self, notice: Notice, phase: Phase) -> str:
        if phase in _SERVES:
            return self.service.traffic.url
        urls = {environment.value: settings.url for environment, settings in self.service.environments.items()}
        return urls.get(notice.environment, "")
