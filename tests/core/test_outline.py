"""Words for a record: what an environment is, and what a rollback would do."""

import pytest

from bluegreen.core import outline
from bluegreen.core.environment import PreviousDeployment, Status
from bluegreen.core.floor import RollbackFloor
from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease
from tests.build import BLUE, GREEN, NOW, first, in_phase, service

SERVICE = service()
FLOOR = RollbackFloor(tag="v1.2.0", by="v1.2.0", why="nothing reads it", at=NOW)


def test_what_did_not_prove_itself_is_not_called_idle_whatever_became_of_the_next_release():
    assert outline.idle(first()) == "idle v1.1.0"
    assert outline.idle(first().with_environment(GREEN, status=Status.IDLE, proven=False)) == "unfit v1.1.0"
    assert (
        outline.idle(first().with_environment(GREEN, status=Status.IDLE, proven=False, tag=""))
        == "idle an unknown release"
    )


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (first(), "to v1.1.0 on green, at once"),
        (in_phase(Phase.REQUESTED), "to v1.1.0 on green, at once"),
        (in_phase(Phase.DEPLOYING), "to v1.1.0 on green, at once"),
        (in_phase(Phase.WATCHING), "to v1.2.0 on blue, at once"),
        (in_phase(Phase.ROLLING_BACK), "under way"),
        (
            first()
            .with_environment(GREEN, proven=False)
            .with_environment(BLUE, before=PreviousDeployment(tag="v1.0.0")),
            "to v1.0.0 by App Platform's own rollback of blue, in minutes "
            "(nothing to go back to: green holds v1.1.0, which is unfit to serve)",
        ),
    ],
)
def test_what_a_rollback_would_do(record, says):
    assert outline.way_back(record, SERVICE) == says


def test_where_no_way_leads_back_both_reasons_are_named():
    says = outline.way_back(in_phase(Phase.CHECKING), SERVICE)
    assert says.startswith(
        "nothing to go back to: green is being given v1.3.0, which is not proven; nor by App Platform"
    )


def test_a_tag_has_ended_when_nothing_is_under_way_with_it():
    past = PastRelease(id="web-1", tag="v1.3.0", outcome=Phase.FAILED, at=NOW)
    assert outline.ended(in_phase(Phase.CHECKING).model_copy(update={"past": (past,)}), "v1.3.0") is None
    assert outline.ended(first().model_copy(update={"past": (past,)}), "v1.3.0") == past
    assert outline.ended(first(), "v1.3.0") is None


def test_a_way_back_that_the_floor_bars_is_called_none_as_every_other():
    """`doctor` and `checklist` read these first words: what is refused is never fine."""
    record = first().model_copy(update={"floor": FLOOR})

    says = outline.way_back(record, SERVICE)

    assert says.startswith("none: v1.1.0 is below the rollback floor v1.2.0")
    assert "; nor by App Platform: " in says
