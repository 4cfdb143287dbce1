"""The platform refuses that one function wakes another: releases go on, people are told once, and `status` says so."""

import httpx
import pytest

from bluegreen.core import orders
from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen.ordering.placing import place
from tests.chain.laptop import Laptop

REFUSALS = [401, 403, 404, 429, 500, 502, 503, 0]  # 0: it never answers
KEY_AND_DEPLOY = "doctl serverless key create, BLUEGREEN_FUNCTIONS_KEY in .env, `bluegreen deploy-functions`"


def refusing(status, **changes):
    laptop = Laptop(**changes)
    laptop.refuse_wakes, laptop.wake_status = True, status
    return laptop


def told_of_it(laptop):
    return [text for text in laptop.told() if "functions cannot wake one another" in text]


@pytest.mark.parametrize("status", REFUSALS)
def test_whatever_the_platform_answers_a_release_goes_live_and_people_are_told_once(status):
    laptop = refusing(status)
    laptop.push("v1.3.0")

    laptop.rest(6)

    assert laptop.outcome("v1.3.0") == "live"
    assert len(told_of_it(laptop)) == 1
    assert (f"with {status}" if status else "did not answer") in told_of_it(laptop)[0]
    assert not laptop.queue


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200), httpx.Response(204), httpx.Response(202, json={}), httpx.Response(202, json=["ok"])],
    ids=["200", "204", "no activation", "a list"],
)
def test_an_answer_that_names_no_activation_has_woken_nobody(answer):
    laptop = Laptop()
    platform = httpx.Client(mounts={"https://functions.test": httpx.MockTransport(lambda request: answer)})._mounts
    laptop.shared.http._mounts = {**platform, **laptop.shared.http._mounts, **platform}
    laptop.push("v1.3.0")
    laptop.rest(6)
    assert laptop.outcome("v1.3.0") == "live"
    (text,) = told_of_it(laptop)
    assert "answered without an activation of deploy" in text


@pytest.mark.slow
@pytest.mark.parametrize("status", REFUSALS)
def test_a_rollback_whose_function_died_is_carried_to_its_end(status):
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.refuse_wakes, laptop.wake_status = True, status
    cloud = laptop.cloud("rollback")
    placed = place(cloud, "go back", lambda record, now: orders.rollback(record, cloud.service, "a person", now))
    assert placed.version.record.in_flight.phase is Phase.ROLLING_BACK

    laptop.rest(3)

    assert laptop.record().active is Environment.BLUE
    assert laptop.outcome("v1.3.0") == "rolled back"


def test_a_deadline_is_applied_by_the_watch():
    health = {"grace": "1h", "requests": [{"get": "/no-such-page", "expect": {"status": 200}}]}
    checks = {"health": health, "smoke": {"requests": [{"get": "/login"}]}}
    laptop = refusing(401, checks=checks, deadlines={"checking": "3m"})
    laptop.push("v1.3.0")

    laptop.rest(40)

    assert laptop.outcome("v1.3.0") == "failed"
    assert laptop.reason("v1.3.0").startswith("not done within")


@pytest.mark.slow
def test_status_says_so_and_what_to_do_until_a_wake_up_is_accepted_again():
    laptop = refusing(401)
    laptop.push("v1.3.0")
    laptop.minute()

    said = laptop.invoke("status")
    assert "wake-ups are refused: the watch takes every turn itself" in said["what"]
    assert KEY_AND_DEPLOY in said["next"]
    assert "the token is not accepted" in said["services"]["web"]["wakes_refused"]

    laptop.rest()
    laptop.minute()
    assert "wake-ups are refused" in laptop.invoke("status")["what"]

    laptop.refuse_wakes = False
    laptop.minute()
    said = laptop.invoke("status")
    assert "wake-ups" not in said["what"]
    assert said["services"]["web"]["wakes_refused"] is None
    assert len(told_of_it(laptop)) == 1


@pytest.mark.slow
def test_with_a_new_refusal_people_are_told_anew():
    laptop = refusing(401)
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.refuse_wakes = False
    laptop.minute()
    laptop.refuse_wakes = True
    laptop.push("v1.4.0")
    laptop.rest()

    assert len(told_of_it(laptop)) == 2


def test_a_key_that_is_taken_out_is_no_refusal_any_more():
    laptop = refusing(401)
    laptop.push("v1.3.0")
    laptop.rest()

    without = Laptop(key=False)
    without.state, without.shared.__dict__["state"] = laptop.state, laptop.state
    without.clock.sleep(1000)
    without.minute()

    assert without.record().wakes_refused == ""


@pytest.mark.slow
def test_one_refusal_that_passes_is_not_told():
    laptop = refusing(503)
    laptop.push("v1.3.0")
    laptop.refuse_wakes = False
    laptop.rest()

    assert laptop.outcome("v1.3.0") == "live"
    assert told_of_it(laptop) == []


def test_a_platform_that_never_answers_is_asked_at_most_twice_by_one_watch():
    laptop = refusing(0)
    laptop.push("v1.3.0")
    laptop.clock.sleep(60)
    asked = laptop.wakes_asked
    laptop.invoke("ops/watch")

    assert laptop.wakes_asked - asked <= 2
    assert laptop.record().release is None or laptop.record().release.phase is not Phase.REQUESTED


@pytest.mark.slow
def test_wake_ups_that_are_accepted_and_never_happen_only_cost_time():
    laptop = Laptop()
    laptop.push("v1.3.0")
    for _ in range(12):
        laptop.queue.clear()
        laptop.clock.sleep(60)
        laptop.invoke("ops/watch")

    assert laptop.outcome("v1.3.0") == "live"
