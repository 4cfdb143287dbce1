"""What the demo tells of the journal: the difference between two versions, in words."""

from bluegreen.core import admission, orders, progress
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen_demo.event import Event, Mood
from bluegreen_demo.journal_events import events
from tests.build import NOW, first, in_phase, release_request, service


def version(record: Record, by: str) -> Version:
    return Version(seq=2, nonce="n", previous="", by=by, why="", at=NOW, record=record)


def test_a_turn_is_told_with_the_function_the_phase_and_the_reason():
    before = in_phase(Phase.CHECKING)
    after = progress.advance(before, Finding(verdict=Verdict.GOOD, says="3 checks passed"), service(), "health", NOW)
    told = events(before, version(after, "checks/health"))
    assert told == [Event(NOW, "health", "v1.3.0 → smoking", "3 checks passed")]


def test_a_tag_that_a_webhook_brought_is_left_to_githubs_line():
    after = admission.admit(first(), service(), release_request(), NOW).record
    assert events(first(), version(after, "hooks/github")) == []
    [told] = events(first(), version(after, "deploy"))
    assert told.headline == "v1.3.0 → requested"


def test_production_that_moves_back_and_the_reason_are_both_told():
    before = in_phase(Phase.WATCHING)
    after = orders.rollback(before, service(), "a person", NOW).record
    moved, rolling = events(before, version(after, "rollback"))
    assert (moved.headline, moved.mood) == ("production is pointed at blue (v1.2.0)", Mood.TRAFFIC)
    assert (rolling.headline, rolling.why) == ("v1.3.0 → rolling back", "rollback asked for by a person")


def test_a_release_that_comes_to_rest_is_told_once():
    before = in_phase(Phase.WATCHING)
    after = progress.advance(before, Finding(verdict=Verdict.GOOD, says="all well"), service(), "watch", NOW)
    assert [told.headline for told in events(before, version(after, "ops/watch"))] == ["v1.3.0 → live"]
    assert events(after, version(after, "ops/watch")) == []


def test_a_release_that_was_taken_back_is_summed_up_with_what_it_was_taken_back_for():
    back = orders.rollback(in_phase(Phase.WATCHING), service(), "a person", NOW).record
    rested = progress.advance(back, Finding(verdict=Verdict.GOOD, says="all follow"), service(), "rollback", NOW)
    assert rested.past[0].reason == "rollback asked for by a person"


def test_a_tag_that_has_to_wait_is_told():
    before = in_phase(Phase.CHECKING)
    after = admission.admit(before, service(), release_request("v1.4.0"), NOW).record
    assert [told.headline for told in events(before, version(after, "hooks/github"))] == ["v1.4.0 waits for its turn"]
