"""GitHub's Deployments page: one deployment a release, whose status is set, not added to."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bluegreen.clients.github import GitHub
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
        deployment = self._deployment(notice)
        state = _STATES.get(phase, "in_progress")
        if self._newest(deployment) != state:
            says = f"{notice.headline}: {notice.reason}" if notice.reason else notice.headline
            urls = {"environment_url": self._url(notice, phase), "log_url": links.log(self.service, notice)}
            self.github.set_status(repository, deployment, state, says, urls, notice.witness)
        if state == "success":
            self._retire_others(deployment, {"log_url": links.log(self.service, notice)})
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

    def _deployment(self, notice: Notice) -> int:
        """Found by its payload, so that a repeated notice finds what the first one made."""
        repository, ref, where = self.service.repository, notice.commit or notice.tag, self.settings.environment
        payload = {"bluegreen": notice.release, "tag": notice.tag}
        found = self.github.deployment(repository, where, payload)
        text = f"{notice.service} {notice.tag}"
        return found or self.github.create_deployment(repository, ref, where, payload, text)

    def _newest(self, deployment: int) -> str:
        """The state that it was last given, "" where it was given none yet."""
        found = self.github.statuses(self.service.repository, deployment, 1)
        return found[0].state if found else ""

    def _retire_others(self, deployment: int, urls: Mapping[str, str]) -> None:
        """GitHub retires older deployments by itself only where they are not production."""
        for other in self.github.deployments(self.service.repository, self.settings.environment):
            if other != deployment and self._newest(other) == "success":
                self.github.set_status(self.service.repository, other, "inactive", "replaced", urls)

    def _url(self, notice: Notice, phase: Phase) -> str:
        if phase in _SERVES:
            return self.service.traffic.url
        urls = {environment.value: settings.url for environment, settings in self.service.environments.items()}
        return urls.get(notice.environment, "")
