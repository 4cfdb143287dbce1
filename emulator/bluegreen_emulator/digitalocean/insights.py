"""DigitalOcean Insights (public preview): series that PromQL is asked for, alert rules and their instances.

Of PromQL only what Bluegreen asks is evaluated: a selector, a selector over a time, `last_over_time` of that.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bluegreen_emulator.digitalocean.errors import ApiError, not_found
from bluegreen_emulator.digitalocean.times import stamp

Labels = dict[str, str]
Samples = list[tuple[float, float]]
_STALE = 300.0  # seconds after which a series has no value any more, as in Prometheus
_SELECTOR = r"(?P<name>[A-Za-z_:.][\w:.]*)?(?P<matchers>{[^{}]*})?"
_PLAIN = re.compile(_SELECTOR)
_OVER = re.compile(rf"{_SELECTOR}\[(?P<seconds>\d+)s\]")
_LAST = re.compile(rf"last_over_time\({_SELECTOR}\[(?P<seconds>\d+)s\]\)")
_MATCHER = re.compile(r'\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)')


class PromError(Exception):
    """An answer in Prometheus's shape."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.body = status, {"status": "error", "errorType": kind, "error": message}


@dataclass
class Insights:
    """`names`: the API's reference writes metrics as `do.apps.…`, PromQL's grammar wants `do_apps_…`: which of the two
    a query may say is not verified, so each may be all that is taken."""

    names: Literal["either", "underscores", "dots"] = "either"
    regions: frozenset[str] = frozenset({"fra1", "nyc3"})
    series: list[tuple[Labels, Samples]] = field(default_factory=list)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    instances: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, samples: Samples, **labels: str) -> None:
        """A series, by its dotted OpenTelemetry name or the underscored one."""
        self.series.append(({"__name__": name.replace(".", "_"), **labels}, sorted(samples)))

    def rule(self, name: str, now: datetime) -> str:
        """Its id."""
        made, at = str(uuid.uuid4()), stamp(now)
        known = {"status": "ALERT_RULE_STATUS_ACTIVE", "created_at": at, "updated_at": at}
        self.rules[made] = {"id": made, "spec": {"name": name}, **known}
        return made

    def fire(self, rule: str, now: datetime, urn: str = "", severity: str = "critical", value: float = 1.0) -> str:
        """The id of a new instance."""
        made, at = str(uuid.uuid4()), stamp(now)
        self.instances[made] = {
            "id": made,
            "rule_id": rule,
            "severity": severity,
            "status": "active",
            "value": value,
            "triggered_at": at,
            "last_triggered_at": at,
            "resource_urn": urn,
        }
        return made

    def resolve(self, instance: str, now: datetime) -> None:
        self.instances[instance] |= {"status": "resolved", "resolved_at": stamp(now)}

    def instance(self, wanted: str) -> dict[str, Any]:
        if wanted not in self.instances:
            raise not_found()
        return self.instances[wanted]

    def query(self, region: str, query: str, at: float) -> dict[str, Any]:
        self._known(region)
        over, last, plain = (pattern.fullmatch(query) for pattern in (_OVER, _LAST, _PLAIN))
        if over:
            found = self._window(over, at - float(over["seconds"]), at)
            return _answer("matrix", [{"metric": m, "values": _written(samples)} for m, samples in found])
        wanted, seconds = (last, float(last["seconds"])) if last else (plain, _STALE)
        if not wanted:
            raise _unread(query)
        found = self._window(wanted, at - seconds, at)
        return _answer("vector", [{"metric": m, "value": _written([(at, s[-1][1])])[0]} for m, s in found])

    def query_range(self, region: str, query: str, start: float, end: float, step: float) -> dict[str, Any]:
        self._known(region)
        wanted = _PLAIN.fullmatch(query)
        if not wanted:
            raise _unread(query)
        times = [start + step * count for count in range(int((end - start) // step) + 1)]
        found = [
            (metric, [(at, held[-1][1]) for at in times if (held := _within(samples, at - _STALE, at))])
            for metric, samples in self._selected(wanted)
        ]
        return _answer("matrix", [{"metric": m, "values": _written(samples)} for m, samples in found if samples])

    def _known(self, region: str) -> None:
        if region not in self.regions:
            raise not_found()

    def _window(self, wanted: re.Match[str], since: float, until: float) -> list[tuple[Labels, Samples]]:
        found = [(metric, _within(samples, since, until)) for metric, samples in self._selected(wanted)]
        return [(metric, samples) for metric, samples in found if samples]

    def _selected(self, wanted: re.Match[str]) -> Iterator[tuple[Labels, Samples]]:
        name, matchers = wanted["name"] or "", list(_matchers(wanted["matchers"] or ""))
        if not self._may_be_said(name):
            raise PromError(400, "bad_data", f"1:1: parse error: unexpected name {name}")
        for metric, samples in self.series:
            if name.replace(".", "_") in ("", metric["__name__"]) and all(fits(metric) for fits in matchers):
                yield metric, samples

    def _may_be_said(self, name: str) -> bool:
        return not (self.names == "underscores" and "." in name) and not (self.names == "dots" and name[:3] == "do_")


def _matchers(written: str) -> Iterator[Any]:
    rest = written.strip("{}")
    while rest.strip():
        found = _MATCHER.match(rest)
        if not found:
            raise PromError(400, "bad_data", f"1:1: parse error: unexpected {rest[:20]!r} in label matching")
        rest = rest[found.end() :]
        yield _matcher(*found.groups())


def _matcher(label: str, operator: str, value: str) -> Any:
    pattern = re.compile(value if operator.endswith("~") else re.escape(value))
    return lambda metric: bool(pattern.fullmatch(metric.get(label, ""))) is not operator.startswith("!")


def _within(samples: Samples, since: float, until: float) -> Samples:
    return [(at, value) for at, value in samples if since < at <= until]


def _written(samples: Iterable[tuple[float, float]]) -> list[list[Any]]:
    return [[at, f"{value:g}" if abs(value) < 1e6 else repr(value)] for at, value in samples]


def _answer(kind: str, result: list[dict[str, Any]]) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": kind, "result": result}}


def _unread(query: str) -> ApiError:
    return ApiError(501, "not_implemented", f"the emulator does not evaluate the query {query}")
