"""The driver of Bluegreen's own router, which reads the journal: appending a version is the switch."""

from datetime import datetime

from bluegreen.clients.store.objects import Objects
from bluegreen.clients.store.telemetry import read_reports
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import Router
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.telemetry import AppliedEpoch
from bluegreen.core.record import Record
from bluegreen.traffic.driver import PublicAnswer, Unknown
from bluegreen.traffic.outside import Outside

_IN_A_ROW = 3
_IN_A_ROW_BLIND = 10  # if instances do not report, more answers have to prove it
_PATIENCE = 3  # times `alive`: an instance silent for less than that may come back with its old route


class RouterTraffic:
    follows_journal = True
    look_every = 0.3

    def __init__(self, service: Service, settings: Router, web: Web, telemetry: Objects) -> None:
        self._service = service.name
        self._alive = settings.alive
        self._outside = Outside(service, web, fresh=False)
        self._telemetry = telemetry

    def current(self) -> Environment | Unknown:
        return self._outside.current()

    def send(self, environment: Environment, epoch: int, digest: str = "", other_is_unfit: bool = False) -> None:
        """Does nothing: routers read the version that raised the epoch."""

    def setting(self) -> None:
        return None

    def why_lagging(self, record: Record, now: datetime) -> str | None:
        """Raises if the reports cannot be read: nothing then shows that the instances follow."""
        may_be_back = read_reports(self._telemetry, self._service, _PATIENCE * self._alive, AppliedEpoch)
        return _lagging(may_be_back, record.epoch)

    def verify(self, environment: Environment, epoch: int, now: datetime) -> PublicAnswer:
        unread: list[str] = []
        try:
            alive = read_reports(self._telemetry, self._service, self._alive, AppliedEpoch, unread)
            known = f"all {len(alive)} router instances follow" if alive else "no router instance reports"
            follow = f"{known} but {len(unread)}, whose report cannot be read" if unread else known
        except BluegreenError as error:
            alive, follow = [], f"what router instances report cannot be read ({error})"
        lagging = _lagging(alive, epoch)
        if lagging:
            return PublicAnswer(False, lagging)
        answer = self._outside.answers_as(environment, _IN_A_ROW if alive and not unread else _IN_A_ROW_BLIND)
        return PublicAnswer(True, f"{follow}; {answer.says}") if answer.followed else answer

    def shrink_idle(self, active: Environment) -> None:
        """Does nothing: the two apps are scaled by their owners."""

    def doubts(self) -> list[str]:
        return []


def _lagging(alive: list[AppliedEpoch], epoch: int) -> str | None:
    behind = sum(instance.epoch < epoch for instance in alive)
    return f"{behind} of {len(alive)} router instances have not followed yet" if behind else None
