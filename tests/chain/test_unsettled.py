"""What an environment runs is said only where it is known: of deployments given up, and of those made by hand."""

from dataclasses import replace

import httpx
import pytest

from bluegreen.clients import bounded
from bluegreen.core.lost_journal import recovered
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.ordering.placing import place
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN
from tests.chain.test_way_back import deploy_by_hand
from tests.chain.test_ways_back import Late, live, runs, step_until

pytestmark = pytest.mark.slow

CANCEL = {"method": "POST", "path": "/cancel"}
NOT_CANCELLED = {
    "unavailable": Fault(status=503, times=3, **CANCEL),
    "a conflict": Fault(status=409, times=3, **CANCEL),
    "unknown": Fault(status=404, times=3, **CANCEL),
    "it hangs": None,
}


def hang(laptop, path):
    """DigitalOcean takes such requests, and never answers."""

    def taken(request):
        if request.url.host == "api.digitalocean.com" and path in request.url.path:
            laptop.clock.sleep(min(request.extensions["timeout"]["read"], max(bounded.left(), 0)))
            raise httpx.ReadTimeout("", request=request)

    laptop.shared.http.event_hooks = {"request": [taken]}


def production_is_not_reached(request):
    if request.url.host == "holilabs.com":
        raise httpx.ConnectError("", request=request)


def deploying(**changes):
    """v1.4.0 serves from blue, v1.3.0 stands by on green, and v1.5.0 is being deployed over it."""
    laptop = Late(**changes)
    live(laptop, "v1.3.0")
    live(laptop, "v1.4.0")
    laptop.push("v1.5.0")
    step_until(laptop, lambda r: r.phase is Phase.DEPLOYING and r.deployment and r.deployment.id)
    return laptop


def not_cancelled(why):
    laptop = deploying()
    fault = NOT_CANCELLED[why]
    if fault is None:
        hang(laptop, "/cancel")
    else:
        laptop.faults["digitalocean"].add(replace(fault))
    return laptop, laptop.invoke("abort")


def green(laptop):
    return laptop.invoke("status")["services"]["web"]["environments"]["green"]


@pytest.mark.parametrize("why", NOT_CANCELLED)
def test_after_an_abort_whose_cancellation_failed_the_environment_is_said_to_run_what_is_not_known(why):
    laptop, answer = not_cancelled(why)

    assert answer["ok"], answer
    assert "its deployment may still go live on green" in answer["what"]
    status = laptop.invoke("status")
    assert "green unfit an unknown release: whether the deployment of v1.5.0 goes live on green" in status["what"]
    assert green(laptop)["tag"] == ""
    assert status["services"]["web"]["rollback"].startswith("to v1.2.0 by App Platform's own rollback")


@pytest.mark.parametrize("why", NOT_CANCELLED)
def test_it_is_looked_up_and_goes_live_all_the_same(why):
    laptop, _ = not_cancelled(why)
    laptop.clock.sleep(300)  # it is live before the watch looks
    laptop.drain()
    laptop.minute()

    assert green(laptop)["tag"] == runs(laptop, GREEN) == "v1.5.0"
    assert not laptop.record().on(GREEN).may_serve
    assert "green runs v1.5.0: the deployment of v1.5.0 could not be stopped" in str(laptop.slack.messages)
    assert "tag:v1.3.0 -p restore:true" in str(laptop.slack.messages[-1])


def test_the_watch_cancels_it_once_more_and_the_way_back_is_there_again():
    laptop, _ = not_cancelled("unavailable")
    laptop.faults["digitalocean"].clear()
    laptop.invoke("ops/watch", {"source": "schedule"})
    laptop.invoke("ops/watch", {"source": "schedule"})

    assert green(laptop)["tag"] == runs(laptop, GREEN) == "v1.3.0"
    assert "green runs v1.3.0 as before: production can go back to it" in str(laptop.slack.messages)
    assert laptop.invoke("rollback")["ok"]
    assert laptop.record().active is GREEN


