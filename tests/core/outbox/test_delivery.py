"""When notices are tried, which are kept, and what a try leaves in the record."""

import random

import pytest

from bluegreen.core.notices import PROGRAMS, Channel, Notice, Tone, Weight, important, weight
from bluegreen.core.outbox import delivery, seen, troubles
from bluegreen.core.outbox.delivery import Attempt
from bluegreen.core.phases import Phase
from bluegreen.core.record import OUTBOX_KEPT
from bluegreen.core.release_file import witness
from tests.build import NOW, first, later


def notice(number=1, tone=Tone.BAD, status="", channel=Channel.SLACK, at=NOW, **given):
    facts = {"service": "web", "release": "web-1", "tag": "v1.3.0", "headline": f"notice {number}", **given}
    return Notice(id=f"n{number}", channel=channel, at=at, tone=tone, status=status, **facts)


ALERT = {"tone": Tone.BAD}
ROLLED_BACK = {"tone": Tone.BAD, "status": Phase.ROLLED_BACK.value}
PROGRESS = {"tone": Tone.PROGRESS, "status": Phase.DEPLOYING.value}
WARNING = {"tone": Tone.WARNING, "status": Phase.WATCHING.value}


def waiting(*notices):
    return first().model_copy(update={"outbox": notices})


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (PROGRESS, Weight.NEWS),
        ({"tone": Tone.GOOD, "status": "live"}, Weight.NEWS),
        (WARNING, Weight.WARNING),
        ({**WARNING, "needs_person": True}, Weight.IMPORTANT),
        ({"tone": Tone.BAD, "status": "failed"}, Weight.WARNING),
        (ALERT, Weight.IMPORTANT),
        ({"tone": Tone.BAD, "status": "rolling back"}, Weight.FATE),
        (ROLLED_BACK, Weight.FATE),
        ({"tone": Tone.BAD, "status": "stuck"}, Weight.FATE),
    ],
)
def test_what_matters_how_much(given, wanted):
    assert weight(notice(**given)) is wanted
    assert important(notice(**given)) == (wanted >= Weight.IMPORTANT)


def test_pauses_grow_and_the_sender_s_wish_is_kept():
    assert [delivery.pause(tries, 0.0) for tries in range(1, 8)] == [5, 15, 60, 300, 900, 900, 900]
    assert delivery.pause(1, 120.0) == 120
    assert delivery.pause(6, 3600.0) == 3600


def test_what_a_channel_has_just_refused_is_not_due_because_it_took_another():
    refused, taken, other = (notice(number, next_at=NOW, **ALERT) for number in range(3))
    record = waiting(refused, taken, other.model_copy(update={"next_at": later(900)}))
    attempts = [Attempt(refused, "500", notice_only=True), Attempt(taken)]
    left = {each.id: each for each in delivery.noted(record, attempts, NOW).outbox}
    assert left["n0"].next_at > NOW
    assert left["n2"].next_at == NOW
    assert "n1" not in left


@pytest.mark.parametrize("seed", range(20))
def test_in_a_storm_of_alerts_the_notice_of_a_rollback_is_neither_dropped_nor_late(seed):
    draw = random.Random(seed)
    storm = [notice(number, at=later(number), **draw.choice([ALERT, WARNING, PROGRESS])) for number in range(300)]
    place = draw.randrange(300)
    storm.insert(place, notice(999, at=later(place), **ROLLED_BACK))
    kept = ()
    for each in storm:
        kept = delivery.bounded((*kept, each))
        assert len(kept) <= OUTBOX_KEPT
    assert "n999" in [each.id for each in kept]
    ordered = delivery.in_order(kept)
    assert ordered[0].id == "n999"
    assert [weight(each) for each in ordered] == sorted((weight(each) for each in ordered), reverse=True)
    others = [each.at for each in ordered[1:] if weight(each) is Weight.IMPORTANT]
    assert others == sorted(others, reverse=True)
    assert {weight(each) for each in kept} == {Weight.FATE, Weight.IMPORTANT}


def test_of_notices_that_matter_alike_the_oldest_goes():
    notices = tuple(notice(number, **PROGRESS) for number in range(OUTBOX_KEPT))
    assert delivery.bounded((*notices, notice(99, **PROGRESS)))[0].id == "n1"
    assert "n98" not in [each.id for each in delivery.bounded((*(notice(n) for n in range(20)), notice(98, **WARNING)))]


@pytest.mark.parametrize("program", sorted(PROGRAMS, key=str))
def test_in_a_full_outbox_a_program_s_events_make_room_for_whatever_people_read(program):
    events = tuple(notice(number, channel=program, **ROLLED_BACK) for number in range(OUTBOX_KEPT))
    kept = events
    for number, of in enumerate((PROGRESS, WARNING, ALERT), start=50):
        kept = delivery.bounded((*kept, notice(number, **of)))
    kept = delivery.bounded((*kept, notice(60, channel=Channel.PAGER, page="web-1", **ALERT)))
    assert [each.id for each in kept] == [
        *(f"n{number}" for number in range(4, OUTBOX_KEPT)),
        "n50",
        "n51",
        "n52",
        "n60",
    ]

    people = tuple(notice(number, **PROGRESS) for number in range(OUTBOX_KEPT))
    assert delivery.bounded((*people, notice(99, channel=program, **ROLLED_BACK))) == people


def test_what_waits_for_people_is_no_event_for_a_program():
    record = waiting(notice(1, **ALERT), *(notice(9, channel=program, **ROLLED_BACK) for program in PROGRAMS))
    assert [each.id for each in seen.waiting(record)] == ["n1"]
    assert [each["id"] for each in troubles.facts(record)["undelivered"]] == ["n1"]
    left, _ = seen.marked(record, "")
    assert {each.channel for each in left.outbox} == PROGRAMS


