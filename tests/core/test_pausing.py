"""What a person who pauses is told of the release in flight, in words that read."""

import pytest

from bluegreen.core.admission import pausing
from bluegreen.core.phases import Phase
from tests.build import NOW, in_phase, service


@pytest.mark.parametrize(
    ("phase", "says"),
    [
        (Phase.CHECKING, "and v1.3.0 waits before the switch"),
        (Phase.SWITCHING, "v1.3.0 is taking over, and that goes on; it is taken back if at fault"),
        (Phase.WATCHING, "v1.3.0 is being watched, and that goes on; it is taken back if at fault"),
        (Phase.ROLLING_BACK, "v1.3.0 is being taken back, and that goes on"),
    ],
)
def test_the_answer_says_what_goes_on(phase, says):
    said = pausing.pause(in_phase(phase, tag="v1.3.0"), service(), "anna", "", NOW).says

    assert said.endswith(says), said