def test_a_rollback_looks_it_up_at_once():
    laptop, _ = not_cancelled("unavailable")
    laptop.faults["digitalocean"].clear()
    cancelled = laptop.digitalocean.app("holi-green").deployments[-1]
    laptop.cloud("somebody").clients.digitalocean.cancel(laptop.apps[GREEN], cancelled.id)
    answer = laptop.invoke("rollback")

    assert answer["ok"], answer
    assert laptop.record().active is GREEN
    assert runs(laptop, GREEN) == "v1.3.0"


def test_what_was_seen_of_the_way_back_stands_not_before_a_persons_order():
    """One version has both: one that came before it could meet another writer, or a store that fails."""
    laptop, _ = not_cancelled("unavailable")
    laptop.faults["digitalocean"].clear()
    cancelled = laptop.digitalocean.app("holi-green").deployments[-1]
    laptop.cloud("somebody").clients.digitalocean.cancel(laptop.apps[GREEN], cancelled.id)
    journal = laptop.cloud("somebody").journal
    before = journal.newest().seq
    laptop.invoke("rollback")
    first = journal.read(before + 1)

    assert first.record.in_flight.phase is Phase.ROLLING_BACK
    assert first.record.on(GREEN).unsettled is None


def test_a_deployment_that_cannot_be_followed_is_not_taken_for_one_that_never_was():
    """DigitalOcean refuses to tell of it, so the release has failed; it goes on being deployed."""
    laptop = deploying()
    laptop.faults["digitalocean"].add(Fault(method="GET", path="/deployments/", status=404, times=2))
    laptop.rest()
    assert laptop.outcome("v1.5.0") == "failed"
    laptop.clock.sleep(300)
    laptop.minute()
    assert green(laptop)["tag"] == runs(laptop, GREEN) == "v1.5.0"


def test_a_deployment_past_its_deadline_that_cannot_be_cancelled_is_looked_up():
    laptop = deploying(deadlines={"deploying": "60s"})
    laptop.faults["digitalocean"].add(Fault(status=503, times=50, **CANCEL))
    laptop.faults["digitalocean"].add(Fault(method="GET", path="/deployments/", status=503, times=50))
    laptop.clock.sleep(90)
    laptop.rest()
    assert laptop.outcome("v1.5.0") == "failed"
    assert green(laptop)["tag"] == ""
    laptop.faults["digitalocean"].clear()
    laptop.minute()
    assert green(laptop)["tag"] == runs(laptop, GREEN)


def test_the_next_release_goes_there_once_it_is_free():
    laptop, _ = not_cancelled("a conflict")
    laptop.push("v1.6.0")
    laptop.rest()
    assert laptop.outcome("v1.6.0") == "live"
    assert laptop.record().on(GREEN).unsettled is None


# Deployed by hand, a minute ago


def by_hand(bake="30s"):
    laptop = Late(watch={"checks": 2, "over": "20s", "bake": bake, "extend": "10s", "every": "10s"})
    for tag in ("v1.3.0", "v1.4.0"):
        live(laptop, tag)
        laptop.clock.sleep(600)
    deploy_by_hand(laptop)
    assert laptop.record().on(GREEN).may_serve  # nobody has looked yet
    return laptop


@pytest.mark.parametrize("given", [{}, {"to": "v1.3.0"}])
def test_a_rollback_does_not_lead_to_what_was_deployed_by_hand_a_minute_ago(given):
    laptop = by_hand()
    answer = laptop.invoke("rollback", given)

    assert laptop.record().active is BLUE, answer
    assert laptop.record().on(GREEN).redeployed
    laptop.minute()
    assert "the way back to v1.3.0 is gone" in str(laptop.slack.messages)


@pytest.mark.parametrize("away", ["refused", "it hangs"])
def test_an_api_that_is_away_keeps_no_rollback_waiting(away):
    laptop = by_hand()
    if away == "it hangs":
        hang(laptop, "/v2/apps")
    laptop.faults["digitalocean"].add(Fault(status=503, times=100))
    begun = laptop.clock.seconds()
    answer = laptop.invoke("rollback")

    assert answer["ok"], answer
    assert laptop.record().active is GREEN
    assert laptop.clock.seconds() - begun < 10


