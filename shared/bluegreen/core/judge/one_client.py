"""What people are told while alarms are withheld because of one client on one path (`leave_one_out`)."""

from bluegreen.core.config.units import spoken
from bluegreen.core.judge.evidence import RETENTION_SECONDS, RunningCounts
from bluegreen.core.judge.signal_kinds import REQUESTS
from bluegreen.core.judge.statistics.side_by_side import totals

_SETTLED = 15  # seconds of alarms withheld: a fault that others meet too has mostly shown it by then


def one_client(counts: RunningCounts) -> str | None:
    """For as long as the intervals that led to it are kept, so that a client that asks now and then is one notice."""
    withheld = counts.withheld
    if withheld is None or counts.judged - withheld.until >= RETENTION_SECONDS:
        return None
    tested = [interval for interval in counts.rows if interval.at < counts.judged]
    trials, failures = totals(REQUESTS.metric.candidate, tested)
    own = sum(failed for interval in tested for key, failed in interval.client_paths if key == withheld.key)
    if withheld.until - withheld.since < _SETTLED or 2 * own <= failures:
        return None
    share, span = "all" if own >= failures else f"{own:,}", spoken(min(counts.judged, RETENTION_SECONDS))
    return f"{failures:,} of {trials:,} requests failed in {span}, {share} of one client on one path"
