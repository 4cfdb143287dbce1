"""What the watch has gathered since the switch: small enough to lie in the record, so that it survives any crash."""

from typing import NamedTuple

from bluegreen.core.judge.saturation import Saturation
from bluegreen.core.model import Frozen, Time

INTERVAL_SECONDS = 5  # seconds of a row
RETENTION_SECONDS = 300  # seconds of rows: the longest window that is compared


class Interval(NamedTuple):
    """Five seconds of both environments: users and probes of the active one, and the probes that the other was sent.

    `bad`: 5xx, or no answer. `timed`: how many were told with their response times.
    """

    at: int  # seconds since the switch, of its beginning
    users: int = 0
    users_bad: int = 0
    users_timed: int = 0
    users_slow: int = 0  # above the critical response time
    probes: int = 0
    probes_bad: int = 0
    probes_timed: int = 0
    probes_slow: int = 0  # above the other environment's p95
    theirs: int = 0
    their_bad: int = 0
    their_timed: int = 0
    their_slow: int = 0  # above the critical response time
    their_slower: int = 0  # above their own p95

    def plus(self, other: "Interval") -> "Interval":
        return Interval(self.at, *(a + b for a, b in zip(self[1:], other[1:], strict=True)))


class SignalState(NamedTuple):
    """The evidence of one yes/no signal: what has grown for each alternative, and how its bad ones cluster."""

    grown: tuple[float, ...] = ()
    scatter: float = 1.0  # variance over mean of the bad ones per row
    at: int = 0  # the last row with a bad one, or after one
    bad_before: int = 0  # in that row
    jumps: float = 0.0  # squared differences of neighbouring rows, fading
    bad: float = 0.0  # the rows' sum, fading alike
    old_bad: int = 0  # of the rows older than a minute: the sum …
    old_squares: int = 0  # … and the sum of squares


class PreSwitch(NamedTuple):
    """What users got from the environment before, in the minutes before the switch."""

    users: int = 0
    bad: int = 0
    timed: int = 0
    slow: int = 0
    scatter: float = 1.0  # variance over mean of the bad ones per row


class RunningCounts(Frozen):
    """The running numbers: worth no write of their own, since the telemetry of the last minutes gives them again."""

    until: Time | None = None  # what began before is counted; None: nothing is yet
    judged: int = 0  # rows that began before, in seconds since the switch, are judged
    heard: int = 0  # when the active environment was last counted, in seconds since the switch
    rows: tuple[Interval, ...] = ()  # of the last minutes, oldest first
    streams: tuple[SignalState, ...] = ()  # one a signal
    unspent: float = 1.0  # start weight that is left
    before: PreSwitch | None = None
    requests: int = 0  # users' requests answered by the new release since the switch …
    bad: int = 0  # … and those of them that failed
    asked: int = 0  # requests and probes that count for the proof …
    refused: int = 0  # … and those of them that failed
    suffering: int | None = None  # when both environments last suffered, in seconds since the switch


class Evidence(Frozen):
    looks: int = 0  # post-switch checks made
    passed: int = 0
    failed_in_a_row: int = 0
    alone_in_a_row: int = 0  # of them those that the other environment passed
    held: bool = False  # people were told that both environments suffer
    silent_since: Time | None = None  # None: signals are coming in
    counted: RunningCounts = RunningCounts()
    saturation: Saturation = Saturation()
