"""The steps of a release as the page writes them."""

from bluegreen.page.panels import _told_once
from bluegreen.page.view import StepView


def test_what_the_step_before_has_said_is_not_said_again():
    long = "blue: 160 of 1,000 failed in 20 s; green, asked what probes ask: 0 of 200"
    found = [("switching", "all 2 follow"), ("watching", long), ("rolling back", long), ("rolled back", long)]
    steps = tuple(StepView(name, "done", None, says, "") for name, says in found)

    assert [step.says for step in _told_once(steps)] == ["all 2 follow", long, "", ""]
