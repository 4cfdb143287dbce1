"""The numbers in docs/judge/theory.md and in the modules' explanations are those of the code."""

from math import comb, exp, log, sqrt

import pytest

from bluegreen.core.judge.evidence import Interval, SignalState
from bluegreen.core.judge.signal_kinds import ANSWERS, REQUESTS, SIGNALS, SLOW
from bluegreen.core.judge.signal_test import ALPHA, ALPHA_COMPARED, SignalTest, World
from bluegreen.core.judge.statistics import allowance, exact_tests, likelihood, mirrored, twins, usual
from bluegreen.core.judge.statistics.allowance import refilled
from bluegreen.core.judge.statistics.exact_tests import upper_bound
from bluegreen.core.judge.statistics.likelihood import ALTERNATIVES, mean, mixture, start_weight, weighed
from bluegreen_cli.stage import ROOT
from tests.core.judge.test_hard_limits import LIMITS

PAGE = " ".join((ROOT / "docs" / "judge" / "theory.md").read_text().split())
BAKE = 3600
EIGHT_TIMES = ALTERNATIVES.index(8)
OWN_THRESHOLD = 1 / (ALPHA * 0.7 * ANSWERS.alpha_share)
COMPARED_THRESHOLD = 1 / (ALPHA_COMPARED * ANSWERS.alpha_share)


def by_hand(begins=0, intervals=20):
    """After each interval of the fault: seconds, both kinds of evidence, and whether the alarm is raised."""
    test = SignalTest(ANSWERS, None, LIMITS, SignalState())
    for at in range(0, begins + 5 * intervals, 5):
        row = Interval(at, users=50, users_failed=4 if at >= begins else 0, probes=25, baseline=25)
        crossed = test.update(row, World(0.0, hardly_asked=False, correlation=0.0))
        state = test.state()
        if at >= begins:
            yield at + 5 - begins, mixture(state.own), mean(state.compared), crossed.worse


def shown(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def said(module):
    return " ".join(module.__doc__.split())


def test_the_comparison_of_one_interval():
    ratios = [exp(each) for each in twins.log_ratios(75, 4, 25, 0)]
    listed = ", ".join(f"{each:.2f}" for each in ratios[:3])
    assert f"L is {listed} and {ratios[3]:.2f} for t = 2, 4, 10 and 30" in PAGE
    assert f"an interval gives L = {ratios[1]:.2f}" in said(twins)
    most = f"{exp(max(twins.log_ratios(99, 9, 1, 0))):.2f}"
    assert f"worth at most {most}" in PAGE
    assert f"L is at most {most}" in said(twins)


def test_the_evidence_by_hand():
    found = list(by_hand())
    raised = next(seconds for seconds, _, _, worse in found if worse)
    for seconds, own, compared, _ in found[: raised // 5]:
        assert f"| {seconds} s | {shown(own)} | {shown(compared)} |" in PAGE
    assert f"After {raised} seconds both are above their thresholds" in PAGE
    assert f"thresholds, {OWN_THRESHOLD:,.0f} and {COMPARED_THRESHOLD:.0f}" in PAGE


def test_a_fault_that_comes_and_goes():
    pulse, quiet = weighed(205, 20, 0.005, 0.0).logs, weighed(205, 0, 0.005, 0.0).logs
    assert min(pulse[-1], pulse[EIGHT_TIMES]) > allowance.LARGE.full
    costs = (
        f"cost this alternative {-3 * quiet[-1]:.2f} and the steady one of the same size {-3 * quiet[EIGHT_TIMES]:.2f}"
    )
    assert costs in PAGE
    assert exp(quiet[-1]) == pytest.approx(0.75 + exp(quiet[EIGHT_TIMES]) / 4)


def test_the_share_of_slow_answers():
    assert f"slow answers have {SLOW.alpha_share:.0%}".replace("%", " %") in PAGE
    assert sum(signal.alpha_share for signal in SIGNALS) == pytest.approx(1)


def test_the_same_fault_late():
    raised = next(seconds for seconds, _, _, worse in by_hand(1200) if worse)
    first, later = start_weight(0, BAKE, 0.25, is_first=True), start_weight(5, BAKE, 0.25, is_first=False)
    assert f"takes {raised} seconds: its starting point weighs {later:.5f} instead of {first:.3f}" in PAGE


def test_the_proof_takes_so_many_answers():
    least = next(n for n in range(1, 2000) if upper_bound(0, n) < LIMITS.tolerated)
    assert f"{least} requests for 0.5 %" in PAGE
    assert f"{least} trials without a failure" in exact_tests.__doc__


def test_the_bound_of_a_burst():
    large, compared = allowance.LARGE, allowance.COMPARED
    holds = f"Full it holds {large.full:g}, and an interval refills {large.refill:g}"
    assert f"{holds} (for the comparison {compared.refill:g})" in PAGE
    ten, twenty = large.full + large.refill, large.full + 3 * large.refill
    assert f"A burst of ten seconds adds at most {ten:g}, and one of 20 s at most {twenty:g}" in said(allowance)
    first = start_weight(0, BAKE, 0.25, is_first=True)
    needs = f"{log(OWN_THRESHOLD / first / max(likelihood.PRIOR)):.1f}"
    assert f"from the first interval on needs {needs}" in PAGE
    assert f"from the first interval on needs {needs}" in said(allowance)
    slow = refilled(large, 0.0, 0.0, 0.05)
    assert f"the refill is {slow:g}, and the burst of 20 s adds {large.full + 3 * slow:g}" in said(allowance)
    assert f"can give to {compared.full + compared.refill:g}" in said(twins)


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (likelihood, f"(0.96 / 0.995)^19 = {8 * (0.96 / 0.995) ** 19:.2f}"),
        (likelihood, f"it is {exp(weighed(20, 1, 0.005, 0.0).logs[EIGHT_TIMES]):.2f}"),
        (exact_tests, f"p = {upper_bound(0, 100):.2%}".replace("%", " %")),
        (usual, f"12 % + {300 * sqrt(240) / 3000:.1f} % + 1.5 % = 15.0 %"),
    ],
)
def test_the_examples_of_the_modules(module, says):
    assert says in said(module)


