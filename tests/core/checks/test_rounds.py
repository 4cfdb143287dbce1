"""What follows from the rounds of checks that were written down, and how much of them is kept."""

import json

import pytest

from bluegreen.core.checks.rounds import WrittenRounds, judged, too_late
from bluegreen.core.checks.workflow_run import FailedStep, RunSeen
from bluegreen.core.finding import Verdict
from bluegreen.core.phases import Phase
from tests.build import NOW, later


def rounds(phase=Phase.CHECKING, **changes):
    return WrittenRounds(release="web-1", phase=phase, at=NOW, since=NOW, requests=3, successes=2, retries=1, **changes)


@pytest.mark.parametrize(
    ("found", "verdict", "says"),
    [
        (rounds(in_a_row=2), Verdict.GOOD, "3 health checks passed, 2 times in a row"),
        (rounds(in_a_row=1), Verdict.WAIT, "health checks passed only 1 times in a row"),
        (rounds(failed=2, faults="/ answered 500"), Verdict.BAD, "/ answered 500 (2 rounds after a grace of 0 s)"),
        (rounds(failed=1, faults="/ answered 500"), Verdict.WAIT, "/ answered 500"),
        (rounds(Phase.SMOKING, skipped="as asked"), Verdict.GOOD, "smoke checks skipped, as asked"),
        (rounds(Phase.SMOKING, run=RunSeen("e2e.yml", "completed", "success")), Verdict.GOOD, "e2e.yml passed"),
        (rounds(Phase.SMOKING, run=RunSeen("e2e.yml", "queued")), Verdict.WAIT, "e2e.yml is queued"),
    ],
)
def test_the_verdict_follows_from_what_is_written(found, verdict, says):
    again = WrittenRounds.model_validate_json(found.model_dump_json())
    assert again == found
    assert (judged(again).verdict, judged(again).says) == (verdict, says)


def test_a_phase_that_took_too_long_has_failed():
    found = too_late(judged(rounds(in_a_row=1)), Phase.CHECKING, NOW, later(600))
    assert (found.verdict, found.says[:20]) == (Verdict.BAD, "not done within 10 m")
    assert too_late(judged(rounds()), Phase.READY, NOW, later(600)).verdict is Verdict.EXPIRED


def test_secrets_are_hidden_and_long_texts_cut_before_they_are_kept():
    secret = "ghp_" + "a1B2" * 9
    failed = FailedStep("job", f"step {secret}", "https://example.com/" + "x" * 900)
    run = RunSeen("e2e.yml", f"said {secret}", "failure", "u" * 900, failed)
    found = rounds(Phase.SMOKING, faults=f"/ answered {secret} " + "y" * 900, run=run)
    stored = found.model_dump_json()
    assert secret not in stored
    assert all(len(each) <= 300 for each in texts(json.loads(stored)))


def texts(found):
    if isinstance(found, str):
        return [found]
    inside = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return [text for each in inside for text in texts(each)]
