"""The judge's sentences: what was compared, with its numbers, and what is not known."""

from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment
from bluegreen.core.judge.evidence import PreSwitch, RunningCounts
from bluegreen.core.judge.hard_limits import Alarm
from bluegreen.core.judge.signal_kinds import ANSWERS
from bluegreen.core.judge.signal_test import ALPHA, ALPHA_COMPARED, HARDLY
from bluegreen.core.judge.statistics import mirrored
from bluegreen.core.judge.statistics.exact_tests import upper_bound
from bluegreen.core.judge.statistics.side_by_side import Comparison, trailing, window_table

_MINUTE = 60
_TOTAL_SECONDS, _ALMOST_ALL = 20, 0.9


def alarm_says(active: Environment, alarm: Alarm, before: PreSwitch | None) -> str:
    """The numbers that convict, by what they do, and where an outage was left out of what users got before."""
    comparison = alarm.comparison
    says = _compared(active, comparison, alarm.signal.metric.name, alarm.alone, alarm.signal.only_probes)
    if alarm.rule:
        says = f"{says}; {alarm.rule}"
    else:
        says = f"{says}; above what is tolerated and was usual (by chance: 1 in {1 / ALPHA:,.0f})"
        if not alarm.alone:
            says = f"{says}, and above {active.other.value} (by chance: 1 in {1 / ALPHA_COMPARED:.0f})"
    if before is not None and before.set_aside:
        says = f"{says}; of what users got before the switch {spoken(before.set_aside)} of an outage are left out"
    return says


def doubt_says(active: Environment, counts: RunningCounts) -> str:
    """Of the last minute."""
    tested = [interval for interval in counts.rows if interval.at < counts.judged]
    if not tested:
        return f"{active.value}: nothing was counted of late"
    table = window_table(ANSWERS.metric, tested, _MINUTE)
    comparison = Comparison(min(_MINUTE, counts.judged), table)
    hardly_asked = table.baseline_trials * _MINUTE < HARDLY * comparison.seconds
    says = _compared(active, comparison, "failed", hardly_asked)
    other = active.other.value
    asked, failed = mirrored.counted(trailing(tested, _MINUTE))
    if asked:
        says = f"{says}, and {failed:,} of {asked:,} of users' own requests, which {other} was sent as well"
    if failed and failed * table.trials >= table.failures * asked:
        return f"{says}; both fail, {active.value} no more than {other}: nothing speaks for going back"
    if not table.baseline_failures:
        return f"{says}; no difference is proven yet: whether going back to {other} would help is not known"
    if table.trials and _rate(table.baseline_failures, table.baseline_trials) >= _rate(table.failures, table.trials):
        return f"{says}; both fail, {active.value} no more than {other}: nothing speaks for going back"
    return f"{says}; both fail, and the difference may be chance: whether going back to {other} would help is not known"


def is_total(counts: RunningCounts) -> bool:
    """Whether production answers almost nobody, in the last twenty seconds."""
    tested = [interval for interval in counts.rows if interval.at < counts.judged]
    if not tested:
        return False
    table = window_table(ANSWERS.metric, tested, _TOTAL_SECONDS)
    return table.failures >= _ALMOST_ALL * max(table.trials, 1)


def proof_says(counts: RunningCounts, tolerated: float, by_probes: bool) -> str | None:
    """What stands between the release and its proof; None: it is proven.

    Users prove it where there are any: probes ask little, and not what users ask."""
    users = counts.proof
    if not counts.requests and not by_probes:
        return "only probes were seen, and no request of users"
    shown = [(counts.refused, counts.asked, "answers"), (users.failed, users.users, "requests")]
    for failed, asked, what in shown if counts.requests and not by_probes else shown[:1]:
        bound = upper_bound(failed, asked)
        if bound >= tolerated:
            did = f"{failed:,} of {asked:,} {what} did"
            return f"up to {100 * bound:.2f} % may have failed ({did}), and {100 * tolerated:.3g} % is allowed"
    return None


def _compared(active: Environment, comparison: Comparison, what: str, alone: bool, only_probes: bool = False) -> str:
    """Of what users ask the other environment was asked nothing: probes alone have asked both the same."""
    table = comparison.table
    says = f"{active.value}: {table.failures:,} of {table.trials:,} {what} in {spoken(comparison.seconds)}"
    other = active.other.value
    if not table.baseline_trials:
        return f"{says}; {other} was not asked, so nobody knows whose fault it is"
    asked = "asked the same" if only_probes else "asked what probes ask"
    says = f"{says}; {other}, {asked}: {table.baseline_failures:,} of {table.baseline_trials:,}"
    return f"{says}, too few to tell whose fault it is" if alone else says


def _rate(failures: int, trials: int) -> float:
    return failures / trials if trials else 0.0
