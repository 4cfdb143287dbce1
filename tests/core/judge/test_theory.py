"""The numbers in docs/judge/theory.md and in the modules' explanations are those of the code."""

from math import exp, log

import pytest

from bluegreen.core.judge import dispersion, exact_tests, hard_limits, likelihood, sequential_test
from bluegreen.core.judge.evidence import Interval, RunningCounts
from bluegreen.core.judge.exact_tests import fisher_p_value, lower_bound, upper_bound
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.likelihood import ALTERNATIVES, accumulated, likelihood_ratios, mixture, start_weight
from bluegreen.core.judge.signal_kinds import ANSWERS, SIGNALS
from bluegreen.core.judge.signal_test import ALPHA
from bluegreen_cli.stage import ROOT
from tests.core.judge.test_sequential_test import LIMITS

PAGE = (ROOT / "docs" / "judge" / "theory.md").read_text()
BAKE = 3600
EIGHT_TIMES = ALTERNATIVES.index(8)
THRESHOLD = 1 / (ALPHA * ANSWERS.alpha_share)


def evidence(counts, spread=1.0):
    """After each interval: the sum for the alternative 8 · p0, and M. `counts`: trials and failures; p0 is 0.5 %."""
    sums, unspent, values = (0.0,) * len(ALTERNATIVES), 1.0, []
    for index, (trials, failures) in enumerate(counts):
        weight = start_weight(5 * index, BAKE)
        unspent -= weight
        sums = accumulated(sums, weight, likelihood_ratios(trials, failures, 0.005, spread))
        values.append((sums[EIGHT_TIMES], mixture(sums, unspent)))
    return values


def first_above_threshold(values):
    """In seconds."""
    return 5 * (1 + next(index for index, (_, m) in enumerate(values) if m >= THRESHOLD))


def shown(value):
    """Three digits; all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value < 10 else f"{value:.1f}"


def test_the_ratios_of_one_interval():
    for failures, digits in ((0, 2), (1, 2), (2, 1)):
        ratio = likelihood_ratios(20, failures, 0.005, 1.0)[EIGHT_TIMES]
        assert f"| {failures} of 20 | {ratio:.{digits}f} |" in PAGE


def test_the_evidence_by_hand():
    values = evidence([(20, 1)] * 6)
    for index, (eight, m) in enumerate(values, 1):
        assert f"| {5 * index} s | {shown(eight)} | {shown(m)} |" in PAGE
    assert first_above_threshold(values) == 30
    assert f"0.65) = {THRESHOLD:,.0f}" in PAGE
    assert f"weight {start_weight(0, BAKE):.4f} and" in PAGE
    assert f"later weights being {start_weight(5, BAKE):.5f}" in PAGE


def test_the_alarm_of_that_example():
    intervals = [Interval(at, users=20, users_failed=1, baseline=20) for at in range(0, 60, 5)]
    alarm = extended(RunningCounts(), intervals, 60, LIMITS).alarm
    assert (alarm.at, alarm.comparison.table) == (30, (120, 6, 120, 0))
    assert f"p-value of {fisher_p_value(6, 120, 0, 120):.3f}" in PAGE


def test_a_sound_release_and_a_late_fault():
    sound = evidence([(20, 0)] * 12)[-1][1]
    assert f"falls to {sound:.2f} within a minute" in PAGE
    late = evidence([(20, 0)] * 240 + [(20, 1)] * 20)
    assert f"{first_above_threshold(late) - 1200} seconds to detect instead of 30" in " ".join(PAGE.split())
    smaller = start_weight(0, BAKE) / start_weight(5, BAKE)
    intervals = log(smaller) / log(likelihood_ratios(20, 1, 0.005, 1.0)[EIGHT_TIMES])
    assert f"ln({smaller:,.0f}) / ln(4.05) = {intervals:.1f} intervals" in PAGE


def test_dispersion_on_the_page():
    tempered = evidence([(20, 1)] * 40, spread=3.0)
    ratio = likelihood_ratios(20, 1, 0.005, 3.0)[EIGHT_TIMES]
    assert f"worth {ratio:.2f} instead of 4.05" in PAGE
    assert f"after {first_above_threshold(tempered)} seconds instead of 30" in PAGE


def test_the_cap_is_below_every_threshold():
    (largest,) = set(likelihood_ratios(1000, 1000, 0.005, 1.0))
    assert largest == exp(6.5)
    assert f"e^6.5 = {largest:.0f}" in PAGE
    assert all(largest < 1 / (ALPHA * signal.alpha_share) for signal in SIGNALS)


def test_the_proof_takes_so_many_answers():
    least = next(n for n in range(1, 2000) if upper_bound(0, n) < LIMITS.tolerated)
    assert f"{least} answers for 0.5 %" in " ".join(PAGE.split())
    assert f"{least} trials without a failure" in exact_tests.__doc__


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (likelihood, f"(0.96 / 0.995)^19 = {8 * (0.96 / 0.995) ** 19:.2f}"),
        (likelihood, f"4.05^7 = {0.7 * 0.45 * likelihood_ratios(20, 1, 0.005, 1.0)[EIGHT_TIMES] ** 7:,.0f}"),
        (likelihood, f"0.65) = {THRESHOLD:,.0f} in the sixth, after 30 seconds"),
        (sequential_test, f"the threshold is {THRESHOLD:,.0f}"),
        (exact_tests, f"p = {upper_bound(0, 100):.2%}".replace("%", " %")),
        (exact_tests, f"a probability of {fisher_p_value(50, 1000, 0, 100):.4f}"),
        (hard_limits, f"The lower bound is {lower_bound(50, 250):.1%}".replace("%", " %")),
        (dispersion, f"so the dispersion\nis {dispersion.variance_over_mean([20] + [0] * 19):.0f}"),
    ],
)
def test_the_examples_of_the_modules(module, says):
    assert says in module.__doc__
