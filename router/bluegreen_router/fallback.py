"""May the environment that the settings name serve while there is no journal? Only where none was ever written."""

from pydantic import ValidationError

from bluegreen.clients.store.objects import Objects
from bluegreen.core.errors import BluegreenError, Corrupt
from bluegreen.core.judge.telemetry import AppliedEpoch
from bluegreen_router.follow import Seen
from bluegreen_router.log import Log
from bluegreen_router.settings import Settings


class Fallback:
    """`state` and `telemetry` may be one bucket."""

    def __init__(self, settings: Settings, state: Objects, telemetry: Objects, log: Log) -> None:
        self._settings, self._state, self._telemetry, self._log = settings, state, telemetry, log
        self._told_by = ""  # what is known to have been written stays known, whoever empties a bucket later

    def why(self, seen: Seen) -> str:
        """The reason to serve it now, "" where there is none: a journal that is out of reach may name the other
        environment, and so may one that is lost."""
        if self._settings.fallback is None:
            return ""
        if self._settings.fallback_when == "unreachable":
            return seen.value
        unwritten = seen is Seen.EMPTY and not self._past()
        return "nothing was ever written about this service" if unwritten else ""

    def _past(self) -> str:
        """What tells against it, or that this cannot be known."""
        try:
            self._told_by = self._told_by or self._state_tells() or self._reports_tell()
            lost = self._told_by and f"the journal is empty, but there is {self._told_by}: was it lost?"
        except BluegreenError as error:
            lost = str(error)
        self._log.trouble("fallback", lost)
        return lost

    def _state_tells(self) -> str:
        root = f"services/{self._settings.service}/"
        keys = [key for key in self._state.keys(root) if not key.startswith(f"{root}telemetry/")]
        return keys[0] if keys else ""

    def _reports_tell(self) -> str:
        """Any router's report that names a version, however old: it was read in a journal."""
        root = f"services/{self._settings.service}/telemetry/"
        for key in self._telemetry.keys(root):
            number = version_in(self._telemetry, key)
            if number:
                return f"{key} in the telemetry bucket, by which version {number} was read"
        return ""


def version_in(telemetry: Objects, key: str) -> int:
    """The number of the journal's version that a report names; 0 where there is no report, or no version in it.
    `Corrupt` where it is no report: what it said is not known."""
    body = telemetry.get(key)
    if body is None:
        return 0
    try:
        return AppliedEpoch.model_validate_json(body).seq
    except ValidationError:
        raise Corrupt(f"{key} in the telemetry bucket is no router's report: delete it if it never was one") from None
