"""GitHub's Deployments page: one deployment a release, whose status is set, not added to."""

from dataclasses import dataclass

from bluegreen.clients.github import GitHub
from bluegreen.core.config.notify import GitHubNotice
from bluegreen.core.config.service import Service
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
_SERVES = (Phase.WATCHING, Phase.LIVE, Phase.UNPROVEN)


@dataclass(frozen=True)
class GitHubNotifier:
    settings: GitHubNotice
    service: Service
    github: GitHub

    def send(self, notice: Notice) -> None:
        repository, phase = self.service.repository, Phase(notice.status)
        deployment = self._deployment(notice)
        state = _STATES.get(phase, "in_progress")
        if self.github.status(repository, deployment) != state:
            says = f"{notice.headline}: {notice.reason}" if notice.reason else notice.headline
            urls = {"environment_url": self._url(notice, phase), "log_url": links.deployment(self.service, notice)}
            self.github.set_status(repository, deployment, state, says, urls, notice.witness)
        if state == "success":
            self._retire_others(deployment)

    def _deployment(self, notice: Notice) -> int:
        """Found by its payload, so that a repeated notice finds what the first one made."""
        repository, ref, where = self.service.repository, notice.commit or notice.tag, self.settings.environment
        payload = {"bluegreen": notice.release, "tag": notice.tag}
        found = self.github.deployment(repository, where, payload)
        text = f"{notice.service} {notice.tag}"
        return found or self.github.create_deployment(repository, ref, where, payload, text)

    def _retire_others(self, deployment: int) -> None:
        """GitHub retires older deployments by itself only where they are not production."""
        for other in self.github.deployments(self.service.repository, self.settings.environment):
            if other != deployment and self.github.status(self.service.repository, other) == "success":
                self.github.set_status(self.service.repository, other, "inactive", "replaced")

    def _url(self, notice: Notice, phase: Phase) -> str:
        if phase in _SERVES:
            return self.service.traffic.url
        urls = {environment.value: settings.url for environment, settings in self.service.environments.items()}
        return urls.get(notice.environment, "")
