"""GitHub's Deployments page: one deployment a release, whose status is set, not added to."""

from bluegreen.clients.github import GitHub
from bluegreen.core.config.notify import GitHubNotice
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Notice
from bluegreen.core.phases import Phase

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
}
_SERVES = (Phase.WATCHING, Phase.LIVE, Phase.UNPROVEN)


class GitHubNotifier:
    def __init__(self, settings: GitHubNotice, service: Service, github: GitHub) -> None:
        self._settings = settings
        self._service = service
        self._github = github

    def send(self, notice: Notice) -> None:
        repository, phase = self._service.repository, Phase(notice.status)
        deployment = self._deployment(notice)
        state = _STATES.get(phase, "in_progress")
        if self._github.status(repository, deployment) != state:
            self._github.set_status(repository, deployment, state, notice.headline, self._url(notice, phase))
        if state == "success":
            self._retire_others(deployment)

    def _deployment(self, notice: Notice) -> int:
        """Found by its payload, so that a repeated notice finds what the first one made."""
        repository, ref, where = self._service.repository, notice.commit or notice.tag, self._settings.environment
        payload = {"bluegreen": notice.release, "tag": notice.tag}
        found = self._github.deployment(repository, where, payload)
        text = f"{notice.service} {notice.tag}"
        return found or self._github.create_deployment(repository, ref, where, payload, text)

    def _retire_others(self, deployment: int) -> None:
        """GitHub retires older deployments by itself only where they are not production."""
        for other in self._github.deployments(self._service.repository, self._settings.environment):
            if other != deployment and self._github.status(self._service.repository, other) == "success":
                self._github.set_status(self._service.repository, other, "inactive", "replaced", "")

    def _url(self, notice: Notice, phase: Phase) -> str:
        if phase in _SERVES:
            return self._service.traffic.url
        urls = {environment.value: settings.url for environment, settings in self._service.environments.items()}
        return urls.get(notice.environment, "")
