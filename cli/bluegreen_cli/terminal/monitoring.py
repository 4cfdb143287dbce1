"""monitor: what users are getting now, and again: requests, failures, the 95th percentile, connections, own queries.

What it shows is what the judge's own sources count; where none counts, it says why, and not that all is well.
"""

import time
from datetime import datetime
from typing import Any, NamedTuple

from bluegreen.clients.prometheus import Prometheus
from bluegreen.core.config import units
from bluegreen.core.config.service import Service
from bluegreen.core.config.signals import PrometheusSignal
from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.environment import Environment
from bluegreen.core.errors import BluegreenError
from bluegreen.core.judge import current
from bluegreen.core.judge.saturation import Gauge
from bluegreen.core.judge.telemetry import Counts, NoData
from bluegreen.page.told import percent
from bluegreen.signals import first, gauges
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal.exits import Exit
from bluegreen_cli.terminal.place import Place

_SPAN = 60  # seconds that an own query looks back
_LONGEST = 24 * 3600.0


class Watched(NamedTuple):
    """What is looked at: a service, and queries of one's own by their name."""

    service: Service
    queries: dict[str, str]
    prometheus: Prometheus | None


def duration(option: str, text: str, least: float = 0.0, most: float = _LONGEST) -> float:
    """Seconds; `Faulty` names the option where it is no duration, or out of bounds."""
    try:
        found = units.seconds(text)
    except ValueError as error:
        raise Faulty([f"{option} {text[:40]!r}: {error}"]) from None
    if not least <= found <= most:
        raise Faulty([f"{option} {text[:40]!r}: from {least:g}s to {most / _LONGEST:g}d is allowed"])
    return found


def monitor(place: Place, name: str, every: float, lasts: float, queries: list[str], as_json: bool) -> Exit:
    """Exit status 1 where production was above a critical level in the end, 5 where nothing was ever counted."""
    watched = _watched(place, name, queries)
    ends, counted, worst = place.clock.seconds() + lasts, False, ""
    while True:
        facts = _looked(place, watched)
        counted = counted or facts["unknown"] == ""
        worst = facts["above"]
        if as_json:
            screen.document(facts, one_line=True)
        else:
            _show(facts)
        if place.clock.seconds() + every > ends:
            break
        time.sleep(every)
    if not counted:
        return Exit.NO_ANSWER
    return Exit.REFUSED if worst else Exit.DONE


def _watched(place: Place, name: str, queries: list[str]) -> Watched:
    service = place.service(name or None)
    pairs = dict(each.partition("=")[::2] for each in queries)
    if not all(key and value for key, value in pairs.items()):
        raise Faulty(["--query wants NAME=PROMQL"])
    found = next((signal for signal in service.signals if isinstance(signal, PrometheusSignal)), None)
    if pairs and found is None:
        raise Faulty([f"--query: {service.name} has no signal of kind prometheus in bluegreen.yml"])
    return Watched(service, pairs, place.clients.prometheus(found) if found else None)


def _looked(place: Place, watched: Watched) -> dict[str, Any]:
    service, now = watched.service, place.clock.now()
    active = place.newest(service).record.active
    sources = place.cloud(service).signals
    found = first(sources, now, active)
    measured = gauges(sources, now, active)
    facts = {"at": now.isoformat(timespec="seconds"), "service": service.name, "active": active.value}
    own = {name: _own(watched.prometheus, query, now) for name, query in watched.queries.items()}
    if isinstance(found, NoData):
        return {**facts, "unknown": found.why, "environments": {}, "above": "", "queries": own}
    counts = current.current(found.blocks, found.until, now)
    sides = {e.value: _side(counts, e, measured) for e in Environment}
    above = _above(counts.users[active], counts.probes[active], service.thresholds)
    silent = "" if any(side["requests"] for side in sides.values()) else "nothing was counted in the last 30 s"
    return {**facts, "unknown": silent, "environments": sides, "above": above, "queries": own}


def _side(counts: current.Current, environment: Environment, measured: tuple[Gauge, ...] | NoData) -> dict[str, Any]:
    users, probes = counts.users[environment], counts.probes[environment]
    who, said = ("requests", users) if users.requests else ("probes", probes)
    known = () if isinstance(measured, NoData) else measured
    values = {gauge.what.value: gauge.value for gauge in known if gauge.environment is environment}
    rate = said.requests / current.SECONDS
    facts = {"of": who, "requests": said.requests, "per_second": round(rate, 1), "failed": said.failed}
    shares = {"share_failed": said.share_failed if said.requests else None}
    return {**facts, **shares, "p95_ms": current.p95(said) if said.requests else None, "gauges": values}


def _above(users: Counts, probes: Counts, thresholds: Thresholds) -> str:
    """Which critical level production is above, as the judge's table has it."""
    counts = users if users.requests else probes
    if not counts.requests:
        return ""
    found = []
    if 100 * counts.share_failed > thresholds.error_rate.critical:
        found.append(f"error rate {percent(counts.share_failed)} is above {thresholds.error_rate.critical:g} %")
    slow = current.p95(counts)
    if slow is None or slow > thresholds.response_time_p95.critical:
        shown = f"{slow} ms" if slow is not None else "beyond 5 s"
        found.append(f"p95 {shown} is above {thresholds.response_time_p95.critical:g} ms")
    return "; ".join(found)


def _own(prometheus: Prometheus | None, query: str, now: datetime) -> float | str:
    """The newest value of a query, summed over its series; why there is none, where there is none."""
    if prometheus is None:
        return "no Prometheus is named"
    end = int(now.timestamp())
    try:
        series = prometheus.over(query, end - _SPAN, end, 15)
    except BluegreenError as error:
        return str(error)
    values = [each.samples[-1][1] for each in series if each.samples]
    return sum(values) if values else "no data"


def _show(facts: dict[str, Any]) -> None:
    screen.headline(f"{facts['at'][11:19]}  {facts['service']}, {facts['active']} serves production", "")
    if facts["unknown"]:
        screen.tell(f"not known: {facts['unknown']}", indent="  ")
    screen.rows((name, _words(side)) for name, side in facts["environments"].items())
    screen.rows((name, f"{value:g}" if isinstance(value, float) else value) for name, value in facts["queries"].items())
    if facts["above"]:
        screen.headline(f"  critical: {facts['above']}", "bad")


def _words(side: dict[str, Any]) -> str:
    if not side["requests"]:
        words = "no requests in 30 s"
    else:
        slow = f"95 % within {side['p95_ms']} ms" if side["p95_ms"] is not None else "5 % beyond 5 s"
        failed = percent(side["share_failed"])
        words = f"{side['requests']:,} {side['of']} in 30 s, {side['per_second']:g} a second, {failed} failed, {slow}"
    more = "".join(f", {name} {value:g}" for name, value in side["gauges"].items())
    return words + more
