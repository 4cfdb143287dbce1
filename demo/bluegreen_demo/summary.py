"""The figures for people, and for programs."""

import textwrap
from collections.abc import Iterable, Iterator
from statistics import median
from typing import Any

from bluegreen.core.config.units import spoken
from bluegreen_demo.figures import Figures, spread
from bluegreen_demo.settings import DemoSettings, shortened

_LABEL = 35


def lines(figures: Figures, settings: DemoSettings, width: int) -> Iterator[str]:
    """The table, a row a line; what does not fit is continued below its beginning."""
    for release in figures.releases:
        label = f"{release.tag:<8} {release.outcome or 'does not rest'}"
        yield from _row(label, release.reason, width, 24)
        if release.tag in figures.held:
            yield from _row("  held, not taken back", figures.held[release.tag], width, 24)
    yield ""
    for name, value in _measured(figures):
        yield from _row(name, value, width)
    yield ""
    latency = settings.cloud.latency.model_dump()
    told = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in latency.items())
    yield from _row("latency of the local cloud", told, width)
    yield f"  {'shortened in demo.yml':<{_LABEL}}{'here':<9}in earnest"
    for one in shortened(settings):
        yield f"    {one.name:<{_LABEL - 2}}{spoken(one.ours):<9}{spoken(one.real)}"


def as_json(figures: Figures, settings: DemoSettings, broken: list[str]) -> dict[str, Any]:
    requests, webhooks = figures.requests, [webhook for webhook in figures.webhooks if webhook.tag]
    ready, followed = figures.ready_to_switched, [one.followed for one in figures.rollbacks]
    return {
        "ok": not broken,
        "broken_promises": broken,
        "releases": [
            {"tag": one.tag, "outcome": one.outcome, "expected": one.expected, "reason": one.reason}
            for one in figures.releases
        ],
        "requests": {
            "sent": requests.sent,
            "failed": requests.failed,
            "bad_answers": requests.bad,
            "bad_answers_by_release": figures.bad,
            "per_second": round(requests.per_second, 1),
        },
        "webhook_ms": {
            **spread(webhook.ms for webhook in webhooks),
            "cold": [round(webhook.ms, 1) for webhook in webhooks if webhook.cold],
            "warm": [round(webhook.ms, 1) for webhook in webhooks if not webhook.cold],
        },
        "ready_to_switched_s": spread(ready.values())["p50"],
        "ready_to_switched_by_release_s": _rounded(ready),
        "fault_to_last_bad_s": spread(figures.fault_to_last_bad.values())["max"],
        "held": figures.held,
        "rollback_s": spread(one.last_answer for one in figures.rollbacks),
        "rollback_followed_s": spread(seconds for seconds in followed if seconds is not None),
        "notices": figures.told,
        "openapi": {"violations": figures.violations},
        "shortened": [{"name": one.name, "seconds": one.ours, "really": one.real} for one in shortened(settings)],
        "latency_s": settings.cloud.latency.model_dump(),
        "took_s": round(figures.took, 1),
    }


def _measured(figures: Figures) -> Iterator[tuple[str, str]]:
    requests, told = figures.requests, figures.told
    sent = f"{requests.sent:,} sent, {requests.per_second:.0f} a second, {requests.failed} dropped"
    yield "requests", "; ".join([sent, *(f"{count} bad answers from {tag}" for tag, count in figures.bad.items())])
    yield "webhook of a tag answered", _webhooks(figures)
    yield "deployment ready → traffic moved", _seconds(figures.ready_to_switched.values())
    yield "fault → last bad answer", _seconds(figures.fault_to_last_bad.values())
    yield "rollback asked → last old answer", _seconds(one.last_answer for one in figures.rollbacks)
    yield "rollback asked → routers followed", _seconds(one.followed for one in figures.rollbacks if one.followed)
    yield "people were told", f"{told['slack']} Slack messages, {told['github']} GitHub deployment statuses"
    checked = "every request fits its published description" if not figures.violations else "violated, see below"
    yield "DigitalOcean's API", checked


def _webhooks(figures: Figures) -> str:
    cold = [one.ms for one in figures.webhooks if one.tag and one.cold]
    warm = [one.ms for one in figures.webhooks if one.tag and not one.cold]
    return "; ".join(f"{name} {_ms(values)}" for name, values in (("cold", cold), ("warm", warm)) if values) or "none"


def _ms(values: list[float]) -> str:
    if len(values) == 1:
        return f"{values[0]:.0f} ms"
    return f"p50 {median(values):.0f} ms, worst {max(values):.0f} ms (n = {len(values)})"


def _seconds(values: Iterable[float]) -> str:
    found = list(values)
    if not found:
        return "none"
    both = spread(found)
    return (
        f"{found[0]:.1f} s"
        if len(found) == 1
        else f"p50 {both['p50']:.1f} s, worst {both['max']:.1f} s (n = {len(found)})"
    )


def _row(label: str, value: str, width: int, column: int = _LABEL) -> Iterator[str]:
    first, *more = textwrap.wrap(value, max(20, width - column - 2), break_on_hyphens=False) or [""]
    yield f"  {label:<{column}}{first}"
    for line in more:
        yield " " * (column + 2) + line


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}
