"""What users got before the switch, without its outages."""

import pytest

from bluegreen.core.judge.statistics.usual import before_the_switch, usual


def rows(failed, requests=50, number=60):
    return [(requests, failed(place)) for place in range(number)]


def test_the_example_of_the_module():
    """Ten parts of 300 requests, with 24 failures each but for two."""
    steady = usual(rows(lambda place: 4))
    assert (steady.level, steady.set_aside) == (pytest.approx(1.5 * 0.08 + 3 * 240**0.5 / 3000), 0.0)


def test_an_outage_is_set_aside():
    level, aside = usual(rows(lambda place: 50 if 36 <= place < 42 else 0))
    assert (level, aside) == (pytest.approx(3 / 2700), pytest.approx(0.1))


@pytest.mark.parametrize("begins", [0, 20, 40])
def test_the_usual_rate_is_kept_beside_an_outage(begins):
    level, aside = usual(rows(lambda place: 50 if begins <= place < begins + 20 else 4))
    assert 0.08 < level < 0.2
    assert 0.3 <= aside <= 0.5


def test_an_outage_that_begins_within_a_part_is_set_aside_with_it():
    """Five seconds later, so that its last five lie in the next part."""
    assert usual(rows(lambda place: 50 if 37 <= place < 43 else 0)).level == pytest.approx(3 / 2400)


def test_bad_minutes_that_come_and_go_are_usual():
    assert usual(rows(lambda place: 3 if 12 <= place < 24 else 0)).level >= 0.06


def test_where_all_failed_nothing_usual_was_seen():
    """A hotfix that is deployed in an incident must not be allowed to fail like it."""
    assert usual(rows(lambda place: 30)) == (0.0, 1.0)
    assert usual([]) == (0.0, 0.0)


def test_few_requests_know_little():
    assert usual([(1, 0)] * 15).level == pytest.approx(3 / 15)


def test_before_the_switch_counts_all_and_says_how_long_an_outage_was():
    found = before_the_switch([(50, 50 if 36 <= place < 42 else 0, 50, 5) for place in range(60)])
    assert (found.users, found.failed, found.timed, found.slow, found.set_aside) == (3000, 300, 3000, 300, 30)
    assert 0.1 < found.usual_slow < 0.2
    assert before_the_switch([(0, 0, 0, 0)] * 60) is None


def test_one_failure_of_few_is_no_bad_minute():
    """A request a second, and one of 300 failed: the worst part had one of 30."""
    seen = [(5, int(place == 7)) for place in range(60)]
    assert usual(seen).level == pytest.approx((1.5 + 3) / 300)


def test_what_parts_scatter_by_chance_is_not_counted_twice():
    """The example of the module: 18 or 30 failures of 300 by turns beside 24 everywhere."""
    by_chance = usual(rows(lambda place: 4 + (place // 6 % 2))).level
    apart = usual(rows(lambda place: 8 if place // 6 % 2 else 1)).level
    assert by_chance == pytest.approx(1.5 * 0.09 + 3 * 270**0.5 / 3000)
    assert apart > 0.15
