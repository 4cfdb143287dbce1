"""An instance that cannot read the journal any more, while another one follows it, leaves the rotation.

Alone it would serve yesterday's environment for ever, with health 200. Two that are cut off must not leave to one
another, so what counts as following is proof: the other has applied a later route, or it says that the journal
confirmed its own moments before it reported. Whoever is cut off itself can say neither.
"""

import time
from datetime import timedelta

from bluegreen.clients.store.objects import Objects
from bluegreen.clients.store.telemetry import read_reports
from bluegreen.core.config.units import spoken
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen_router.log import Log
from bluegreen_router.route import Route

ALIVE = 20.0  # seconds that a report counts, by the store's clock
_CONFIRMED = timedelta(seconds=15)
_EVERY = 5.0  # seconds between looks at the others


class Behind:
    """`why` it has left, "" while it is in the rotation. `after`: how many seconds without the journal are borne."""

    def __init__(self, telemetry: Objects, identity: tuple[str, str], after: float, log: Log) -> None:
        self._telemetry, self._after, self._log = telemetry, after, log
        self._service, self._instance = identity
        self._since: float | None = None
        self._looked = 0.0
        self.why = ""

    def reads(self) -> None:
        """The journal was read, and says what is served."""
        self._since = None
        self._settle("")

    def cannot_read(self, route: Route | None) -> None:
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if route is None or now < self._since + self._after or now < self._looked + _EVERY:
            return
        self._looked = now
        self._settle(self._found(route))

    def _found(self, route: Route) -> str:
        """Who follows, "" where nobody does and where that is not known: then the last route is the best there is."""
        try:
            reports = read_reports(self._telemetry, self._service, ALIVE, Telemetry)
        except BluegreenError as error:
            self._log.trouble("the other instances", f"it is not known whether they follow: {error}")
            return ""
        self._log.trouble("the other instances", "")
        other = next((one for one in reports if one.instance != self._instance and follows(one, route)), None)
        borne = spoken(self._after)
        return f"no journal for more than {borne}, while {other.instance} follows it" if other else ""

    def _settle(self, why: str) -> None:
        self.why = why
        self._log.trouble("the rotation", f"{why}: health says 503, requests are still answered" if why else "")


def follows(report: Telemetry, route: Route) -> bool:
    """Whether an instance proves that it reads a journal which this route is part of: one that was lost and begun
    anew has a lower epoch, and whoever follows that is no better."""
    applied, ours = (report.epoch, report.seq), (route.epoch, route.seq)
    confirmed = report.confirmed is not None and report.at - report.confirmed <= _CONFIRMED
    return report.active is not None and (applied > ours or (applied == ours and confirmed))
