"""Where the members of a set stand, and what follows for each."""

import pytest

from bluegreen.core.config.options import Options
from bluegreen.core.finding import Verdict
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Past, Queued
from bluegreen.core.release import Purpose, SetRelease
from bluegreen.core.sets import answers, members
from bluegreen.core.sets import course as courses
from bluegreen.core.sets.course import Place, Station, course
from bluegreen.settings import parse
from bluegreen.steps import switching
from tests.build import BLUE, NOW, first, in_phase, later, service, written

PART = SetRelease(id="shop/v1.3.0", name="shop", members=("api", "web", "admin"))
SETTLE = 20.0
SERVICE = service()


def at(*places):
    return [
        Station(name, place, f"{name} is {place.value}", NOW) for name, place in zip(PART.members, places, strict=True)
    ]


def what(me, *places, now=NOW):
    return course(me, at(*places), now, SETTLE).verdict


C, R, M, A, G, B, OUT = (
    Place.COMING,
    Place.READY,
    Place.MOVING,
    Place.ACROSS,
    Place.RETURNING,
    Place.BACK,
    Place.OUT,
)


@pytest.mark.parametrize("others", [(C, R), (R, C), (Place.HELD, R), (C, C)])
def test_nothing_is_switched_before_all_are_ready(others):
    assert what("api", R, *others) is Verdict.WAIT


def test_the_first_goes_when_all_are_ready_and_the_others_wait_for_it():
    assert what("api", R, R, R) is Verdict.GOOD
    assert what("web", R, R, R) is Verdict.WAIT
    assert what("admin", R, R, R) is Verdict.WAIT


def test_each_goes_when_those_before_it_have_followed():
    assert what("web", M, R, R) is Verdict.WAIT
    assert what("web", A, R, R) is Verdict.GOOD
    assert what("admin", A, M, R) is Verdict.WAIT
    assert what("admin", A, A, R) is Verdict.GOOD


@pytest.mark.parametrize("lost", [OUT, B, G])
@pytest.mark.parametrize("mine", [C, R, Place.HELD])
def test_one_that_is_lost_stops_those_that_have_not_switched(mine, lost):
    assert what("api", mine, lost, R) is Verdict.STOP
    assert what("admin", R, lost, mine) is Verdict.STOP


@pytest.mark.parametrize("mine", [M, A])
def test_one_that_is_lost_takes_back_those_that_have_switched_the_last_first(mine):
    assert what("admin", A, B, mine) is Verdict.BACK
    assert what("api", mine, B, A) is Verdict.WAIT
    assert what("api", mine, OUT, R) is Verdict.BACK
    assert what("api", mine, B, B) is Verdict.BACK


def test_a_way_back_that_is_not_proven_is_waited_for_only_so_long():
    assert what("api", A, G, B, now=later(SETTLE - 1)) is Verdict.WAIT
    assert what("api", A, G, B, now=later(SETTLE)) is Verdict.BACK


def test_one_that_cannot_go_back_is_not_waited_for():
    _, mine, last = at(B, A, A)
    assert course("web", [at(B, A, A)[0], mine, last._replace(stays=True)], NOW, SETTLE).verdict is Verdict.BACK


def test_one_whose_production_is_its_own_counts_as_switched_and_is_not_taken_back():
    assert what("web", Place.ALONE, R, R) is Verdict.GOOD
    assert what("web", B, A, Place.ALONE) is Verdict.BACK
    assert what("admin", B, A, Place.ALONE) is Verdict.WAIT


@pytest.mark.parametrize(("mine", "verdict"), [(R, Verdict.STOP), (Place.HELD, Verdict.STOP), (C, Verdict.WAIT)])
def test_one_that_never_will_be_given_the_tag_ends_the_set_once_another_is_ready(mine, verdict):
    assert what("api", mine, Place.ABSENT, R) is verdict


