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
        ("Deployment frequency", f"{often}: {many}" if (often := _frequency(found.frequency)) else many),
        ("Lead time", _time(found.lead_time, f"from commit to production{_known(found)}")),
        ("Change fail rate", f"{_rate(found.change_fail_rate)}{of_all}"),
        ("Recovery time", _time(found.recovery_time, "until production was back")),
        ("Rework rate", f"{_rate(found.rework_rate)}{rework}"),
    )


def _frequency(a_day: float) -> str:
    """Said where it is once a week and more: below that the number itself tells more."""
    if not a_day:
        return "none"
    if a_day >= 1:
        return f"{a_day:.1f} a day"
    return f"{a_day * 7:.1f} a week" if a_day >= 1 / 7 else ""


def _known(found: DoraMetrics) -> str:
    unknown = found.deployments - found.leads_known
    return f" (median; not known of {unknown})" if unknown else " (median)" if found.deployments else ""


def _time(seconds: float | None, what: str) -> str:
    return NOTHING if seconds is None else f"{spoken(round(seconds))} {what}"


def _rate(rate: float | None) -> str:
    return NOTHING if rate is None else percent(rate)