def test_what_was_tried_is_due_by_its_time_and_what_was_never_tried_once_its_function_is_gone():
    tried, fresh = notice(1, tries=1, next_at=later(5)), notice(2)
    assert delivery.due(waiting(tried, fresh), later(4)) == []
    assert delivery.due(waiting(tried, fresh), later(5)) == [tried]
    assert delivery.due(waiting(tried, fresh), later(90)) == [tried, fresh]


def test_a_refusal_is_a_fact_of_the_record_until_the_channel_takes_one():
    record = delivery.noted(waiting(notice()), [Attempt(notice(), "Slack answered 503 ()", 30.0)], NOW)
    assert (record.outbox[0].tries, record.outbox[0].next_at) == (1, later(30))
    assert (record.channels["slack"].since, record.channels["slack"].says) == (NOW, "Slack answered 503 ()")
    record = delivery.noted(record, [Attempt(record.outbox[0], "Slack answered 404 (no_service)")], later(30))
    assert (record.channels["slack"].since, record.channels["slack"].says) == (NOW, "Slack answered 404 (no_service)")
    record = delivery.noted(record, [Attempt(record.outbox[0])], later(60))
    assert (record.outbox, record.channels) == ((), {})


def test_what_its_channel_refused_waits_together_and_is_due_at_once_when_the_channel_works():
    notices = [notice(number, **ALERT) for number in range(4)]
    record = delivery.noted(waiting(*notices), [Attempt(notices[0], "503")], NOW, {"n1", "n2", "n3"})
    assert [each.next_at for each in record.outbox] == [later(5)] * 4
    assert [each.tries for each in record.outbox] == [1, 0, 0, 0]
    record = delivery.noted(record, [Attempt(record.outbox[0])], later(3))
    assert len(delivery.due(record, later(3))) == 3


def test_another_channel_s_notices_that_there_was_no_time_for_are_due_at_once():
    github = notice(2, channel=Channel.GITHUB)
    record = delivery.noted(waiting(notice(1), github), [Attempt(notice(1), "503")], NOW, {"n2"})
    assert record.outbox[1].next_at == NOW


@pytest.mark.parametrize("kind", [PROGRESS, WARNING])
def test_what_does_not_matter_is_given_up_after_eight_tries_or_an_hour(kind):
    old = notice(1, tries=7, **kind)
    assert delivery.noted(waiting(old), [Attempt(old, "503")], NOW).outbox == ()
    young = notice(1, **kind)
    assert delivery.without_expired(waiting(young), {"slack": Channel.SLACK}, later(3599)).outbox == (young,)
    assert delivery.without_expired(waiting(young), {"slack": Channel.SLACK}, later(3600)).outbox == ()
    assert delivery.noted(waiting(young), [Attempt(young, "400", notice_only=True, final=True)], NOW).outbox == ()


def test_what_matters_is_kept_whatever_the_channel_says():
    record = waiting(notice(1, **ROLLED_BACK))
    for number in range(1, 100):
        attempt = Attempt(record.outbox[0], "404", final=True, notice_only=True)
        record = delivery.noted(record, [attempt], later(number * 900))
    record = delivery.without_expired(record, {"slack": Channel.SLACK}, later(90_000))
    assert record.outbox[0].tries == 99


def test_a_channel_that_is_no_longer_in_the_settings_takes_its_notices_with_it():
    record = delivery.noted(
        waiting(notice(1), notice(2, entry="slack-2", tone=Tone.WARNING)),
        [Attempt(notice(2, entry="slack-2", tone=Tone.WARNING), "404")],
        NOW,
    )
    left = delivery.without_expired(record, {"slack": Channel.SLACK}, NOW)
    assert ([each.id for each in left.outbox], left.channels) == (["n1"], {})


def test_what_is_important_goes_to_another_entry_of_its_kind_where_its_own_is_gone():
    record = waiting(notice(1, entry="slack-2"), notice(2, entry="slack-2", tone=Tone.WARNING))
    left = delivery.without_expired(record, {"slack": Channel.SLACK}, NOW)
    assert [(each.id, each.addressee) for each in left.outbox] == [("n1", "slack")]
    assert delivery.without_expired(record, {"github": Channel.GITHUB}, NOW).outbox == ()


def test_what_was_often_tried_lets_others_pass_and_the_end_of_a_page_still_follows_its_beginning():
    failing = [notice(number, tries=number, **ROLLED_BACK) for number in (3, 7, 4)]
    page = {"channel": Channel.PAGER, "page": "web-1"}
    opened, over = notice(8, tries=5, **page, **ROLLED_BACK), notice(9, resolves=True, **page, **ROLLED_BACK)
    late = notice(10, **PROGRESS)
    ordered = delivery.in_order([*failing, over, opened, late])
    assert [each.id for each in ordered] == ["n10", "n3", "n4", "n8", "n9", "n7"]


def test_github_is_told_last_and_hears_which_channels_are_silent():
    github, slack = notice(1, channel=Channel.GITHUB, headline="x" * 300), notice(2)
    assert delivery.in_order([github, slack]) == [slack, github]
    record = delivery.noted(waiting(github, slack), [Attempt(slack, "404")], NOW)
    headline = delivery.with_remark(github, record, {"slack": "Slack"}).headline
    assert len(headline) == 140 - witness.LENGTH
    assert headline.endswith("x (Slack does not take notices)")
    assert delivery.with_remark(slack, record, {}) == slack
    assert delivery.with_remark(github, waiting(github), {}) == github
