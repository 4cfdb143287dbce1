"""`status` while users are at the service: what they get now, and what a person can do about it."""

from datetime import timedelta

import pytest

from bluegreen.core import progress
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.phases import Phase
from tests.build import GREEN
from tests.chain.laptop import Laptop

BACK = "to go back: doctl serverless functions invoke rollback -p service:web"


def broken(laptop, environment="green", **fault):
    """The app behind an environment begins to fail by itself: nothing was released."""
    for commit in list(laptop.repository.commits.values()):
        object.__setattr__(commit, "fault", fault)
    laptop.digitalocean.maintenance(f"holi-{environment}")
    laptop.clock.sleep(15)


def live():
    laptop = Laptop()
    laptop.push("v1.3.0")
    assert laptop.rest().active is GREEN
    return laptop


def test_all_is_well_in_numbers():
    now = live().invoke("status")["services"]["web"]["now"]

    assert now["users"]["green"] == {"requests": 1200, "failed": 0, "p95_ms": 10}
    assert now["users"]["blue"] == {"requests": 0, "failed": 0}
    assert now["probes"]["blue"]["requests"] == 300
    assert (now["seconds"], now["age_seconds"]) == (30, 0.0)


def test_users_who_get_500_of_a_live_release_are_the_first_that_is_said():
    laptop = live()
    broken(laptop, share=1.0)

    answer = laptop.invoke("status")

    assert answer["what"].startswith("web: green fails: 1,200 of 1,200 requests in 30 s; web: green active v1.3.0")
    assert answer["next"] == BACK
    assert answer["services"]["web"]["rollback"] == "to v1.2.0 on blue, at once"
    assert laptop.invoke("rollback")["ok"]


@pytest.mark.slow
def test_a_way_back_that_is_not_confirmed_is_the_first_that_is_said():
    laptop = live()
    laptop.push("v1.4.0", fault={"share": 0.5, "when": "production"})
    laptop.until(Phase.ROLLING_BACK)
    finding = Finding(verdict=Verdict.BAD, says="production still answers from blue: the way back failed")
    cloud, version = laptop.cloud("rollback"), laptop.cloud("rollback").journal.newest()
    after = progress.advance(version.record, finding, cloud.service, "rollback", laptop.clock.now())
    cloud.journal.append(version, after, "rollback", "the deadline", laptop.clock.now())

    answer = laptop.invoke("status")

    unconfirmed = "web: it is not confirmed that green serves production: the way back from v1.4.0 is stuck; "
    assert answer["what"].startswith(unconfirmed)
    step = "see which environment answers: `bluegreen health production`; where it is green, nothing is left to do"
    assert step in answer["next"]
    assert not laptop.invoke("rollback")["ok"]  # which is why it is not what is advised


def test_nobody_is_led_to_where_it_is_no_better():
    laptop = live()
    broken(laptop, "blue", share=1.0)
    broken(laptop, share=1.0)
    step = laptop.invoke("status")["next"]
    assert "blue fails: 300 of 300 probes in 30 s: nobody is better off there; push a fix" in step
    assert "rollback" not in step


def test_where_there_is_no_way_back_the_step_is_another_one():
    laptop = Laptop()
    laptop.push("v1.3.0", fault={"share": 0.0})
    laptop.until(Phase.CHECKING)
    broken(laptop, "blue", share=1.0)

    answer = laptop.invoke("status")

    assert answer["what"].startswith("web: blue fails: 1,200 of 1,200 requests in 30 s")
    assert "to go back" not in answer["next"]
    assert "push a fix" in answer["next"]


@pytest.mark.parametrize("share", [0.0, 0.005])
def test_what_is_below_the_warning_level_is_no_alarm(share):
    laptop = live()
    broken(laptop, share=share)
    assert "fails" not in laptop.invoke("status")["what"]


def test_where_nobody_counts_it_says_so_and_the_rest_is_told():
    laptop = Laptop(signals=["router"])
    laptop.routers = 0
    laptop.clock.sleep(300)

    answer = laptop.invoke("status")

    assert answer["services"]["web"]["now"] == {"unknown": "no router instance has reported lately"}
    assert answer["what"] == "web: blue active v1.2.0, green idle v1.1.0"


def test_what_nobody_foresaw_in_the_counts_hides_nothing_else():
    laptop = live()

    def odd(key):
        raise ZeroDivisionError

    laptop.telemetry.get = odd
    answer = laptop.invoke("status")
    assert answer["what"] == "web: green active v1.3.0, blue idle v1.2.0"
    assert answer["services"]["web"]["now"]["unknown"].startswith("a bug in Bluegreen at ")


def test_production_is_asked_where_there_is_no_router():
    laptop = Laptop(signals=["probe"])
    broken(laptop, "blue", share=1.0)

    answer = laptop.invoke("status")

    assert answer["what"].startswith("web: blue fails: 3 of 3 probes in 30 s")


def test_a_source_that_wants_a_secret_of_its_own_is_passed_over():
    laptop = Laptop(signals=[{"kind": "prometheus", "url": "https://prometheus.test"}, "probe"])
    assert laptop.invoke("status")["services"]["web"]["now"]["probes"]["blue"]["requests"] == 3


def test_a_router_whose_clock_lags_is_told_by_status_and_by_the_finding():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.queue.clear()
    refresh = laptop._report
    laptop.telemetry._refresh = lambda: lag(laptop, refresh, 42)

    laptop.clock.sleep(5)
    laptop.invoke("ops/watch", {"source": "schedule"})
    status = laptop.invoke("status")

    says = "the clock of router instance r0 is 42 s behind: what it counts is judged that much later"
    assert says in laptop.record().release.reason
    assert says in status["what"]
    assert status["services"]["web"]["now"]["remark"] == says


def lag(laptop, refresh, seconds):
    """What the routers write, with times that are so much too early."""
    refresh()
    for key in list(laptop.telemetry.keys("")):
        found = Telemetry.model_validate_json(laptop.telemetry.get(key))
        off = timedelta(seconds=seconds)
        blocks = tuple(block.model_copy(update={"at": block.at - off}) for block in found.blocks)
        late = found.model_copy(update={"at": found.at - off, "blocks": blocks})
        laptop.telemetry.put(key, late.model_dump_json().encode())
