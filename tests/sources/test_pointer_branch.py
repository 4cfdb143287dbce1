"""The pointer branch is moved to the tag's commit, and made where it does not exist."""

import pytest

from tests.build import GREEN
from tests.chain.laptop import Laptop


def test_the_idle_environments_branch_is_moved_to_the_tags_commit_and_the_others_is_not():
    laptop = Laptop()
    blue = laptop.repository.branches["deploy/blue"]
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.repository.branches["deploy/green"] == laptop.repository.tags["v1.3.0"].commit
    assert laptop.repository.branches["deploy/blue"] == blue


def test_a_branch_that_does_not_exist_is_made():
    laptop = Laptop()
    del laptop.repository.branches["deploy/green"]
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
def test_an_annotated_tag_and_a_light_one_lead_to_their_commits():
    for annotated in (True, False):
        laptop = Laptop()
        laptop.push("v1.3.0", annotated=annotated)
        assert laptop.rest().on(GREEN).commit == laptop.repository.tags["v1.3.0"].commit
