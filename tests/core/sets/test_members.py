"""Which services a set has, and which of them a tag releases."""

import pytest

from bluegreen.core.release import SetRelease
from bluegreen.core.sets import members
from bluegreen.settings import parse
from tests.build import of_its_own, written


def file(**changed):
    found = written()
    web = found["services"]["web"]
    patterns = changed.pop("patterns").items()
    services = {name: {**web, "tags": {"pattern": pattern}, **of_its_own(name)} for name, pattern in patterns}
    return parse({**found, "services": services, **changed})


def test_a_pushed_tag_makes_a_set_of_the_services_that_it_releases():
    shop = {"shop": {"services": ["api", "web", "admin"]}}
    read, faults = file(patterns={"web": "v*", "api": "v*", "admin": "admin-v*", "other": "v*"}, sets=shop)
    assert not faults
    set_release = members.pushed(read.sets, read.services, "web", "v1.3.0")
    assert set_release == SetRelease(id="shop/v1.3.0", name="shop", members=("api", "web"))
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
