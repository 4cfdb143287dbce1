"""Metrics of apps: CPU, memory and restarts, sampled at fixed times. DigitalOcean has no others for apps."""

from dataclasses import dataclass, field
from typing import Any

from emulator.digitalocean.errors import not_found, unprocessable
from emulator.digitalocean.host import Instance

METRICS = ("cpu_percentage", "memory_percentage", "restart_count")
_MOST_SAMPLES = 5000


@dataclass
class Monitoring:
    """`readings` holds (app name, metric) → (epoch, value) steps; before the first one the ordinary value holds."""

    interval: float
    readings: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)  # apps whose metrics are missing

    def set(self, app: str, metric: str, value: float, since: float) -> None:
        """From `since` (epoch) on, the metric reads `value`."""
        self.readings.setdefault((app, metric), []).append((since, value))

    def matrix(
        self, app: str, app_id: str, metric: str, instances: list[Instance], start: str, end: str, now: float
    ) -> dict[str, Any]:
        """The answer of GET /v2/monitoring/metrics/apps/{metric}: one series per instance."""
        if metric not in METRICS:
            raise not_found()
        times = [] if app in self.silent else self._times(_epoch("start", start), _epoch("end", end), now)
        series = [self._series(app, app_id, metric, instance, times) for instance in instances if times]
        return {"status": "success", "data": {"resultType": "matrix", "result": series}}

    def _times(self, start: float, end: float, now: float) -> list[int]:
        """Samples between start and end; the latest one lags an interval behind."""
        step = max(1, int(self.interval))
        first, last = -int(-start // step) * step, min(end, now - step)
        return list(range(first, int(last) + 1, step))[:_MOST_SAMPLES]

    def _series(self, app: str, app_id: str, metric: str, instance: Instance, times: list[int]) -> dict[str, Any]:
        labels = {"app_uuid": app_id, "app_component": instance.component, "app_component_instance": instance.name}
        values = [[at, f"{self._value(app, metric, instance, at):g}"] for at in times]
        return {"metric": labels, "values": values}

    def _value(self, app: str, metric: str, instance: Instance, at: float) -> float:
        ordinary = {"cpu_percentage": 12.5, "memory_percentage": 41.0, "restart_count": float(instance.restarts)}
        held = [value for since, value in self.readings.get((app, metric), []) if since <= at]
        return held[-1] if held else ordinary[metric]


def _epoch(name: str, given: str) -> float:
    try:
        return float(given)
    except ValueError:
        raise unprocessable(f"{name} must be a UNIX time in seconds, not {given!r}") from None
