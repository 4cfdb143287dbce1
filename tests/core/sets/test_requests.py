"""Which set release a person's request is for."""

from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease
from bluegreen.core.release import Purpose, SetRelease
from bluegreen.core.sets.members import ReleaseSet
from bluegreen.core.sets.requests import set_release_for
from tests.build import NOW, first, in_phase

SET_RELEASE = SetRelease(id="shop/v1.3.0", name="shop", members=("api", "web", "admin"))
SHOP = ReleaseSet(services=("api", "web", "admin"))


def wanted(pushed=SET_RELEASE, **records):
    known = {name: first() for name in SET_RELEASE.members} | records
    return set_release_for(known, "shop", SHOP, "v1.3.0", pushed, "n" * 20).id


def test_what_a_person_asks_for_is_what_a_webhook_makes_of_the_tag_unless_that_is_over():
    past = PastRelease(id="web-1", tag="v1.3.0", outcome=Phase.FAILED, at=NOW, part_of=SET_RELEASE)
    over = first().model_copy(update={"past": (past,)})
    again = "shop/v1.3.0/nnnnnnnnnnnn"
    assert wanted() == "shop/v1.3.0"
    assert wanted(web=over) == again
    assert wanted(pushed=None) == again
    assert wanted(pushed=SET_RELEASE.model_copy(update={"members": ("api", "web")})) == again


def test_an_order_that_was_cut_short_is_joined_while_nobody_has_lost_it():
    cut_short = SET_RELEASE.model_copy(update={"id": "shop/v1.3.0/first"})
    begun = in_phase(Phase.REQUESTED, purpose=Purpose(part_of=cut_short))
    lost = PastRelease(id="web-1", tag="v1.3.0", outcome=Phase.ABORTED, at=NOW, part_of=cut_short)
    assert wanted(api=begun) == "shop/v1.3.0/first"
    assert wanted(api=begun, web=first().model_copy(update={"past": (lost,)})) != "shop/v1.3.0/first"