def test_what_is_over_is_left_alone():
    assert what("web", B, B, OUT) is Verdict.WAIT
    assert what("web", A, A, A) is Verdict.WAIT


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_a_place(phase):
    record = in_phase(phase, purpose=Purpose(part_of=PART))
    place = courses.station("web", record, PART, "v1.3.0").place
    assert (place in (C, R)) == (phase in BEFORE_SWITCH)
    assert (place in (M, A)) == (phase in (Phase.SWITCHING, Phase.WATCHING, Phase.LIVE, Phase.UNPROVEN))


def test_what_a_person_has_to_switch_is_held_until_that_is_said():
    purpose, options = Purpose(part_of=PART), Options(auto_switch=False)
    held = in_phase(Phase.READY, purpose=purpose, options=options)
    assert courses.station("web", held, PART, "v1.3.0").place is Place.HELD
    assert courses.station("web", held.now_at(go=True), PART, "v1.3.0").place is R


def place(**changes):
    return courses.station("web", first().model_copy(update=changes), PART, "v1.3.0").place


def test_a_member_that_is_not_in_flight_is_told_by_its_queue_its_past_or_what_it_runs():
    purpose = Purpose(part_of=PART)
    past = Past(id="web-1", tag="v1.3.0", outcome=Phase.FAILED, at=NOW, part_of=PART)
    alone = past.model_copy(update={"part_of": None})
    assert courses.station("web", None, PART, "v1.3.0").place is C
    assert place() is C
    assert place(queued=Queued(tag="v1.3.0", asked_at=NOW, purpose=purpose)) is C
    assert place(past=(past,)) is OUT
    assert place(past=(alone,)) is C
    assert place(quarantine={"v1.3.0": "bad"}) is OUT
    assert courses.station("web", first(), PART, "v1.2.0").place is Place.ALONE


def test_what_is_known_of_a_tag_that_was_never_given():
    assert place(newest_tag="v1.2.0") is C
    assert place(newest_tag="v1.3.0") is Place.ABSENT
    assert place(newest_tag="v1.4.0") is Place.ABSENT


def test_the_newer_of_two_releases_of_a_set_goes_on():
    newer = SetRelease(id="shop/v1.4.0", name="shop", members=PART.members)
    waits = Queued(tag="v1.3.0", asked_at=NOW, purpose=Purpose(part_of=PART))
    goes_on = in_phase(Phase.SMOKING, tag="v1.4.0", purpose=Purpose(part_of=newer))
    assert courses.station("web", goes_on, PART, "v1.3.0").place is OUT
    assert courses.station("web", goes_on.model_copy(update={"queued": waits}), PART, "v1.3.0").place is OUT
    older = in_phase(Phase.SMOKING, purpose=Purpose(part_of=PART))
    assert courses.station("web", older, newer, "v1.4.0").place is C
    switched = in_phase(Phase.WATCHING, tag="v1.4.0", purpose=Purpose(part_of=newer)).model_copy(
        update={"queued": waits}
    )
    assert courses.station("web", switched, PART, "v1.3.0").place is C


def test_of_two_releases_without_versions_everybody_lets_the_same_one_go_on():
    one, two = (SetRelease(id=f"shop/{tag}", name="shop", members=PART.members) for tag in ("night", "noon"))
    at_night = in_phase(Phase.SMOKING, tag="night", purpose=Purpose(part_of=one))
    at_noon = in_phase(Phase.SMOKING, tag="noon", purpose=Purpose(part_of=two))
    assert courses.station("web", at_noon, one, "night").place is OUT
    assert courses.station("web", at_night, two, "noon").place is not OUT


def test_one_that_was_live_is_told_by_what_became_of_it():
    live = Past(id="web-1", tag="v1.2.0", outcome=Phase.LIVE, at=NOW, part_of=PART)
    gone_on = first().stand(BLUE, tag="v1.3.0").model_copy(update={"past": (live,)})
    left = gone_on.model_copy(update={"quarantine": {"v1.2.0": "left for v1.1.0, asked for by a person"}})
    stays = first().model_copy(update={"past": (live,), "apart": PART.id})
    found = [courses.station("web", record, PART, "v1.2.0") for record in (gone_on, left, stays)]
    assert [one.place for one in found] == [Place.ALONE, B, A]
    assert found[1].says == "web has v1.2.0 in quarantine: left for v1.1.0, asked for by a person"
    assert [one.stays for one in found] == [False, False, True]


