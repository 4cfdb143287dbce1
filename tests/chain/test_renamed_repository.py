"""A repository that was renamed or transferred is followed, and people are told."""

import pytest

from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY
from tests.chain.webhook import deliver, pushed

NEW = "holi-group/shop"


def renamed():
    laptop = Laptop()
    minutes(laptop)
    laptop.github.rename(REPOSITORY, NEW)
    return laptop


def minutes(laptop, number=6):
    for _ in range(number):
        laptop.minute()


def test_a_renamed_repository_is_followed_and_people_are_told_once():
    laptop = renamed()
    minutes(laptop, 12)
    told = [text for text in laptop.told() if NEW in text]
    assert len(told) == 1
    assert f"the repository {REPOSITORY} is {NEW} on GitHub now" in told[0]
    assert laptop.record().moved_to == NEW


@pytest.mark.slow
def test_a_webhook_with_the_new_name_releases_the_tag():
    laptop = renamed()
    minutes(laptop)
    laptop.repository.release("v1.3.0")
    commit = laptop.repository.tags["v1.3.0"].commit
    answer = deliver(laptop, pushed(repository=NEW, head_commit={"id": commit}))
    assert answer.status == 202
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
def test_a_tag_whose_webhook_came_before_the_new_name_was_known_is_made_up_for():
    laptop = renamed()
    laptop.repository.release("v1.3.0")
    assert "belongs to no service" in deliver(laptop, pushed(repository=NEW)).what
    minutes(laptop)
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


def test_a_foreign_repository_is_still_nobodys():
    laptop = renamed()
    minutes(laptop)
    assert "belongs to no service" in deliver(laptop, pushed(repository="somebody/else")).what