def test_the_judge_looks_before_it_goes_back():
    laptop = by_hand("6m")
    laptop.push("v1.5.0", fault={"share": 0.5, "when": "production"})
    laptop.until(Phase.WATCHING)
    deploy_by_hand(laptop, BLUE)
    laptop.invoke("ops/watch", {"source": "schedule"})

    assert laptop.record().active is GREEN
    assert laptop.record().in_flight.phase is Phase.WATCHING
    assert "not taken back: blue was deployed again" in laptop.record().in_flight.reason


def test_the_judge_goes_back_where_the_api_is_away():
    laptop = by_hand()
    laptop.push("v1.5.0", fault={"share": 0.5, "when": "production"})
    laptop.until(Phase.WATCHING)
    laptop.faults["digitalocean"].add(Fault(status=503, times=1000))
    laptop.rest()
    assert laptop.outcome("v1.5.0") == "rolled back"


# A quarantine is lifted once the release serves


def quarantined(**changes):
    laptop = Late(**changes)
    live(laptop, "v1.3.0")
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    return laptop


def test_what_is_passed_over_before_its_turn_stays_quarantined():
    laptop = quarantined()
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    assert laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})["ok"]
    laptop.push("v1.5.0")
    assert laptop.outcome("v1.3.0") == "superseded"
    assert "v1.3.0" in laptop.record().quarantine
    laptop.rest()
    assert not laptop.invoke("deploy", {"tag": "v1.3.0"})["ok"]


def test_after_a_failed_build_nobody_is_led_to_what_was_to_be_lifted():
    laptop = quarantined()
    laptop.digitalocean.fail_next_deployment("holi-green", "no", phase="BUILDING")
    laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    answer = laptop.invoke("rollback")
    assert not answer["ok"]
    assert "v1.3.0" not in answer["next"]
    assert "tag:v1.3.0 -p lift:true" in str(laptop.slack.messages[-1]), "the printed step is one that is taken"


def test_it_is_lifted_once_it_serves():
    laptop = quarantined()
    laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
    laptop.until(Phase.READY)
    assert "v1.3.0" in laptop.record().quarantine
    laptop.rest()
    assert laptop.record().quarantine == laptop.record().quarantined_images == {}


def test_a_lift_that_waits_already_may_get_other_options():
    laptop = quarantined()
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    assert laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})["ok"]
    answer = laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true", "skip_smoke_tests": "true"})
    assert "now with skip_smoke_tests:true" in answer["what"]
    assert laptop.record().queued.options.skip_smoke_tests


def test_what_is_taken_back_while_the_journal_is_recovered_is_quarantined():
    laptop = Late()
    live(laptop, "v1.3.0")  # at rest: it was switched long ago
    laptop.shared.http.event_hooks = {"request": [production_is_not_reached]}  # so the rollback is not proven yet
    laptop.invoke("rollback")
    laptop.queue.clear()
    record, cloud = laptop.record(), laptop.cloud("bluegreen recover")
    assert record.in_flight.phase is Phase.ROLLING_BACK
    assert "v1.3.0" not in record.quarantine
    place(
        cloud,
        "recovered",
        lambda read, now: Outcome(True, recovered(read, cloud.service, record.active, record.epoch, now, 5), ""),
    )
    assert "v1.3.0" in laptop.record().quarantine


def test_who_asked_for_a_release_once_more_before_it_was_gone_back_from_has_to_ask_again():
    laptop = Late()
    live(laptop, "v1.3.0")
    laptop.push("v1.4.0")  # accepted, and not begun yet
    asked = laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
    assert asked["ok"], asked
    assert laptop.invoke("rollback")["ok"]
    laptop.rest(3)

    assert "v1.3.0" in laptop.record().quarantine
    assert runs(laptop, laptop.record().active) != "v1.3.0"
