"""What is stored in the record is a format: installed journals go on working."""

from pathlib import Path

from bluegreen.core.judge.client_paths import ClientPath
from bluegreen.core.judge.evidence import (
    Evidence,
    Interval,
    PreSwitch,
    RunningCounts,
    SignalState,
    Suspect,
    Withheld,
)
from bluegreen.core.judge.saturation import SaturationLevel
from bluegreen.core.judge.signal_kinds import SIGNALS

WRITTEN_BY_0_1_0 = (Path(__file__).parent / "evidence-0.1.0.json").read_text()


def test_an_evidence_written_by_0_1_0_is_read_and_written_alike():
    evidence = Evidence.model_validate_json(WRITTEN_BY_0_1_0)
    assert evidence.model_dump_json() == WRITTEN_BY_0_1_0.strip()


def test_what_is_known_of_clients_is_written_and_read_again():
    rows = (
        Interval(0, users=9, users_failed=3, client_paths=(ClientPath(7, 2), ClientPath(8, 1))),
        Interval(5, users=9),
    )
    suspects = (Suspect(7, (SignalState(),) * len(SIGNALS)),)
    counted = RunningCounts(rows=rows, suspects=suspects, withheld=Withheld(7, 5, 20))
    evidence = Evidence(counted=counted, held_for_one=True)
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
    assert len(counts.streams) == len(SIGNALS)
    state = counts.streams[0]
    assert isinstance(state, SignalState)
    assert (state.dispersion, state.last_at, state.old_failures, state.old_squares) == (2.25, 70, 57, 785)
    assert (counts.requests, counts.bad, counts.asked, counts.refused, counts.suffering) == (480, 37, 630, 1, 70)
    assert evidence.saturation.tracks[0].level is SaturationLevel.CRITICAL
