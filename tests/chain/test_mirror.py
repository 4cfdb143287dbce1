"""`traffic.mirror` goes with a release from the switch on: the routers read it in the journal."""

import pytest

from bluegreen.core.phases import Phase
from tests.chain.laptop import Laptop


@pytest.mark.parametrize(("said", "told"), [({"mirror": "5%"}, 5), ({"mirror": 0.5}, 0.5), ({}, 0)])
def test_the_switch_writes_down_what_share_is_mirrored(said, told):
    laptop = Laptop(traffic={"kind": "router", "url": "https://holilabs.com", **said})
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)

    assert laptop.record().in_flight.mirror == told
