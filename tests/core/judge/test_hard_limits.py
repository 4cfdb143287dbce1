"""Production that answers almost nobody."""

import pytest

from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.hard_limits import Limits, total_outage
from bluegreen.core.judge.signal_kinds import SIGNALS

LIMITS = Limits(tolerated=0.005, tolerated_slow=0.1, warning=0.01, critical=0.05, critical_slow=0.05, bake=3600)


def rows(*shares, **changes):
    """Intervals of which such a share failed."""
    counts = {"users": 100, "probes": 20, "baseline": 20} | changes
    return [
        Interval(
            5 * place,
            **counts,
            users_failed=round(share * counts["users"]),
            probes_failed=round(share * counts["probes"]),
        )
        for place, share in enumerate(shares)
    ]


@pytest.mark.parametrize("shares", [(0, 1, 1), (0.4, 1, 0.6), (0, 0.7, 1), (1, 0.7), (0.2, 1, 1)])
def test_ten_seconds_are_an_outage_wherever_they_begin(shares):
    assert total_outage(rows(0, 0, *shares)) is not None


@pytest.mark.parametrize("begins", [0, 1, 2, 3, 4])
def test_seven_seconds_are_a_restart_wherever_they_begin(begins):
    shares = [max(0, min(5 * place + 5, begins + 7) - max(5 * place, begins)) / 5 for place in range(4)]
    found = [total_outage(rows(0, *shares[: place + 1])) for place in range(4)]
    assert found == [None] * 4


def test_the_example_of_the_module():
    assert total_outage(rows(0, 0.4, 1)) is None
    whole = total_outage(rows(0, 0.4, 1, 0.6))
    assert (whole.at, whole.rule) == (20, "almost nothing is answered")
    assert whole.comparison == (15, (360, 240, 60, 0))
    soon = [total_outage(rows(0, 0.4, 1, 1, users=50), elapsed) for elapsed in (1, 2)]
    assert (soon[0], soon[1].at, soon[1].comparison.seconds) == (None, 17, 12)


@pytest.mark.parametrize("begins", [0, 1, 2, 3, 4])
def test_an_outage_is_found_nine_seconds_after_it_began_and_a_restart_of_seven_never(begins):
    def found(lasts):
        return [at for at in range(1, 25) if total_outage(*so_far(begins + 5, lasts, at)) is not None]

    assert found(7) == []
    assert found(20)[0] == begins + 5 + 9


def so_far(begins, lasts, at):
    """The intervals until second `at`, with ten requests and ten probes a second, and how much of the last is there."""
    counted = []
    for start in range(0, at, 5):
        seconds = range(start, min(start + 5, at))
        failed = 10 * sum(begins <= second < begins + lasts for second in seconds)
        n = 10 * len(seconds)
        counted.append(Interval(start, n, failed, 0, 0, n, failed, 0, 0, n))
    return counted, (at - 1) % 5 + 1


def test_without_probes_an_interval_has_to_be_complete():
    """What one client alone asks for is told apart only then."""
    assert total_outage(rows(0, 1, 1, probes=0), 5) is not None
    assert total_outage(rows(0, 1, 1, 1, probes=0), 4) is None


def test_users_or_probes_alone_are_no_total_outage():
    dead = [row._replace(users_failed=0) for row in rows(0, 1, 1, 1)]
    assert total_outage(dead) is None
    assert total_outage([row._replace(probes_failed=0) for row in rows(0, 1, 1, 1)]) is None
    assert total_outage(rows(0, 1, 1, users=0)) is not None


def test_where_the_idle_environment_is_not_well_it_may_be_shared():
    assert total_outage(rows(0, 1, 1, baseline_failed=10)) is None
    assert total_outage(rows(0, 1, 1, baseline=0)) is None


def test_what_is_shared_may_be_shown_a_few_seconds_later():
    found = rows(0, 1, 1, 1)
    assert total_outage([*found[:-1], found[-1]._replace(baseline_failed=8)]) is None


def test_users_p95_is_above_critical_when_more_than_a_twentieth_is():
    levels = {signal.metric.name: LIMITS.tolerance(signal) for signal in SIGNALS}
    assert (levels["requests were slow"], levels["probes were slow"], levels["failed"]) == (0.05, 0.1, 0.005)
