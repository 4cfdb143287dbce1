"""Somebody deploys to the idle environment by hand: nothing leads production to what nobody has checked."""

import re

import pytest

from bluegreen.core.environment import Status
from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop
from tests.chain.test_status_now import broken

pytestmark = pytest.mark.slow

BRIEF = {"watch": {"checks": 2, "over": "20s", "bake": "60s", "every": "5s"}}
LONG = {"watch": {"checks": 10, "over": "3m", "bake": "20m", "every": "5s"}}


@pytest.fixture
def laptop():
    return released(Laptop(**BRIEF))


def released(made):
    """v1.4.0 serves from blue, v1.3.0 on green is what production would go back to."""
    for tag in ("v1.3.0", "v1.4.0"):
        made.push(tag)
        made.rest()
        made.clock.sleep(600)
    assert made.record().on(GREEN).may_serve
    return made


def deploy_by_hand(laptop, environment=GREEN):
    """A commit that no release is."""
    commit = laptop.repository.commit(version="v0.0.1-mine", message="tried by hand")
    laptop.repository.branches[f"deploy/{environment.value}"] = commit.sha
    cloud = laptop.cloud("a colleague")
    cloud.clients.digitalocean.deploy(cloud.service.app(environment))
    laptop.clock.sleep(300)


def told(laptop):
    return [text for text in map(str, laptop.slack.messages) if "the way back to v1.3.0 is gone" in text]


def schedules(laptop, many):
    """The watch alone, a minute at a time: what else waits goes on waiting."""
    for _ in range(many):
        laptop.invoke("ops/watch", {"source": "schedule"})
        laptop.clock.sleep(10)


def minutes(laptop, many):
    for _ in range(many):
        laptop.minute()


def test_it_is_told_once_and_a_rollback_is_refused_with_the_way_to_restore_it(laptop):
    deploy_by_hand(laptop)
    minutes(laptop, 31)

    green = laptop.record().on(GREEN)
    assert (green.status, green.tag, green.may_serve) == (Status.UNFIT, "", False)
    assert len(told(laptop)) == 1
    way = laptop.invoke("status", {"service": "web"})["services"]["web"]["rollback"]
    assert "by App Platform's own rollback of blue" in way
    assert "nothing to go back to: green was deployed again" in way
    answer = laptop.invoke("rollback")
    assert "App Platform takes blue from v1.4.0 back to v1.2.0 itself" in answer["what"], answer
    assert laptop.record().active is BLUE  # which App Platform takes back to what it ran before


def test_the_printed_step_restores_it(laptop):
    deploy_by_hand(laptop)
    minutes(laptop, 31)
    (call,) = re.findall(r"doctl serverless functions invoke (\w+)((?: -p [\w.:]+)+)", told(laptop)[0])
    function, given = call[0], dict(word.split(":", 1) for word in call[1].split()[1::2])

    assert laptop.invoke(function, given)["ok"]
    laptop.rest()
    assert laptop.record().on(GREEN).tag == "v1.3.0"
    assert laptop.record().on(GREEN).redeployed == ""
    assert laptop.invoke("rollback")["ok"]
    assert laptop.record().active is GREEN


def test_in_a_bake_production_holds_and_somebody_is_called():
    laptop = released(Laptop(**LONG))
    laptop.push("v1.5.0")
    laptop.until(Phase.WATCHING)
    deploy_by_hand(laptop, BLUE)
    schedules(laptop, 3)
    assert laptop.record().on(BLUE).redeployed
    broken(laptop, share=0.3, when="production")
    schedules(laptop, 2)

    record = laptop.record()
    assert (record.active, record.in_flight.phase) == (GREEN, Phase.WATCHING)
    assert "not taken back: blue was deployed again" in record.in_flight.reason
    assert any("not taken back: blue was deployed again" in str(message) for message in laptop.slack.messages)
    assert "App Platform takes green" in laptop.invoke("rollback")["what"]
    assert laptop.record().active is GREEN


@pytest.mark.parametrize("what", ["maintenance", "nothing"])
def test_the_same_code_deployed_anew_changes_nothing(laptop, what):
    if what == "maintenance":
        laptop.digitalocean.maintenance("holi-green")
        laptop.clock.sleep(300)
    before = laptop.record()
    minutes(laptop, 31)

    assert laptop.record().on(GREEN) == before.on(GREEN)
    assert laptop.invoke("rollback")["ok"]


def test_a_new_release_there_is_a_way_back_again(laptop):
    deploy_by_hand(laptop)
    minutes(laptop, 31)
    laptop.push("v1.5.0")
    laptop.rest()

    assert laptop.record().on(GREEN).tag == "v1.5.0"
    assert laptop.record().on(GREEN).redeployed == ""
    assert laptop.invoke("rollback")["ok"]


