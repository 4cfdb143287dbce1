"""A notice is queued once for each channel that can show it."""

from bluegreen.core.notices import Channel, Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.phases import Phase
from bluegreen.core.record import OUTBOX_KEPT, SAYS_KEPT
from tests.build import COMMIT, NOW, first, in_phase, service

SERVICE = service()


def queued(record, **given):
    return queue_notice(record, SERVICE, Tone.GOOD, "a headline", NOW, **given).outbox


def test_a_notice_of_a_release_shows_its_status_on_every_channel():
    record = in_phase(Phase.SMOKING, reason="2 smoke checks passed")
    slack, github = queued(record, release=record.in_flight)
    assert (slack.channel, github.channel) == (Channel.SLACK, Channel.GITHUB)
    assert (slack.tag, slack.commit, slack.environment, slack.status) == ("v1.3.0", COMMIT, "green", "smoking")
    assert slack.reason == "2 smoke checks passed"
    assert slack.id == "web-1/1/smoking/slack"


def test_a_reason_that_is_given_goes_before_the_release_s_own():
    record = in_phase(Phase.SMOKING, reason="2 smoke checks passed")
    assert {notice.reason for notice in queued(record, release=record.in_flight, reason="another")} == {"another"}


def test_a_notice_of_the_service_shows_what_is_active_and_is_no_status_of_a_release():
    (slack,) = queued(in_phase(Phase.SMOKING), reason="x" * 999)
    assert (slack.channel, slack.tag, slack.environment, slack.status) == (Channel.SLACK, "v1.2.0", "blue", "")
    assert len(slack.reason) == SAYS_KEPT
    assert queued(first())[0].release == "web"


def test_the_outbox_is_bounded_and_ids_go_on():
    record = first()
    for _ in range(OUTBOX_KEPT + 3):
        record = queue_notice(record, SERVICE, Tone.GOOD, "a headline", NOW)
    assert len(record.outbox) == OUTBOX_KEPT
    assert record.outbox[-1].id == f"web/{OUTBOX_KEPT + 3}/said/slack"
