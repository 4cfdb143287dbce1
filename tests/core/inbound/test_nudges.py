"""A nudge is a CloudEvent that is told from a person's call."""

from bluegreen.core.inbound.nudges import ENVELOPE, is_nudge, nudge
from bluegreen.core.phases import Phase
from tests.build import NOW, in_phase


def test_a_nudge_names_the_service_and_the_phase_and_is_known_as_one():
    event = nudge("web", in_phase(Phase.ROLLING_BACK).release, Phase.ROLLING_BACK, "switch", NOW)
    assert is_nudge(event)
    assert event["subject"] == "web"
    assert event["type"] == "bluegreen.release.rolling_back"
    assert event["data"] == {"release": "web-1"}
    assert set(event) == ENVELOPE


def test_a_person_s_parameters_are_no_nudge():
    assert not is_nudge({"type": "bluegreen.release.ready", "tag": "v1.3.0"})
    assert not is_nudge({"specversion": "1.0", "type": "com.example"})
