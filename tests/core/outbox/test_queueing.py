"""A notice is queued once for each channel that can show it."""

from bluegreen.core.notices import Channel, Notice, Tone
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


def test_of_two_entries_of_a_kind_each_gets_every_notice():
    twice = service(notify=[{"kind": "slack", "channel": "#a"}, {"kind": "slack", "channel": "#b"}])
    found = queue_notice(first(), twice, Tone.GOOD, "a headline", NOW).outbox
    assert [(notice.channel, notice.entry) for notice in found] == [
        (Channel.SLACK, "slack"),
        (Channel.SLACK, "slack-2"),
    ]
    assert [notice.id for notice in found] == ["web/1/said/slack", "web/1/said/slack-2"]


def test_a_notice_that_an_older_release_wrote_goes_to_the_first_entry_of_its_kind():
    old = queued(first())[0].model_dump(mode="json")
    for field in ("entry", "needs_person", "page", "resolves", "next_at"):
        del old[field]
    assert Notice.model_validate(old).addressee == "slack"


def test_a_status_that_was_not_shown_yet_makes_room_for_the_newer_one_and_no_message_does():
    record = in_phase(Phase.SMOKING)
    record = queue_notice(record, SERVICE, Tone.GOOD, "one", NOW, release=record.in_flight)
    record = record.with_release(phase=Phase.READY)
    record = queue_notice(record, SERVICE, Tone.GOOD, "another", NOW, release=record.in_flight)

    waiting = [(notice.channel, notice.status) for notice in record.outbox]
    assert waiting == [(Channel.SLACK, "smoking"), (Channel.SLACK, "ready"), (Channel.GITHUB, "ready")]
