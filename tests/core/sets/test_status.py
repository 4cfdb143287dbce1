"""Where a member of a set release stands, by its newest record."""

import pytest

from bluegreen.core.config.options import Options
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import PastRelease, QueuedRelease
from bluegreen.core.release import Purpose, SetRelease
from bluegreen.core.sets.status import MemberState, member_status
from tests.build import BLUE, NOW, first, in_phase

SET_RELEASE = SetRelease(id="shop/v1.3.0", name="shop", members=("api", "web", "admin"))

C, R, M, A, G, B, OUT = (
    MemberState.COMING,
    MemberState.READY,
    MemberState.MOVING,
    MemberState.ACROSS,
    MemberState.RETURNING,
    MemberState.BACK,
    MemberState.OUT,
)


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_a_state(phase):
    record = in_phase(phase, purpose=Purpose(part_of=SET_RELEASE))
    state = member_status("web", record, SET_RELEASE, "v1.3.0").state
    assert (state in (C, R)) == (phase in BEFORE_SWITCH)
    assert (state in (M, A)) == (phase in (Phase.SWITCHING, Phase.WATCHING, Phase.LIVE, Phase.UNPROVEN))


def test_what_a_person_has_to_switch_is_held_until_that_is_said():
    purpose, options = Purpose(part_of=SET_RELEASE), Options(auto_switch=False)
    held = in_phase(Phase.READY, purpose=purpose, options=options)
    assert member_status("web", held, SET_RELEASE, "v1.3.0").state is MemberState.HELD
    assert member_status("web", held.with_release(go=True), SET_RELEASE, "v1.3.0").state is R


def state(**changes):
    return member_status("web", first().model_copy(update=changes), SET_RELEASE, "v1.3.0").state


def test_a_member_that_is_not_in_flight_is_told_by_its_queue_its_past_or_what_it_runs():
    purpose = Purpose(part_of=SET_RELEASE)
    past = PastRelease(id="web-1", tag="v1.3.0", outcome=Phase.FAILED, at=NOW, part_of=SET_RELEASE)
    alone = past.model_copy(update={"part_of": None})
    assert member_status("web", None, SET_RELEASE, "v1.3.0").state is C
    assert state() is C
    assert state(queued=QueuedRelease(tag="v1.3.0", asked_at=NOW, purpose=purpose)) is C
    assert state(past=(past,)) is OUT
    assert state(past=(alone,)) is C
    assert state(quarantine={"v1.3.0": "bad"}) is OUT
    assert member_status("web", first(), SET_RELEASE, "v1.2.0").state is MemberState.ALONE


def test_what_is_known_of_a_tag_that_was_never_given():
    assert state(newest_tag="v1.2.0") is C
    assert state(newest_tag="v1.3.0") is MemberState.ABSENT
    assert state(newest_tag="v1.4.0") is MemberState.ABSENT


def test_the_newer_of_two_releases_of_a_set_goes_on():
    newer = SetRelease(id="shop/v1.4.0", name="shop", members=SET_RELEASE.members)
    waits = QueuedRelease(tag="v1.3.0", asked_at=NOW, purpose=Purpose(part_of=SET_RELEASE))
    goes_on = in_phase(Phase.SMOKING, tag="v1.4.0", purpose=Purpose(part_of=newer))
    assert member_status("web", goes_on, SET_RELEASE, "v1.3.0").state is OUT
    assert member_status("web", goes_on.model_copy(update={"queued": waits}), SET_RELEASE, "v1.3.0").state is OUT
    older = in_phase(Phase.SMOKING, purpose=Purpose(part_of=SET_RELEASE))
    assert member_status("web", older, newer, "v1.4.0").state is C
    switched = in_phase(Phase.WATCHING, tag="v1.4.0", purpose=Purpose(part_of=newer)).model_copy(
        update={"queued": waits}
    )
    assert member_status("web", switched, SET_RELEASE, "v1.3.0").state is C


def test_of_two_releases_without_versions_everybody_lets_the_same_one_go_on():
    one, two = (SetRelease(id=f"shop/{tag}", name="shop", members=SET_RELEASE.members) for tag in ("night", "noon"))
    at_night = in_phase(Phase.SMOKING, tag="night", purpose=Purpose(part_of=one))
    at_noon = in_phase(Phase.SMOKING, tag="noon", purpose=Purpose(part_of=two))
    assert member_status("web", at_noon, one, "night").state is OUT
    assert member_status("web", at_night, two, "noon").state is not OUT


def test_one_that_was_live_is_told_by_what_became_of_it():
    live = PastRelease(id="web-1", tag="v1.2.0", outcome=Phase.LIVE, at=NOW, part_of=SET_RELEASE)
    gone_on = first().with_environment(BLUE, tag="v1.3.0").model_copy(update={"past": (live,)})
    left = gone_on.model_copy(update={"quarantine": {"v1.2.0": "left for v1.1.0, asked for by a person"}})
    stays = first().model_copy(update={"past": (live,), "apart": SET_RELEASE.id})
    statuses = [member_status("web", record, SET_RELEASE, "v1.2.0") for record in (gone_on, left, stays)]
    assert [status.state for status in statuses] == [MemberState.ALONE, B, A]
    assert statuses[1].says == "web has v1.2.0 in quarantine: left for v1.1.0, asked for by a person"
    assert [status.stays for status in statuses] == [False, False, True]


def test_a_release_of_its_own_is_no_part_of_the_set_below_it():
    record = in_phase(Phase.WATCHING)
    assert record.set_under_way is None
    past = PastRelease(id="web-0", tag="v1.2.0", outcome=Phase.LIVE, at=NOW, part_of=SET_RELEASE)
    assert first().model_copy(update={"past": (past,)}).set_under_way == (SET_RELEASE, "v1.2.0")
    assert in_phase(Phase.READY, purpose=Purpose(part_of=SET_RELEASE)).set_under_way == (SET_RELEASE, "v1.3.0")
