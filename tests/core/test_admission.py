"""A tag asks to be released: at once, after the one in flight, or not at all and why."""

import pytest

from bluegreen.core import admission
from bluegreen.core.config.options import Target
from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease
from tests.build import BLUE, NOW, first, in_phase, release_request, service

SERVICE = service()


def asked(record, **given):
    return admission.admit(record, SERVICE, release_request(**given), NOW)


def test_a_new_tag_is_taken_into_hand():
    outcome = asked(first())
    assert outcome.ok
    assert outcome.record.release.tag == "v1.3.0"
    assert outcome.record.release.phase is Phase.REQUESTED
    assert outcome.record.active is BLUE


def test_the_same_delivery_twice_is_one_release():
    once = asked(first()).record
    again = asked(once)
    assert again.ok
    assert again.record == once


def test_the_same_tag_in_another_delivery_is_one_release():
    once = asked(first()).record
    again = asked(once, delivery="d2").record
    assert again.release == once.release
    assert again.queued is None


def test_a_tag_that_has_been_here_is_not_released_by_another_webhook():
    past = PastRelease(id="web-1", tag="v1.3.0", outcome=Phase.FAILED, at=NOW)
    record = first().model_copy(update={"past": (past,)})
    assert "has been here: failed" in asked(record).says
    assert asked(record).record.release is None


def test_a_person_may_try_a_failed_tag_again():
    past = PastRelease(id="web-1", tag="v1.3.0", outcome=Phase.FAILED, at=NOW)
    record = first().model_copy(update={"past": (past,)})
    assert asked(record, delivery="").record.release.tag == "v1.3.0"


@pytest.mark.bad_input(
    "webhook",
    "a tag older than the active one",
    "200 `ignored: why`; `deploy -p tag:…` releases it all the same",
)
def test_an_older_tag_is_not_released_by_a_webhook_but_by_a_person():
    assert asked(first(), tag="v1.0.9").record.release is None
    assert "older than v1.2.0" in asked(first(), tag="v1.0.9").says
    assert asked(first(), tag="v1.0.9", delivery="").record.release.tag == "v1.0.9"


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("release-1", "does not match the pattern v*"),
        ("v1.3.0-rc.1", "prerelease"),
        ("v1/../../etc", "not a usable tag name"),
        ("v 1", "not a usable tag name"),
    ],
)
def test_a_tag_that_is_none_of_ours_changes_nothing(tag, why):
    outcome = asked(first(), tag=tag)
    assert why in outcome.says
    assert outcome.record == first()


def test_a_quarantined_tag_is_refused_with_the_reason():
    record = first().model_copy(update={"quarantine": {"v1.3.0": "41 of 203 failed"}})
    outcome = asked(record, delivery="")
    assert not outcome.ok
    assert "quarantined: 41 of 203 failed" in outcome.says


def test_the_active_environment_is_refused_as_target():
    outcome = asked(first(), delivery="", target=Target.BLUE)
    assert not outcome.ok
    assert "allowed are auto and green" in outcome.says


def test_a_tag_while_another_is_in_flight_waits_and_people_are_told():
    outcome = asked(in_phase(Phase.CHECKING), tag="v1.4.0")
    assert outcome.record.queued.tag == "v1.4.0"
    assert outcome.record.release.tag == "v1.3.0"
    assert {notice.channel.value for notice in outcome.record.outbox} == {"slack", "github"}
    assert "v1.4.0 waits until v1.3.0" in outcome.record.outbox[0].headline


def test_the_newest_tag_takes_the_place_in_the_queue_and_the_other_is_recorded():
    record = asked(in_phase(Phase.CHECKING), tag="v1.4.0").record
    record = asked(record, tag="v1.5.0", delivery="d2").record
    assert record.queued.tag == "v1.5.0"
    assert [(past.tag, past.outcome) for past in record.past] == [("v1.4.0", Phase.SUPERSEDED)]


def test_an_older_tag_that_comes_late_does_not_displace_the_newer_one():
    record = asked(in_phase(Phase.CHECKING), tag="v1.5.0").record
    record = asked(record, tag="v1.4.0", delivery="d2").record
    assert record.queued.tag == "v1.5.0"
    assert [past.tag for past in record.past] == ["v1.4.0"]


def test_a_tag_passed_over_long_ago_is_not_recorded_a_second_time():
    record = asked(in_phase(Phase.CHECKING), tag="v1.3.1").record
    for number in range(2, 30):
        record = asked(record, tag=f"v1.3.{number}", delivery=f"d{number}").record
    assert "v1.3.1" not in {past.tag for past in record.past}
    again = asked(record, tag="v1.3.1", delivery="again")
    assert "v1.3.1 is older than v1.3.29, which waits" in again.says
    assert not again.taken
    assert again.record.past == record.past


def test_a_tag_that_comes_late_is_recorded_while_it_is_known_to_be_new():
    record = asked(in_phase(Phase.CHECKING), tag="v1.3.1").record
    for number in range(2, 30, 2):
        record = asked(record, tag=f"v1.3.{number}", delivery=f"d{number}").record
    late = asked(record, tag="v1.3.27", delivery="late")
    assert late.taken
    assert late.record.past[0].tag == "v1.3.27"


def test_a_tag_older_than_the_one_in_flight_does_not_wait_behind_it():
    outcome = asked(in_phase(Phase.CHECKING, tag="v1.4.0"), tag="v1.3.0")
    assert "older than v1.4.0, which is in flight" in outcome.says
    assert outcome.record.queued is None
    assert not outcome.taken
