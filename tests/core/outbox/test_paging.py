"""Pages are opened for what matters, once for a matter, and closed when it is over."""

import pytest

from bluegreen.core import lost_journal
from bluegreen.core.finding import HOLDS, Finding, Verdict
from bluegreen.core.notices import Channel, Tone
from bluegreen.core.outbox import delivery, paging, queue_notice, queue_over
from bluegreen.core.outbox.delivery import Attempt
from bluegreen.core.phases import Phase
from bluegreen.core.progress import advance
from bluegreen.settings import parse
from tests.build import NOW, first, in_phase, later, service, written

PAGER = {"kind": "pager", "service": "pagerduty"}
SERVICE = service(notify=[{"kind": "slack"}, PAGER])


def events(record):
    """What waits for the pager: page, and whether it is closed."""
    return [(n.page, n.resolves) for n in record.outbox if n.channel is Channel.PAGER]


def after(record, verdict):
    return advance(record, Finding(verdict=verdict, says="so it is"), SERVICE, "a test", later(1))


def released(record, number):
    """As `record`, with another release in its bake."""
    fresh = in_phase(Phase.WATCHING).in_flight.model_copy(update={"id": f"web-{number}"})
    return record.model_copy(update={"release": fresh, "last_number": number})


def test_a_fault_opens_a_page_and_production_that_is_back_closes_it():
    record = after(in_phase(Phase.WATCHING), Verdict.BAD)
    assert (events(record), record.pages) == ([("web-1", False)], ("web-1",))
    record = after(record, Verdict.GOOD)
    assert (events(record), record.pages) == ([("web-1", False), ("web-1", True)], ())


def test_a_release_that_is_stuck_is_told_on_top_and_stays_open_until_a_following_one_is_live():
    record = after(after(in_phase(Phase.WATCHING), Verdict.BAD), Verdict.BAD)
    assert (events(record), record.pages) == ([("web-1", False), ("web-1", False)], ("web-1",))
    unproven = after(released(record, 2), Verdict.UNPROVEN)
    assert unproven.pages == ("web-1",)
    live = after(released(record, 2), Verdict.GOOD)
    assert (events(live)[-1], live.pages) == (("web-1", True), ())


@pytest.mark.parametrize("verdict", HOLDS)
def test_a_hold_needs_a_person(verdict):
    record = after(in_phase(Phase.WATCHING), verdict)
    assert events(record) == [("web-1", False)]
    assert events(after(record, Verdict.GOOD))[-1] == ("web-1", True)


@pytest.mark.parametrize(
    ("phase", "verdict"),
    [(Phase.REQUESTED, Verdict.GOOD), (Phase.CHECKING, Verdict.BAD), (Phase.WATCHING, Verdict.GOOD)],
)
def test_what_leaves_production_well_pages_nobody(phase, verdict):
    record = after(in_phase(phase), verdict)
    assert (events(record), record.pages) == ([], ())


def alarmed(record, number):
    return queue_notice(record, SERVICE, Tone.BAD, f"alert {number}", later(number), page=paging.ALERTS)


def test_a_storm_of_alerts_is_one_page_which_a_release_does_not_close():
    record = in_phase(Phase.WATCHING)
    for number in range(300):
        record = alarmed(record, number)
    assert record.pages == (paging.ALERTS,)
    assert after(record, Verdict.GOOD).pages == (paging.ALERTS,)
    assert queue_over(record, SERVICE, paging.ALERTS, "no alert", NOW).pages == ()
    assert queue_over(first(), SERVICE, paging.ALERTS, "no alert", NOW) == first()


def test_a_page_that_is_opened_again_is_not_closed_by_the_word_that_waits():
    record = queue_over(alarmed(first(), 1), SERVICE, paging.ALERTS, "over", later(2))
    record = alarmed(record, 3)
    assert events(record) == [(paging.ALERTS, False), (paging.ALERTS, False)]


def test_opening_is_told_before_closing_and_never_after_it():
    record = queue_over(alarmed(first(), 1), SERVICE, paging.ALERTS, "over", later(2))
    pager = [notice for notice in record.outbox if notice.channel is Channel.PAGER]
    assert [notice.resolves for notice in delivery.in_order(pager)] == [False, True]
    closed = delivery.noted(record, [Attempt(pager[0], "503"), Attempt(pager[1])], later(3))
    assert events(closed) == []


def test_without_a_pager_no_page_is_kept():
    quiet = service(notify=[{"kind": "slack"}])
    assert queue_notice(first(), quiet, Tone.BAD, "alert", NOW).pages == ()


def test_two_pagers_are_refused_as_there_is_one_key():
    found = written()
    found["services"]["web"]["notify"] = [PAGER, PAGER]
    assert any("one entry of kind pager" in fault for fault in parse(found)[1])


def test_a_lost_journal_opens_a_page_each_time_and_its_recovery_closes_it():
    record = first()
    for round_ in (1, 2):
        record = lost_journal.lost(record, SERVICE, "r1 is ahead", NOW).record
        assert record.pages == (paging.JOURNAL,)
        record = lost_journal.recovered(record, SERVICE, record.active, record.epoch, NOW, 1)
        assert (record.pages, record.lost) == ((), "")
        told = [page for page in events(record) if page[0] == paging.JOURNAL]
        assert told.count((paging.JOURNAL, False)) >= 1, round_
        assert told[-1] == (paging.JOURNAL, True)