def test_how_much_what_is_usual_may_drift():
    gains_from = 0.5 / log(1.5)
    assert f"nothing up to {gains_from:.2f}" in said(usual)
    assert weighed(1000, round(1000 * 0.03 * gains_from), 0.03, 0.0).logs[0] < 0.01
    grows = f"may grow to {1.5 * gains_from:.2f} times what it was"
    assert grows in said(usual)
    assert grows in PAGE


def test_what_mirrored_requests_cost():
    for share in (0.05, 0.2):
        failures = log(25) / log(1 + share)
        assert f"{failures:.0f} " in said(mirrored)
        assert f"{failures:.0f} at" in PAGE or f"k = {failures:.0f} at" in PAGE
        assert f"{failures:.0f} s" in PAGE  # of one failure a second
    assert f"chance with {1.05**-40:.0%}".replace("%", " %") in PAGE


def tenants_taken_back(wanted, minutes=10):
    """Their share, where each minute is plainly good or bad, with the same chance."""

    def later(number, so_far, stays, comes):
        if number == minutes:
            return 0.0
        begun = stays + so_far / ((number + 1) * (number + 2))
        bad = 1.0 if 2 * begun >= wanted * comes else later(number + 1, so_far * 0.05, begun, comes / 2)
        return bad / 2 + later(number + 1, so_far * 0.95, 0.0, comes / 2) / 2

    return sum(comb(5, n) / 32 * later(0, 0.05**n * 0.95 ** (5 - n), 0.0, 0.5**5) for n in range(6))


def test_a_tenant_whose_minutes_are_clear():
    asked = {wanted: f"{tenants_taken_back(wanted):.2g}" for wanted in (20, 25, 100)}
    shown = {wanted: f"{float(share):.2%}" for wanted, share in asked.items()}
    assert shown == {20: "3.20%", 25: "2.20%", 100: "0.71%"}
    assert "for 20, would take back 3.2 %" in PAGE
    assert "for 25 it would wait for the second minute, and take back 2.2 %; for 100, for the third, and 0.71 %" in PAGE
    assert tenants_taken_back(25, minutes=1) == tenants_taken_back(100, minutes=2) == 0.0


def test_what_so_few_requests_before_the_switch_do_not_show():
    def all_behind_it(seconds):
        return (seconds / (seconds + 300)) ** (0.05 * seconds)

    alpha = ALPHA * 0.7 * REQUESTS.alpha_share
    assert f"{0.05 * 187:.2f} = {all_behind_it(187):.5f}. Alpha of this signal is {alpha:.5f}" in PAGE
    assert all_behind_it(187) < alpha
    always = next(seconds for seconds in range(187, 3600) if all_behind_it(seconds) < alpha / 16)
    assert f"looks always takes {always} s" in PAGE


def test_aims_that_exclude_each_other():
    none_before = 0.5**5
    assert f"with a probability of 1/{1 / none_before:.0f} none" in PAGE.lower()
    assert f"with 1/{2 / none_before:.0f} the first after it is bad as well" in PAGE
    assert f"at least {none_before / 4:.2%}".replace("%", " %") in PAGE
    assert f"all of them {none_before / 2:.1%}".replace("%", " %") in PAGE
    assert f"would make it {none_before**2 / 4:.2%}".replace("%", " %") in PAGE
    assert f"it is {none_before / 8:.2%} for half of them and {none_before / 4:.2%} for all".replace("%", " %") in PAGE
    assert f"longer than 60 s in {1 - (1 - exp(-3)) ** 6:.0%}".replace("%", " %") in PAGE
    assert f"must not act before {-20 * log(1 - 0.85 ** (1 / 6)):.0f} s" in PAGE
    later = start_weight(5, BAKE, 0.25, is_first=False)
    assert f"needs {log(round(OWN_THRESHOLD) / later / 0.2):.1f}" in PAGE
    twelfth = allowance.LARGE.full + allowance.LARGE.refill * 11
    assert twelfth - allowance.LARGE.refill < log(OWN_THRESHOLD / later / 0.2) < twelfth
