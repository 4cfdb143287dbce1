"""A URL that fails in every release, asked right after the switch: by one client, or by many."""

import re

import pytest

from bluegreen.core.phases import Phase
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop

PAGER = {"notify": [{"kind": "slack"}, {"kind": "github"}, {"kind": "pager", "service": "pagerduty"}]}
HEADLINE = "only one client's requests fail: holding, production stays"


def switched(failing_clients: int, **changes) -> Laptop:
    laptop = Laptop(**changes)
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.failing_clients = failing_clients
    return laptop


@pytest.mark.slow
def test_one_client_takes_nothing_back_and_people_are_told_again_after_five_minutes():
    laptop = switched(1, **PAGER)
    record = laptop.rest()
    told = [text for text in laptop.told() if HEADLINE in text]
    assert (laptop.outcome("v1.3.0"), record.active, record.quarantine) == ("unproven", GREEN, {})
    assert len(told) == 2  # bake and extension have seven minutes
    message = next(message for message in laptop.slack.messages if HEADLINE in message["payload"]["text"])
    assert re.search(r"green: [\d,]+ of [\d,]+ requests failed in \d+ s, all of one client on one path", str(message))
    assert "to go back: doctl serverless functions invoke rollback -p service:web" in str(message)
    [page] = laptop.pager.pages.values()
    assert [event["payload"]["summary"] for event in page.heard] == [f"web v1.3.0: {HEADLINE}"]


@pytest.mark.slow
def test_many_clients_take_it_back():
    laptop = switched(30)
    assert (laptop.rest().active, laptop.outcome("v1.3.0")) == (BLUE, "rolled back")
    assert not any(HEADLINE in text for text in laptop.told())


@pytest.mark.slow
def test_a_person_may_go_back_all_the_same():
    laptop = switched(1)
    while not laptop.record().in_flight.evidence.held_for_one:
        laptop.invoke(*laptop.queue.popleft())
    assert laptop.invoke("rollback")["ok"] is True
    assert laptop.rest().active is BLUE


@pytest.mark.slow
def test_a_release_that_fails_for_everybody_is_taken_back_although_one_client_fails_most():
    laptop = Laptop()
    laptop.push("v1.3.0", fault={"share": 0.2, "when": "production"})
    laptop.until(Phase.WATCHING)
    laptop.failing_clients = 1
    assert (laptop.rest().active, laptop.outcome("v1.3.0")) == (BLUE, "rolled back")


@pytest.mark.slow
def test_status_says_that_one_clients_requests_fail():
    laptop = switched(1)
    laptop.rest()
    assert "all of one client on one path" in str(laptop.invoke("status"))
