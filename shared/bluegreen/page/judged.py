"""What the judge sees, as a table: the one place of the page that knows how evidence is stored.

It reads what the watch has written down and decides nothing: the verdict is the release's own reason. Fields are read
by name, and what is missing is shown as not counted.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bluegreen.core.config.service import Service
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval
from bluegreen.core.judge.saturation import GaugeKind, SaturationLevel, Track
from bluegreen.core.judge.signal_kinds import SIGNALS, Signal
from bluegreen.core.judge.telemetry import Block, Counts
from bluegreen.core.judge.verdict import limits
from bluegreen.page.told import percent
from bluegreen.page.view import MeasureView, Mood

_WINDOW = "the last 5 min"
_GAUGES = {GaugeKind.CPU: "CPU", GaugeKind.MEMORY: "Memory", GaugeKind.CONNECTIONS: "Connections"}


class _Question(NamedTuple):
    """A signal of the judge by its name for people, and the fields of an interval that count it on both sides."""

    name: str
    signal: Signal
    asked: tuple[str, str]
    other: tuple[str, str]
    slow: str = ""  # slower than this


def measures(evidence: Evidence, service: Service, ended: bool = False) -> tuple[MeasureView, ...]:
    _, requests, probes, slow_requests, slow_probes = SIGNALS
    critical = spoken(service.thresholds.response_time_p95.critical / 1000)
    failed, slow = ("baseline", "baseline_failed"), ("users_timed", "users_slow")
    above = ("probes_timed", "probes_slow"), ("baseline_timed", "baseline_above_p95")
    questions = (
        _Question("Requests that fail", requests, ("users", "users_failed"), failed),
        _Question("Probes that fail", probes, ("probes", "probes_failed"), failed),
        _Question("Slow requests", slow_requests, slow, ("baseline_timed", "baseline_slow"), critical),
        _Question("Slow probes", slow_probes, *above, "the other side's p95"),
    )
    rows = evidence.counted.rows
    counted = (_counted(question, rows, service) for question in questions)
    return (*counted, _checks(evidence, service, ended), *_gauges(evidence, service))


def blocks(rows: Iterable[Interval], active: Environment, switched_at: datetime) -> Iterator[Block]:
    """The stored intervals as counts of both environments, for charts where no router tells more."""
    for row in rows:
        users = {active: Counts(requests=row.users, failed=row.users_failed)}
        probes = {
            active: Counts(requests=row.probes, failed=row.probes_failed),
            active.other: Counts(requests=row.baseline, failed=row.baseline_failed),
        }
        at = switched_at + timedelta(seconds=row.at)
        yield Block(at=at, seconds=INTERVAL_SECONDS, users=users, probes=probes)


def _counted(question: _Question, rows: tuple[Interval, ...], service: Service) -> MeasureView:
    tolerated = limits(service.thresholds, service.watch).tolerance(question.signal)
    did = f"are slower than {question.slow}" if question.slow else "fail"
    criterion = f"more than {percent(tolerated)} {did}, and more than on the other side"
    source = ", ".join(signal.kind for signal in service.signals)
    asked, bad = (_sum(rows, field) for field in question.asked)
    other, other_bad = (_sum(rows, field) for field in question.other)
    if not asked:
        mood, verdict = Mood.QUIET, "not counted"
    elif bad / asked <= tolerated:
        mood, verdict = Mood.GOOD, "within"
    elif other and other_bad / other > tolerated:
        mood, verdict = Mood.WARNING, "both sides"
    else:
        mood, verdict = Mood.BAD, "above"
    return MeasureView(question.name, source, criterion, _shown(asked, bad), _shown(other, other_bad), mood, verdict)


def _sum(rows: tuple[Interval, ...], field: str) -> int:
    return sum(int(getattr(row, field, 0)) for row in rows)


def _shown(asked: int, bad: int) -> str:
    return f"{percent(bad / asked)} ({bad:,} of {asked:,}) in {_WINDOW}" if asked else "not counted"


def _checks(evidence: Evidence, service: Service, ended: bool) -> MeasureView:
    wanted, failing = service.watch.checks, evidence.failed_in_a_row
    mood = Mood.BAD if failing else Mood.GOOD if evidence.passed >= wanted else Mood.BUSY
    asked = f"{evidence.passed} of {wanted} passed" + (f"; {failing} failed in a row" if failing else "")
    alone = evidence.alone_in_a_row
    other = f"passed {alone} of these" if alone else "not asked" if not failing else "fails too"
    criterion = f"three in a row fail; {wanted} spread over {spoken(service.watch.over)}"
    verdict = "failing" if failing else "passed" if evidence.passed >= wanted else "under way"
    if ended and mood is Mood.BUSY:
        mood, verdict = Mood.QUIET, "cut short"
    return MeasureView("Checks from outside", service.traffic.kind, criterion, asked, other, mood, verdict)


def _gauges(evidence: Evidence, service: Service) -> Iterator[MeasureView]:
    tracks = {track.key: track for track in evidence.saturation.tracks}
    moods = {SaturationLevel.NORMAL: Mood.GOOD, SaturationLevel.WARNING: Mood.WARNING}
    for kind, name in _GAUGES.items():
        found = [tracks[key] for key in ((e, kind) for e in Environment) if key in tracks]
        if not found:
            continue
        level = getattr(service.thresholds, kind.value)
        criterion = f"tells people from {level.warning:g}, critical from {level.critical:g}; never moves production"
        worst = max(found, key=lambda track: [*SaturationLevel].index(track.level)).level
        values = {track.environment: _last(track) for track in found}
        sides = [f"{e.value}: {values[e]}" for e in Environment if e in values]
        yield MeasureView(
            name, "gauges", criterion, sides[0], sides[1] if len(sides) > 1 else "not measured",
            moods.get(worst, Mood.BAD), worst.value,
        )  # fmt: skip


def _last(track: Track) -> str:
    return f"{track.values[-1]:.0f}" if track.samples else "not measured"