SHOP = members.ReleaseSet(services=("api", "web", "admin"))


def wanted(pushed=PART, **records):
    known = {name: first() for name in PART.members} | records
    return answers.wanted(known, "shop", SHOP, "v1.3.0", pushed, "n" * 20).id


def test_what_a_person_asks_for_is_what_a_webhook_makes_of_the_tag_unless_that_is_over():
    past = Past(id="web-1", tag="v1.3.0", outcome=Phase.FAILED, at=NOW, part_of=PART)
    over = first().model_copy(update={"past": (past,)})
    again = "shop/v1.3.0/nnnnnnnnnnnn"
    assert wanted() == "shop/v1.3.0"
    assert wanted(web=over) == again
    assert wanted(pushed=None) == again
    assert wanted(pushed=PART.model_copy(update={"members": ("api", "web")})) == again


def test_an_order_that_was_cut_short_is_joined_while_nobody_has_lost_it():
    cut_short = PART.model_copy(update={"id": "shop/v1.3.0/first"})
    begun = in_phase(Phase.REQUESTED, purpose=Purpose(part_of=cut_short))
    lost = Past(id="web-1", tag="v1.3.0", outcome=Phase.ABORTED, at=NOW, part_of=cut_short)
    assert wanted(api=begun) == "shop/v1.3.0/first"
    assert wanted(api=begun, web=first().model_copy(update={"past": (lost,)})) != "shop/v1.3.0/first"


def test_a_release_of_its_own_is_no_part_of_the_set_below_it():
    record = in_phase(Phase.WATCHING)
    assert courses.under_way(record) is None
    past = Past(id="web-0", tag="v1.2.0", outcome=Phase.LIVE, at=NOW, part_of=PART)
    assert courses.under_way(first().model_copy(update={"past": (past,)})) == (PART, "v1.2.0")
    assert courses.under_way(in_phase(Phase.READY, purpose=Purpose(part_of=PART))) == (PART, "v1.3.0")


def file(**changed):
    found = written()
    web = found["services"]["web"]
    services = {name: {**web, "tags": {"pattern": pattern}} for name, pattern in changed.pop("patterns").items()}
    return parse({**found, "services": services, **changed})


def test_a_pushed_tag_makes_a_set_of_the_services_that_it_releases():
    shop = {"shop": {"services": ["api", "web", "admin"]}}
    read, faults = file(patterns={"web": "v*", "api": "v*", "admin": "admin-v*", "other": "v*"}, sets=shop)
    assert not faults
    part = members.pushed(read.sets, read.services, "web", "v1.3.0")
    assert part == SetRelease(id="shop/v1.3.0", name="shop", members=("api", "web"))
    assert members.pushed(read.sets, read.services, "admin", "admin-v1.3.0") is None
    assert members.pushed(read.sets, read.services, "other", "v1.3.0") is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"shop": {"services": ["api", "nobody"]}}, "shop: service nobody is not known (known: api, web)"),
        ({"shop": {"services": ["api", "api"]}}, "each service once"),
        ({"shop": {"services": ["api"]}}, "at least 2 items"),
        ({"a": {"services": ["api", "web"]}, "b": {"services": ["web", "api"]}}, "is in set a already"),
    ],
)
def test_a_set_that_is_not_sound_is_refused_by_name(wrong, says):
    _, faults = file(patterns={"web": "v*", "api": "v*"}, sets=wrong)
    assert any("bluegreen.yml sets" in fault and says in fault for fault in faults), faults


def test_production_is_not_moved_any_more_once_another_of_the_set_is_lost():
    record = in_phase(Phase.SWITCHING, purpose=Purpose(part_of=PART))
    lost = course("web", at(B, M, R), NOW, SETTLE)
    finding = switching.switching_judge(record, lost, SERVICE, NOW).finding
    assert finding.verdict is Verdict.BACK
    assert finding.says == "api is back"
