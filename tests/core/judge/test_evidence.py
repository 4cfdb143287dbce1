"""What is stored in the record is a format: installed journals go on working."""

from pathlib import Path

from bluegreen.core.judge.client_paths import ClientPath
from bluegreen.core.judge.evidence import (
    Bursts,
    Doubt,
    Evidence,
    Interval,
    LeftOut,
    PreSwitch,
    Proof,
    RunningCounts,
    SignalState,
    Withheld,
)
from bluegreen.core.judge.hard_limits import Limits
from bluegreen.core.judge.leave_one_out import extended
from bluegreen.core.judge.saturation import SaturationLevel
from bluegreen.core.judge.signal_kinds import SIGNALS
from tests.build import NOW

WRITTEN_BY_0_1_0 = (Path(__file__).parent / "evidence-0.1.0.json").read_text()


def test_an_evidence_written_by_0_1_0_is_read_and_written_alike():
    evidence = Evidence.model_validate_json(WRITTEN_BY_0_1_0)
    assert evidence.model_dump_json() == WRITTEN_BY_0_1_0.strip()


def test_what_is_known_of_clients_is_written_and_read_again():
    rows = (
        Interval(0, users=9, users_failed=3, client_paths=(ClientPath(7, 2), ClientPath(8, 1))),
        Interval(5, users=9),
    )
    tests = (SignalState((0.5,), (), (2.5,), (3.0,)),) * len(SIGNALS)
    counted = RunningCounts(
        rows=rows,
        tests=tests,
        bursts=Bursts(1.0, 2.0),
        left_out=(LeftOut(7, tests, Bursts(1.0)),),
        withheld=Withheld(7, 5, 20),
        doubt=Doubt(5, 60),
        proof=Proof(9, 1),
        before=PreSwitch(9, 1, usual_failed=0.01, set_aside=30),
    )
    evidence = Evidence(counted=counted, held_for_one=True, told=2, told_at=NOW, failing_since=NOW)
    assert Evidence.model_validate_json(evidence.model_dump_json()) == evidence


def test_an_evidence_written_by_0_1_0_means_the_same():
    evidence = Evidence.model_validate_json(WRITTEN_BY_0_1_0)
    counts = evidence.counted
    assert counts.rows[8] == Interval(
        at=40,
        users=20,
        users_failed=6,
        users_timed=20,
        probes=25,
        probes_failed=8,
        probes_timed=25,
        baseline=25,
        baseline_failed=7,
        baseline_timed=25,
        baseline_above_p95=1,
    )
    assert (counts.rows[10].probes_slow, counts.rows[19].users_slow) == (1, 1)
    assert counts.before == PreSwitch(users=6000, failed=12, timed=6000, slow=30, dispersion=1.75)
    assert (counts.tests, counts.left_out, counts.bursts) == ((), (), Bursts())  # the evidence begins anew
    assert (counts.requests, counts.bad, counts.asked, counts.refused, counts.suffering) == (480, 37, 630, 1, 70)
    assert evidence.saturation.tracks[0].level is SaturationLevel.CRITICAL


def test_a_release_in_flight_at_an_upgrade_is_judged_on():
    counts = Evidence.model_validate_json(WRITTEN_BY_0_1_0).counted
    faulty = [Interval(at, users=100, users_failed=20, probes=25, baseline=25) for at in range(120, 300, 5)]
    limits = Limits(0.005, 0.1, 0.01, 0.05, 0.05, 3600)
    assert extended(counts, faulty, 300, limits).alarm.at <= 180
