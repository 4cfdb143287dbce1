"""The bench of the judge: traces out of a seed, rules of others on hand-made traces, figures, targets."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.judge import curve
from benchmarks.judge.arrivals import ARRIVALS
from benchmarks.judge.cases import CASES
from benchmarks.judge.command import app
from benchmarks.judge.drawn import INTERVALS, LEVELS
from benchmarks.judge.figures import figures
from benchmarks.judge.judged import judged
from benchmarks.judge.measuring import OURS, RULES, measure
from benchmarks.judge.page import BEGIN, END
from benchmarks.judge.rivals import RIVALS
from benchmarks.judge.targets import results
from benchmarks.judge.traces import EVERY, Batch, Cell, traces
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.evidence import INTERVAL_SECONDS
from bluegreen.core.judge.statistics import allowance

WANTED = {"case", "requests_per_s", "rule", "runs", "rolled_back", "delay_median_s", "delay_p95_s", "bad_served_median"}
ALL_REPORTED = np.array([INTERVALS])


def batch(case, level=1.0, runs=4, number=0, seed=1):
    return Batch(Cell(case, level), number, runs, seed)


def rolled_back(rule, users, bad, reported=ALL_REPORTED):
    (at,) = RIVALS[rule](np.array([users]), np.array([bad]), reported)
    return None if np.isnan(at) else at


def bake(requests=10, **bad_from):
    """Users and bad ones by five seconds; `bad_from`: `at_60=3` is three bad ones in every row from 60 s on."""
    users, bad = [requests] * INTERVALS, [0] * INTERVALS
    for at, n in bad_from.items():
        first = int(at.removeprefix("at_")) // INTERVAL_SECONDS
        bad[first:] = [n] * (INTERVALS - first)
    return users, bad


@pytest.mark.slow
def test_the_same_seed_draws_the_same_traces():
    for case in CASES:
        for one, again in zip(traces(batch(case)), traces(batch(case)), strict=True):
            assert np.array_equal(one, again), case


def test_another_seed_or_batch_draws_other_traces():
    first = traces(batch("clean")).users
    assert not np.array_equal(first, traces(batch("clean", seed=2)).users)
    assert not np.array_equal(first, traces(batch("clean", number=1)).users)


def test_a_fault_begins_when_its_case_says_and_shows_on_one_side_only():
    drawn = traces(batch("fault 100% late", level=10))
    begin = 1200 // INTERVAL_SECONDS
    assert np.array_equal(drawn.users_failed[:, begin:], drawn.users[:, begin:])
    assert drawn.users_failed[:, :begin].sum() < 0.01 * drawn.users[:, :begin].sum()
    assert drawn.baseline_failed.sum() < 0.01 * drawn.baseline.sum()


def test_a_shared_outage_shows_on_both_sides_at_the_same_moment():
    drawn = traces(batch("shared 100% 25s"))
    ours, theirs = drawn.probes_failed > 20, drawn.baseline_failed > 20
    assert ours.any(axis=1).all()
    assert (ours != theirs).sum() <= 2 * len(ours)


@pytest.mark.slow
@pytest.mark.parametrize("case", ["clustered", "source outage", "fault 5%", "shared 30% 60s"])
def test_the_verdict_is_the_same_however_the_rows_are_spread_over_looks(case):
    drawn = traces(batch(case, runs=1))
    assert judged(drawn, 0) == judged(drawn, 0, every=EVERY)


def test_the_thirty_seconds_rule_reacts_at_sixty_seconds_and_looks_ten_times():
    assert rolled_back("30 s > 5 %", *bake(at_0=2)) == 60
    assert rolled_back("30 s > 5 %", *bake(at_300=2)) == 330
    assert rolled_back("30 s > 5 %", *bake(at_330=10)) is None


def test_the_average_of_five_minutes_reacts_once_they_are_full():
    assert rolled_back("Grafana", *bake(at_0=2)) == 300
    assert rolled_back("Grafana", *bake(at_1200=10)) == 1215


def test_argo_counts_its_failures():
    assert rolled_back("Argo 0", *bake(at_0=2)) == 60
    assert rolled_back("Argo 3", *bake(at_0=2)) == 240
    assert rolled_back("Argo 0", *bake(at_600=10)) is None


def test_five_minutes_under_99_percent_are_too_many_for_flagger():
    assert rolled_back("Flagger", *bake(at_0=1)) == 300


def test_the_alarm_wants_two_minutes_of_three():
    users, bad = bake(at_60=2)
    assert rolled_back("CloudWatch", users, bad) == 180
    assert rolled_back("CloudWatch", users, bad[:24] + [0] * (INTERVALS - 24)) is None


@pytest.mark.parametrize("rule", RIVALS)
def test_no_rule_minds_minutes_without_requests(rule):
    assert rolled_back(rule, *bake(requests=0)) is None


def test_a_source_that_ends_is_an_error_to_argo_and_a_failure_to_flagger():
    found = {rule: rolled_back(rule, *bake(), reported=np.array([120 // INTERVAL_SECONDS])) for rule in RIVALS}
    assert found["Argo 0"] == found["Argo 3"] == 420
    assert found["Flagger"] == 420
    assert found["30 s > 5 %"] is found["Grafana"] is found["CloudWatch"] is None


def test_what_was_served_ends_with_the_rollback():
    found = measure(batch("fault 100%", level=10))
    drawn = traces(batch("fault 100%", level=10))
    assert np.array_equal(found.bad_served["Flagger"], drawn.users[:, :60].sum(axis=1))


@pytest.mark.slow
def test_a_small_bench_meets_its_targets_loosely():
    cells = [("clean", 1.0), ("fault 20%", 0.05), ("fault 5%", 10.0), ("source outage", 0.05)]
    found = figures(measure(batch(case, level, runs=10)) for case, level in cells)
    ours = {one.case: one for one in found if one.rule == OURS}
    assert ours["clean"].rolled_back == 0
    assert ours["clean"].proven == 1
    assert ours["source outage"].rolled_back == 0
    assert ours["fault 20%"].delay_median_s <= 40
    assert ours["fault 5%"].delay_median_s <= 60
    assert ours["fault 20%"].missed == 0


def test_a_missed_target_is_said_and_is_exit_code_1(tmp_path):
    clean = figures([measure(batch("clean"))])
    blamed = [one._replace(rolled_back=0.5) if one.rule == OURS else one for one in clean]
    assert [one.met for one in results(clean)] == [True]
    (missed,) = results(blamed)
    assert str(missed).startswith("MISSED")


@pytest.mark.slow
def test_the_json_lists_every_cell_and_rule_and_the_page_keeps_what_people_wrote(tmp_path):
    (tmp_path / "README.md").write_text(f"# Written by hand\n\n{BEGIN}\nolder\n{END}\n\nAlso by hand\n")
    cells, where = tmp_path / "cells.json", ["--out", str(tmp_path), "--processes", "1"]
    only = ["--runs", "2", "--cases", "clean,fault 100%", "--levels", "0.3,1"]
    done = CliRunner().invoke(app, [*only, *where, "--json", str(cells)])
    assert done.exit_code == 0, done.output
    found = json.loads(cells.read_text())
    assert len(found) == 3 * 2 * len(RULES)
    assert all(set(one) >= WANTED for one in found)
    assert {one["rule"] for one in found} == set(RULES)
    assert all(one["delay_median_s"] is None for one in found if one["case"] == "clean")
    page = (tmp_path / "README.md").read_text()
    assert page.startswith("# Written by hand\n")
    assert page.endswith("\n\nAlso by hand\n")
    assert "older" not in page
    assert page.count("| clean | 0.3 | 0 (0-78 %) |") == 1
    assert (tmp_path / "judge.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "judge.svg").read_text()
    assert max(len(line) for line in done.output.splitlines() if str(tmp_path) not in line) <= 100


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cases", "cleen"], "cleen is no case"),
        (["--levels", "0.3,x"], "numbers"),
        (["--levels", "0"], "more than 0"),
    ],
)
def test_an_unknown_case_or_level_is_refused_with_what_there_is(arguments, said):
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_the_levels_are_those_of_the_targets():
    assert LEVELS == (0.05, 0.3, 1, 10, 100, 1000)


@pytest.mark.slow
def test_the_curve_of_the_allowance_has_a_point_for_each_refill_and_leaves_the_default(tmp_path):
    before = allowance.LARGE
    slow, fast = curve.points(2, (0.5, 3.0))
    assert fast.delay < slow.delay
    assert allowance.LARGE == allowance.SMALL == before
    curve.drawn([slow, fast], tmp_path / "bursts.svg")
    assert "<svg" in (tmp_path / "bursts.svg").read_text()
    assert "5 % found in" in str(slow)


@pytest.mark.slow
def test_a_start_that_heals_leaves_no_evidence_behind():
    drawn = traces(batch("start decaying slowly", level=10, runs=6))
    assert all(judged(drawn, run).verdict is not Verdict.BAD for run in range(6))


@pytest.mark.parametrize("model", ARRIVALS)
def test_arrivals_have_the_same_mean_whatever_their_model(model):
    drawn = [
        traces(batch("clean", level=10, runs=8)._replace(arrivals=each)).users.mean() for each in (model, "poisson")
    ]
    assert drawn[0] == pytest.approx(drawn[1], rel=0.25)


def test_what_failed_is_asked_again():
    drawn = traces(batch("retry storm", level=100))
    assert drawn.users.max() > 1.2 * np.median(drawn.users)


def test_mirrored_are_some_of_users_requests():
    drawn = traces(batch("unprobed 30% 60s", level=100))
    assert 0.04 < drawn.mirrored.sum() / drawn.users.sum() < 0.06
    assert drawn.mirrored_failed.sum() > 100
