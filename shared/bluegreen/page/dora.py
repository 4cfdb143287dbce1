"""DORA's five in words: for the page, and for a terminal."""

from bluegreen.core.config.units import spoken
from bluegreen.core.dora import DoraMetrics
from bluegreen.page.told import NOTHING, percent


def rows(found: DoraMetrics) -> tuple[tuple[str, str], ...]:
    """Term and words of each measure."""
    many = f"{found.deployments} {'deployment' if found.deployments == 1 else 'deployments'} in {found.days:g} days"
    of_all = f" ({found.failed} of {found.deployments})" if found.deployments else ""
    rework = f" ({found.rework} of {found.deployments})" if found.deployments else ""
    return (
        ("Deployment frequency", f"{_frequency(found.frequency)}: {many}"),
        ("Lead time", f"{_time(found.lead_time)} from commit to production{_known(found)}"),
        ("Change fail rate", f"{_rate(found.change_fail_rate)}{of_all}"),
        ("Recovery time", f"{_time(found.recovery_time)} until production was back"),
        ("Rework rate", f"{_rate(found.rework_rate)}{rework}"),
    )


def _frequency(a_day: float) -> str:
    if not a_day:
        return "none"
    for most, days, name in ((1.0, 1, "day"), (1 / 7, 7, "week"), (0.0, 30, "30 days")):
        if a_day >= most:
            return f"{a_day * days:.1f} a {name}" if days < 30 else f"{a_day * days:.1f} in {name}"
    return NOTHING


def _known(found: DoraMetrics) -> str:
    unknown = found.deployments - found.leads_known
    return f" (median; not known of {unknown})" if unknown else " (median)" if found.deployments else ""


def _time(seconds: float | None) -> str:
    return NOTHING if seconds is None else spoken(round(seconds))


def _rate(rate: float | None) -> str:
    return NOTHING if rate is None else percent(rate)
