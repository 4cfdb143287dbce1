"""What follows from a look at what serves after its bake: told, told again, over, or the way back."""

import pytest

from bluegreen.core.after_bake import policy
from bluegreen.core.environment import InBake
from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN, first, in_phase, later, service
from tests.core.after_bake.test_level import counts, seen

PAGER = [{"kind": "slack"}, {"kind": "pager", "service": "webhook"}]
BACK = service(after_bake="rollback", notify=PAGER)
TELL = service(notify=PAGER)
BAD = {"users": [counts(300, 60)] * 5, "probes": [counts(300, 60)] * 5, "other": [counts(300)] * 5}
GOOD = {"users": [counts(300)], "probes": [counts(300)], "other": [counts(300)]}


def live(**changes):
    """v1.3.0 serves on green, and v1.2.0 stands by on blue."""
    record = in_phase(Phase.WATCHING).model_copy(update={"release": None, "epoch": 1, **changes})
    return record.with_environment(GREEN, in_bake=InBake(requests=10_000, failed=3))


def look(record, at, settings=BACK, answers=True, epoch=1, **sides):
    window = seen(**(sides or BAD))._replace(epoch=epoch)
    return policy.looked(record, settings, window, answers, later(at)).record


def lasting(record, settings=BACK, **given):
    return look(look(record, 0, settings), 130, settings, **given)


def pages(record):
    return [notice.page for notice in record.outbox if notice.page and not notice.resolves]


def test_it_goes_back_once_it_has_lasted():
    assert look(live(), 0).active is GREEN
    assert look(look(live(), 0), 100).active is GREEN
    back = lasting(live())
    assert (back.active, back.release.phase, back.over_critical) == (BLUE, Phase.ROLLING_BACK, None)
    assert "critical: 5 %" in back.release.reason


@pytest.mark.parametrize(
    ("record", "given", "why"),
    [
        (live(epoch=0), {"epoch": 0}, "Bluegreen has never moved production"),
        (live(), {"answers": False}, "blue does not pass its health check"),
        (live().with_environment(BLUE, proven=False, unproven="v1.2.0"), {}, "v1.2.0 on blue was never proven"),
        (live().with_environment(BLUE, proven=False), {}, "which is unfit to serve"),
    ],
)
def test_it_stays_and_says_why(record, given, why):
    epoch = record.epoch
    first_look = look(record, 0, epoch=epoch)
    later_look = look(first_look, 650, epoch=epoch, **{name: value for name, value in given.items() if name != "epoch"})
    assert later_look.active is GREEN
    assert later_look.release is None
    assert why in later_look.outbox[-1].reason + "".join(notice.reason for notice in later_look.outbox)


def test_by_default_it_is_told_and_that_is_all():
    record = lasting(live(), TELL)
    assert record.active is GREEN
    assert "not taken back" not in record.outbox[0].reason
    assert pages(record) == ["what it serves"]


def test_the_same_look_again_writes_nothing():
    record = look(live(), 0, TELL)
    assert look(record, 60, TELL) is record
    assert look(live(), 0, **GOOD) == live()


def test_what_was_seen_before_production_moved_says_nothing_now():
    record = live()
    assert look(record, 0, epoch=2) is record


def test_while_a_release_is_watched_or_goes_back_nothing_of_it_is_said():
    for phase in (Phase.SWITCHING, Phase.WATCHING, Phase.ROLLING_BACK):
        record = in_phase(phase)
        assert look(record, 0, epoch=record.epoch) is record


def test_a_release_that_has_not_begun_makes_room():
    requested = first().release or in_phase(Phase.REQUESTED).release
    record = lasting(live(release=requested.model_copy(update={"tag": "v1.4.0", "target": None})))
    assert record.active is BLUE
    assert record.past[0].outcome is Phase.ABORTED


def test_a_total_outage_pages_again_and_all_its_pages_are_closed():
    total = {"users": [counts(300, 300)] * 5, "probes": [counts(60, 60)] * 5, "other": [counts(60, 60)] * 5}
    record = look(look(live(), 0, TELL, **total), 601, TELL, **total)
    assert record.pages == ("what it serves", "what it serves, 2")
    over = look(record, 700, TELL, **GOOD)
    assert over.pages == ()
    assert over.over_critical is None
    some = look(look(live(), 0, TELL), 601, TELL)
    assert some.pages == ("what it serves",)


def test_with_another_release_it_is_another_matter():
    record = look(live(), 0, TELL).with_environment(GREEN, tag="v1.4.0")
    assert look(record, 60, TELL).over_critical.about == "v1.4.0"
    told = len(record.outbox)
    dropped = look(record, 60, TELL, **GOOD)
    assert dropped.over_critical is None
    assert not any("serves well again" in notice.headline for notice in dropped.outbox[told:])


def test_between_the_levels_it_is_neither_over_nor_does_it_last():
    between = {"users": [counts(300, 9)], "probes": [counts(300)], "other": [counts(300)]}
    record = look(look(live(), 0), 100, **between)
    assert (record.over_critical.told, record.over_critical.lasts_since) == (1, None)
    assert look(record, 140).active is GREEN


def test_a_dead_way_back_is_no_next_step():
    dead = {"users": [counts(300)], "probes": [counts(60)], "other": [counts(60, 60)]}
    record = look(look(live(), 0, TELL, **dead), 60, TELL, **dead)
    assert record.dead_way_back.told == 1
    assert look(record, 120, TELL, **dead) is record
    told = look(record, 180, TELL, **{**BAD, "other": [counts(60, 60)] * 5}).outbox[len(record.outbox) :]
    assert told
    assert {notice.next_step for notice in told} == {
        "blue does not answer either, so nobody is better off there: push a fix"
    }
