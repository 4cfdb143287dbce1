"""CPU, memory, connections, restarts and response times, sample by sample. They warn people; they never move traffic.

A level begins when five of the last six samples are above its threshold and ends at the next lower one (hysteresis):
*critical* ends when five of six are below `warning`, *warning* when five of six are below `normal`. So a value that
hovers around a threshold is notified once. A restart within the last six samples is a warning.
"""

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from bluegreen.core.config.thresholds import Level, Thresholds
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment
from bluegreen.core.model import Frozen, Time

_KEPT, _ENOUGH = 6, 5
_OLD = timedelta(minutes=30)
_STALE = timedelta(minutes=15)  # DigitalOcean's samples are two minutes apart, and come two minutes late


class GaugeKind(Enum):
    CPU = "cpu"
    MEMORY = "memory"
    CONNECTIONS = "connections"
    RESTARTS = "restarts"
    RESPONSE_TIME = "response_time_p95"


_UNITS = {GaugeKind.CONNECTIONS: "", GaugeKind.RESPONSE_TIME: " ms"}


class SaturationLevel(Enum):
    NORMAL = "normal"
    WARNING = "warning"
    CRITICAL = "critical"


class Gauge(NamedTuple):
    """One sample: percent of CPU or memory, connections at that moment, restarts counted so far, or milliseconds."""

    environment: Environment
    what: GaugeKind
    value: float
    at: datetime  # when it was measured; two samples of one gauge with the same time are the same


class Sample(Frozen):
    at: Time
    value: float


class Track(Frozen):
    """The last six samples of one gauge, oldest first, and the level that they have led to."""

    environment: Environment
    what: GaugeKind
    samples: tuple[Sample, ...] = ()
    level: SaturationLevel = SaturationLevel.NORMAL

    @property
    def key(self) -> tuple[Environment, GaugeKind]:
        return self.environment, self.what

    @property
    def values(self) -> list[float]:
        return [sample.value for sample in self.samples]


class Saturation(Frozen):
    tracks: tuple[Track, ...] = ()


def with_samples(saturation: Saturation, gauges: Iterable[Gauge], thresholds: Thresholds) -> Saturation:
    """With the samples that are newer than the last of their gauge: the same sample again changes nothing."""
    tracks = {track.key: track for track in saturation.tracks}
    for gauge in sorted(gauges, key=lambda gauge: gauge.at):
        key = (gauge.environment, gauge.what)
        track = tracks.get(key) or Track(environment=gauge.environment, what=gauge.what)
        if not track.samples or gauge.at > track.samples[-1].at:
            tracks[key] = _with_sample(track, gauge, thresholds)
    return Saturation(tracks=tuple(tracks.values()))


def levels(saturation: Saturation) -> Mapping[tuple[Environment, GaugeKind], SaturationLevel]:
    return {track.key: track.level for track in saturation.tracks}


def descriptions(saturation: Saturation, thresholds: Thresholds, now: datetime) -> tuple[str, ...]:
    """What is not normal now, the critical first; gauges without a recent sample are left out."""
    raised = [
        track for track in saturation.tracks if track.level is not SaturationLevel.NORMAL and _is_recent(track, now)
    ]
    raised.sort(key=lambda track: track.level is not SaturationLevel.CRITICAL)
    return tuple(_description(track, thresholds) for track in raised)


def level_changes(before: Saturation, after: Saturation, thresholds: Thresholds) -> tuple[str, ...]:
    """For notices: each change is notified once."""
    earlier = levels(before)
    changed = [track for track in after.tracks if track.level is not earlier.get(track.key, SaturationLevel.NORMAL)]
    return tuple(_description(track, thresholds) for track in changed)


def _with_sample(track: Track, gauge: Gauge, thresholds: Thresholds) -> Track:
    recent = [sample for sample in track.samples if gauge.at - sample.at < _OLD]
    samples = (*recent, Sample(at=gauge.at, value=round(gauge.value, 1)))[-_KEPT:]
    track = track.model_copy(update={"samples": samples})
    if track.what is GaugeKind.RESTARTS:
        level = SaturationLevel.WARNING if _restarts(track) else SaturationLevel.NORMAL
    else:
        level = _level(track.level, track.values, _limits(track, thresholds))
    return track.model_copy(update={"level": level})


def _level(level: SaturationLevel, values: list[float], limits: Level) -> SaturationLevel:
    if _above(values, limits.critical):
        return SaturationLevel.CRITICAL
    if _above(values, limits.warning):
        return SaturationLevel.CRITICAL if level is SaturationLevel.CRITICAL else SaturationLevel.WARNING
    if _below(values, limits.normal):
        return SaturationLevel.NORMAL
    if level is SaturationLevel.CRITICAL and _below(values, limits.warning):
        return SaturationLevel.WARNING
    return level


def _above(values: list[float], bound: float) -> bool:
    return sum(value > bound for value in values) >= _ENOUGH


def _below(values: list[float], bound: float) -> bool:
    return sum(value < bound for value in values) >= _ENOUGH


def _restarts(track: Track) -> int:
    """Only increases count: the counter falls when an instance is replaced, and that is no restart."""
    return int(sum(max(0.0, after - before) for before, after in itertools.pairwise(track.values)))


def _limits(track: Track, thresholds: Thresholds) -> Level:
    limits: Level = getattr(thresholds, track.what.value)
    return limits


def _is_recent(track: Track, now: datetime) -> bool:
    return now - track.samples[-1].at < _STALE


def _description(track: Track, thresholds: Thresholds) -> str:
    name = track.environment.value
    if track.what is GaugeKind.RESTARTS:
        span = spoken((track.samples[-1].at - track.samples[0].at).total_seconds())
        return f"{name}: {_restarts(track)} restarts of instances in {span}"
    newest, limits = _shown(track, track.values[-1]), _limits(track, thresholds)
    unit = _UNITS.get(track.what, " %")
    if track.level is SaturationLevel.NORMAL:
        return f"{name}: {newest}, normal again (below {limits.normal:,g}{unit})"
    critical = track.level is SaturationLevel.CRITICAL
    begins, ends = (limits.critical, limits.warning) if critical else (limits.warning, limits.normal)
    above = sorted(value for value in track.values if value > begins)
    if len(above) < _ENOUGH:
        return (
            f"{name}: {newest}, still {track.level.value} (until below {ends:,g}{unit} in {_ENOUGH} of {_KEPT} samples)"
        )
    typical, often = _shown(track, above[len(above) // 2]), f"{len(above)} of {len(track.values)} samples"
    return f"{name}: {typical} ({track.level.value} above {begins:,g}{unit}) in {often}"


def _shown(track: Track, value: float) -> str:
    if track.what is GaugeKind.CONNECTIONS:
        return f"{value:,.0f} connections"
    if track.what is GaugeKind.RESPONSE_TIME:
        return f"95 % of answers took up to {value:,.0f} ms"
    return f"{'CPU' if track.what is GaugeKind.CPU else 'memory'} {value:.0f} %"