def delete_app(laptop, environment):
    unknown = {"id": "not_found", "message": "app not found"}
    laptop.faults["digitalocean"].add(Fault(path=laptop.apps[environment], status=404, message=unknown, times=10_000))


def close_app(laptop, environment):
    """To save money: a person archives what nobody uses."""
    api, app = laptop.cloud("a colleague").clients.digitalocean, laptop.apps[environment]
    api.update(app, {**api.app(app).spec, "maintenance": {"enabled": True, "archive": True}})
    laptop.clock.sleep(300)


@pytest.mark.bad_input(
    "digitalocean",
    "the idle environment's app is deleted, or closed by `maintenance` in its spec",
    "it is no rollback target any more, also where it runs what was adopted; people are told once",
)
@pytest.mark.parametrize(("do", "why"), [(delete_app, "'s app .* is gone"), (close_app, "is closed by")])
@pytest.mark.parametrize(
    ("tags", "seen_first_by"),
    [
        (("v1.3.0",), "the watch"),  # the idle environment is as it was adopted
        (("v1.3.0",), "the rollback"),
        (("v1.3.0", "v1.4.0"), "the watch"),
        (("v1.3.0", "v1.4.0"), "the rollback"),
    ],
)
def test_production_does_not_go_back_to_an_app_that_serves_nothing(do, why, tags, seen_first_by):
    laptop = Laptop(**BRIEF)
    for tag in tags:
        laptop.push(tag)
        laptop.rest()
    active, idle = laptop.record().active, laptop.record().idle
    do(laptop, idle)
    if seen_first_by == "the watch":
        minutes(laptop, 31)
    answer = laptop.invoke("rollback")
    minutes(laptop, 31)

    assert "App Platform takes" in answer["what"]
    assert laptop.record().active is active
    assert re.search(why, laptop.record().on(idle).redeployed)
    gone = [text for text in map(str, laptop.slack.messages) if "the way back to v1." in text and "is gone" in text]
    assert len(gone) == 1
    assert re.search(why, gone[0])


def test_a_token_that_sees_neither_app_says_nothing_of_the_way_back(laptop):
    for environment in (BLUE, GREEN):
        delete_app(laptop, environment)
    minutes(laptop, 31)

    assert laptop.record().on(GREEN).redeployed == ""
    assert laptop.invoke("rollback")["ok"]
    assert laptop.record().active is GREEN


@pytest.mark.parametrize("seen_first_by", ["the watch", "the rollback"])
@pytest.mark.parametrize("tags", [(), ("v1.3.0",)])
def test_what_was_adopted_and_deployed_again_by_hand_since_is_no_way_back(tags, seen_first_by):
    laptop = Laptop(**BRIEF)
    laptop.minute()
    for tag in tags:
        laptop.push(tag)
        laptop.rest()
    before = laptop.record()
    deploy_by_hand(laptop, before.idle)
    if seen_first_by == "the watch":
        minutes(laptop, 31)
    answer = laptop.invoke("rollback")
    says, idle = laptop.record().on(before.idle).redeployed, before.idle.value
    assert f"{idle} was deployed again" in says
    assert says.endswith(f"since it was adopted: it does not run {before.on(before.idle).tag} any more")
    assert says in answer["what"] or "App Platform takes green" in answer["what"]
    assert laptop.record().active is before.active


@pytest.mark.parametrize("images", [False, True])
def test_what_was_adopted_and_is_deployed_again_as_it_was_stays_the_way_back(images):
    laptop = Laptop(images=images, **BRIEF)
    laptop.minute()
    laptop.digitalocean.maintenance("holi-green")
    laptop.clock.sleep(300)
    minutes(laptop, 31)
    assert laptop.record().on(GREEN).redeployed == ""
    assert laptop.invoke("rollback")["ok"]
    assert laptop.record().active is GREEN


def test_where_digitalocean_has_forgotten_what_was_adopted_nothing_is_said_against_it():
    laptop = Laptop(**BRIEF)
    laptop.minute()
    noted = laptop.record().on(GREEN).deployment
    assert noted
    deploy_by_hand(laptop)
    laptop.faults["digitalocean"].add(Fault(path=f"/deployments/{noted}", status=404, times=99))
    minutes(laptop, 31)
    assert laptop.record().on(GREEN).redeployed == ""


def test_the_deployments_of_what_was_adopted_are_noted_once_and_cost_no_more_requests():
    laptop = Laptop(**BRIEF)
    laptop.minute()
    assert all(state.deployment for state in laptop.record().environments.values())
    seq = laptop.cloud("test").journal.newest().seq
    minutes(laptop, 3)
    assert laptop.cloud("test").journal.newest().seq == seq
