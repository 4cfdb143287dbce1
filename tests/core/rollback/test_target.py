"""Back to any earlier release: at once where it stands, otherwise as a release of its own."""

import pytest

from bluegreen.core import pointing, progress
from bluegreen.core.environment import Status
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import QueuedRelease
from bluegreen.core.release import Deployment, Purpose
from bluegreen.core.rollback.target import earlier, go_back
from bluegreen.steps import checking
from tests.build import BLUE, COMMIT, GREEN, NOW, first, in_phase, later, service

SERVICE = service()
SERVED = {"v1.0.0": "b" * 40, "v1.1.0": "", "v1.2.0": COMMIT}


def asked(record, to, **given):
    return go_back(record, SERVICE, to, "a person", NOW, **given)


def at_rest(**changes):
    return first().model_copy(update={"served": SERVED, **changes})


def test_the_release_that_stands_idle_is_gone_back_to_at_once():
    outcome = asked(at_rest(), "v1.1.0")
    assert outcome.ok
    assert outcome.record.active is GREEN
    assert outcome.record.release.phase is Phase.ROLLING_BACK


def test_an_older_one_is_released_to_the_idle_environment_first():
    outcome = asked(at_rest(), "v1.0.0")
    release = outcome.record.release
    assert "going back to v1.0.0: green does not hold it" in outcome.says
    assert (release.tag, release.phase, release.commit) == ("v1.0.0", Phase.REQUESTED, "b" * 40)
    assert release.purpose.back
    assert release.options.auto_switch
    assert outcome.record.active is BLUE


def test_what_stands_idle_but_is_not_proven_is_released_anew():
    outcome = asked(at_rest().with_environment(GREEN, status=Status.UNFIT, proven=False), "v1.1.0")
    assert outcome.record.release.phase is Phase.REQUESTED


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("v1.2.0", "v1.2.0 is active already"),
        ("v0.9.0", "v0.9.0 is not known to have served production"),
        ("main", "does not match the pattern"),
    ],
)
def test_what_cannot_be_gone_back_to_is_refused_with_what_can(to, why):
    record = at_rest()
    outcome = asked(record, to)
    assert not outcome.ok
    assert why in outcome.says
    assert "may be gone back to: v1.1.0, v1.0.0" in outcome.next_step
    assert outcome.record is record


def test_a_quarantined_release_is_not_gone_back_to():
    outcome = asked(at_rest(quarantine={"v1.0.0": "41 of 203 failed"}), "v1.0.0")
    assert "v1.0.0 is quarantined: 41 of 203 failed" in outcome.says
    assert outcome.next_step.startswith("may be gone back to: v1.1.0;")


def test_without_any_earlier_release_the_answer_names_the_way_forward():
    record = first().with_environment(GREEN, proven=False)
    assert earlier(record) == []
    assert "`deploy -p tag:…` releases any tag" in asked(record, "v1.0.0").next_step


def test_a_release_before_its_switch_is_aborted_for_it_and_what_waits_goes_on_waiting():
    waiting = QueuedRelease(tag="v1.4.0", asked_at=NOW)
    record = in_phase(Phase.REQUESTED).model_copy(update={"served": SERVED, "queued": waiting})
    record = asked(record, "v1.0.0").record
    assert [(past.tag, past.outcome) for past in record.past] == [("v1.3.0", Phase.ABORTED)]
    assert record.release.tag == "v1.0.0"
    assert record.queued == waiting


def test_a_deployment_that_may_have_replaced_the_idle_release_does_not_keep_the_earlier_one_away():
    record = in_phase(Phase.CHECKING).model_copy(update={"served": SERVED})
    record = asked(record, "v1.0.0").record
    assert record.release.tag == "v1.0.0"
    assert not record.on(GREEN).proven


def test_a_cancelled_deployment_leaves_the_idle_release_to_go_back_to_at_once():
    record = in_phase(Phase.DEPLOYING, deployment=Deployment(intended_at=NOW, id="dep-1"))
    record = record.model_copy(update={"served": SERVED})
    assert asked(record, "v1.1.0").record.release.phase is Phase.REQUESTED
    assert asked(record, "v1.1.0", cancelled=True).record.active is GREEN


def test_a_release_that_is_watched_is_left_at_once_and_the_earlier_one_follows():
    record = in_phase(Phase.WATCHING).model_copy(update={"served": SERVED})
    record = record.model_copy(update={"queued": QueuedRelease(tag="v1.4.0", asked_at=NOW)})
    outcome = asked(record, "v1.0.0")
    assert outcome.says.startswith("going back from v1.3.0 to v1.2.0 on blue")
    assert outcome.says.endswith("; v1.0.0 follows from there")
    assert outcome.record.active is BLUE
    assert outcome.record.queued.tag == "v1.0.0"
    assert outcome.record.queued.purpose.back
    assert [(past.tag, past.outcome) for past in outcome.record.past] == [("v1.4.0", Phase.SUPERSEDED)]


def test_the_release_before_the_watched_one_is_the_ordinary_rollback():
    outcome = asked(in_phase(Phase.WATCHING).model_copy(update={"served": SERVED}), "v1.2.0")
    assert outcome.record.release.phase is Phase.ROLLING_BACK
    assert outcome.record.queued is None


def test_asked_twice_it_happens_once():
    once = asked(at_rest(), "v1.0.0").record
    again = go_back(once, SERVICE, "v1.0.0", "a person", later(1))
    assert again.ok
    assert again.record == once


def test_what_was_left_is_quarantined_once_the_earlier_one_is_live():
    record = in_phase(Phase.WATCHING, tag="v1.0.0", purpose=Purpose(back=True), by="a person (rollback)")
    record = progress.advance(record, Finding(verdict=Verdict.GOOD, says="proven"), SERVICE, "watch", NOW)
    assert record.quarantine == {"v1.2.0": "left for v1.0.0, asked for by a person (rollback)"}
    assert record.on(BLUE).status is Status.UNFIT


def test_people_are_told_that_it_is_a_way_back():
    record = asked(at_rest(), "v1.0.0").record
    record = progress.advance(record, Finding(verdict=Verdict.GOOD, says=""), SERVICE, "deploy", NOW)
    assert record.outbox[-1].headline.endswith("(going back to v1.0.0)")


def test_smoke_checks_are_skipped_for_the_very_commit_that_served_production_and_for_no_other():
    class Turned:
        def __init__(self, commit):
            self.record = in_phase(Phase.SMOKING, tag="v1.0.0", commit=commit, purpose=Purpose(back=True))
            self.record = self.record.model_copy(update={"served": SERVED})
            self.release = self.record.release

    assert checking.smoke_look(Turned("b" * 40)).skipped
    with pytest.raises(AttributeError, match="cloud"):
        checking.smoke_look(Turned("c" * 40))


def test_what_production_was_pointed_at_is_remembered_newest_last():
    record = pointing.point_at(first(), GREEN, NOW)
    assert [*record.served] == ["v1.2.0", "v1.1.0"]
