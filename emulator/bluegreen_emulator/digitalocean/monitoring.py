"""Metrics of apps (CPU, memory, restarts: there are no others) and of load balancers, sampled at fixed times."""

from dataclasses import dataclass, field
from typing import Any

from bluegreen_emulator.digitalocean.errors import not_emulated, not_found, unprocessable
from bluegreen_emulator.digitalocean.host import Instance

METRICS = ("cpu_percentage", "memory_percentage", "restart_count")
RESPONSES = ("frontend_http_responses", "droplets_http_responses")
CLASSES = {"1xx": 0.0, "2xx": 10.0, "3xx": 0.0, "4xx": 0.0, "5xx": 0.0, "other": 0.0}
BALANCER_METRICS = {  # with their ordinary values
    "frontend_connections_current": 40.0,
    "frontend_http_requests_per_second": 10.0,
    "droplets_connections": 20.0,
    "droplets_http_response_time_avg": 0.06,
    "droplets_http_response_time_50p": 0.05,
    "droplets_http_response_time_95p": 0.15,
    "droplets_http_response_time_99p": 0.4,
}
_MOST_SAMPLES = 5000


@dataclass
class Monitoring:
    """`readings` holds (app's name or load balancer's id, metric) → (epoch, value) steps; before the first one the
    ordinary value holds. Responses are `<metric>/<class>`, in answers a second.

    Which label tells the class is not documented: `class_label` may be any, and "" leaves it out.
    """

    interval: float
    readings: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)  # whose metrics are missing
    class_label: str = "code"

    def set(self, name: str, metric: str, value: float, since: float) -> None:
        """From `since` (epoch) on, the metric reads `value`."""
        self.readings.setdefault((name, metric), []).append((since, value))

    def matrix(
        self, app: str, app_id: str, metric: str, instances: list[Instance], start: str, end: str, now: float
    ) -> dict[str, Any]:
        """The answer of GET /v2/monitoring/metrics/apps/{metric}: one series per instance."""
        if metric not in METRICS:
            raise not_found()
        times = self._times(app, start, end, now)
        series = [self._series(app, app_id, metric, instance, times) for instance in instances if times]
        return _answer(series)

    def balancer_matrix(self, balancer: str, metric: str, start: str, end: str, now: float) -> dict[str, Any]:
        """The answer of GET /v2/monitoring/metrics/load_balancer/{metric}: one series, or one per class of answers."""
        times = self._times(balancer, start, end, now)
        if metric in RESPONSES:
            named = [(self._labels(balancer, one), f"{metric}/{one}", rate) for one, rate in CLASSES.items()]
        elif metric in BALANCER_METRICS:
            named = [({"lb_id": balancer}, metric, BALANCER_METRICS[metric])]
        else:
            raise not_emulated("GET", f"/v2/monitoring/metrics/load_balancer/{metric}")
        series = [
            {"metric": labels, "values": [[at, f"{self._value(balancer, key, ordinary, at):g}"] for at in times]}
            for labels, key, ordinary in named
            if times
        ]
        return _answer(series)

    def _labels(self, balancer: str, code: str) -> dict[str, str]:
        return {"lb_id": balancer} | ({self.class_label: code} if self.class_label else {})

    def _times(self, name: str, start: str, end: str, now: float) -> list[int]:
        """Samples between start and end; the latest one lags an interval behind."""
        since, until = _epoch("start", start), _epoch("end", end)
        step = max(1, int(self.interval))
        first, last = -int(-since // step) * step, min(until, now - step)
        return [] if name in self.silent else list(range(first, int(last) + 1, step))[:_MOST_SAMPLES]

    def _series(self, app: str, app_id: str, metric: str, instance: Instance, times: list[int]) -> dict[str, Any]:
        labels = {"app_uuid": app_id, "app_component": instance.component, "app_component_instance": instance.name}
        ordinary = {"cpu_percentage": 12.5, "memory_percentage": 41.0, "restart_count": float(instance.restarts)}
        values = [[at, f"{self._value(app, metric, ordinary[metric], at):g}"] for at in times]
        return {"metric": labels, "values": values}

    def _value(self, name: str, metric: str, ordinary: float, at: float) -> float:
        held = [value for since, value in self.readings.get((name, metric), []) if since <= at]
        return held[-1] if held else ordinary


def _answer(series: list[dict[str, Any]]) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": "matrix", "result": series}}


def _epoch(name: str, given: str) -> float:
    try:
        return float(given)
    except ValueError:
        raise unprocessable(f"{name} must be a UNIX time in seconds, not {given!r}") from None
