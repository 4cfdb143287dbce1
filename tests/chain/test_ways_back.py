"""Ways back after releases that went wrong: a refusal stops nothing, and nothing leads to what was not checked."""

import pytest

from bluegreen.core.lost_journal import recovered
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.ordering.placing import place
from tests.build import BLUE, GREEN
from tests.chain.driven import BalancedLaptop, NamedLaptop
from tests.chain.laptop import Laptop

QUICK = {"checks": 2, "over": "20s", "bake": "2m", "extend": "1m", "every": "10s"}
ILL = {"share": 1.0}
BY_ANNA = {"by": ["anna"], "within": "4m"}


class Late(Laptop):
    def __init__(self, **changes):
        self.late = {}
        super().__init__(**{"watch": QUICK, "signals": ["router"], **changes})

    def _fault(self, environment):
        return self.late.get(environment) or super()._fault(environment)


def unproven(laptop, tag):
    laptop.push(tag)
    laptop.until(Phase.WATCHING)
    laptop.routers = 0
    laptop.rest()
    laptop.routers = 2
    assert laptop.outcome(tag) == "unproven"


def live(laptop, tag):
    laptop.push(tag)
    laptop.rest()
    assert laptop.outcome(tag) == "live"


def runs(laptop, environment):
    return laptop._program(environment).env["APP_VERSION"]


@pytest.mark.slow
def test_unproven_way_back_survives_that_a_deployment_over_it_was_cancelled():
    laptop = Late()
    unproven(laptop, "v1.3.0")  # green
    live(laptop, "v1.4.0")  # blue; green v1.3.0 stands by, unproven
    laptop.push("v1.5.0")
    laptop.until(Phase.DEPLOYING)
    answer = laptop.invoke("rollback")  # cancels, and goes back to v1.3.0
    assert answer["ok"], answer
    laptop.rest()
    record = laptop.record()
    assert record.on(record.active).tag == "v1.3.0"
    live(laptop, "v1.6.0")  # v1.3.0 stands by again, as before
    assert runs(laptop, GREEN) == "v1.3.0"
    assert laptop.invoke("status")["services"]["web"]["rollback"].startswith("to v1.3.0 on green")
    assert laptop.invoke("rollback")["ok"]


def lifted_and_never_checked(how):
    laptop = Late()
    live(laptop, "v1.3.0")
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    if how == "failed":  # its smoke checks fail this time
        laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
        laptop.until(Phase.SMOKING)
        laptop.late[GREEN] = ILL
        laptop.rest()
        laptop.late.clear()
        assert laptop.outcome("v1.3.0") == "failed"
    else:
        laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
        laptop.until(Phase.CHECKING)
        assert laptop.invoke("abort")["ok"]
        laptop.rest()
        assert laptop.outcome("v1.3.0") == "aborted"
    return laptop


@pytest.mark.slow
@pytest.mark.parametrize("how", ["failed", "aborted"])
def test_undo_does_not_lead_to_a_deployment_that_has_not_passed_its_checks(how):
    laptop = lifted_and_never_checked(how)
    before = laptop.record().on(GREEN)
    assert not before.may_serve
    answer = laptop.invoke("rollback", {"undo": "true"})
    laptop.drain()
    assert not answer["ok"], answer
    assert laptop.record().active is BLUE


def test_what_ends_unproven_by_a_recovery_is_not_proven():
    """Promise 18: by itself production never goes back to what ended unproven."""
    laptop = Late()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    record = laptop.record()
    after = recovered(
        record.model_copy(update={"lost": "newer ones were lost"}),
        laptop.settings.service("web"),
        record.active,
        record.epoch,
        laptop.clock.now(),
        5,
    )
    assert after.past[0].outcome is Phase.UNPROVEN
    assert not after.on(GREEN).proven


@pytest.mark.slow
def test_the_step_that_undo_names_is_taken_when_what_was_left_is_gone():
    laptop = Late()
    live(laptop, "v1.3.0")
    live(laptop, "v1.4.0")
    laptop.invoke("rollback", {"to": "v1.2.0"})
    laptop.rest()
    record = laptop.record()
    assert record.on(record.active).tag == "v1.2.0"
    laptop.push("v1.5.0", fault=ILL)
    laptop.rest()
    answer = laptop.invoke("rollback", {"undo": "true"})
    assert not answer["ok"]
    assert "lifted" not in answer["what"], answer["what"]  # nobody has lifted anything


@pytest.mark.slow
def test_a_rollback_that_is_refused_does_not_stop_the_fix_that_is_being_deployed():
    laptop = Late()
    live(laptop, "v1.3.0")
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.push("v1.4.0")  # the fix, to green, which holds what was rolled back
    laptop.until(Phase.DEPLOYING)
    answer = laptop.invoke("rollback")  # pressed once more
    assert not answer["ok"], answer
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "live", laptop.reason("v1.4.0")


def test_a_rollback_that_is_refused_does_not_stop_what_restores_the_way_back():
    laptop = Late(restore_idle=True)
    laptop.push("v1.3.0", fault=ILL)
    for _ in range(40):
        release = laptop.record().release
        if release is not None and release.purpose.restore and release.phase is Phase.DEPLOYING and release.deployment:
            break
        laptop.invoke(*laptop.queue.popleft())
    answer = laptop.invoke("rollback")
    assert not answer["ok"], answer
    laptop.rest()
    assert laptop.outcome("v1.1.0") == "restored", laptop.reason("v1.1.0")


@pytest.mark.slow
def test_what_runs_where_after_somebody_superseded_a_deployment_is_true():
    laptop = Late()
    live(laptop, "v1.3.0")
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    commit = laptop.repository.commit(version="v0.0.1-mine", message="by hand")
    laptop.repository.branches["deploy/blue"] = commit.sha
    laptop.digitalocean.supersede("holi-blue")
    laptop.rest()
    laptop.clock.sleep(300)
    for _ in range(32):
        laptop.minute()
    said = laptop.invoke("status")["services"]["web"]["environments"]["blue"]
    assert said["tag"] in ("", runs(laptop, BLUE)), (said, runs(laptop, BLUE), laptop.outcome("v1.4.0"))


@pytest.mark.slow
def test_rollback_to_what_waits_for_approval_is_not_called_done():
    laptop = Late(options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.drain()
    laptop.invoke("switch")
    laptop.rest()
    laptop.push("v1.4.0")
    laptop.until(Phase.READY)
    laptop.drain()
    laptop.invoke("switch")
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "live"
    laptop.push("v1.5.0", fault=ILL)
    laptop.rest()  # the way back is gone
    assert laptop.invoke("deploy", {"tag": "v1.3.0"})["ok"]
    laptop.until(Phase.READY)
    laptop.drain()
    answer = laptop.invoke("rollback", {"to": "v1.3.0"})
    laptop.drain()
    for _ in range(5):
        laptop.minute()
    record = laptop.record()
    assert not answer["ok"] or record.on(record.active).tag == "v1.3.0", answer


@pytest.mark.slow
def test_what_is_restored_is_what_was_lost():
    """Its deployment is superseded by somebody else's: what green held, and production could go back to, was v1.3.0."""
    laptop = Late()
    live(laptop, "v1.3.0")  # green
    live(laptop, "v1.4.0")  # blue
    assert laptop.invoke("status")["services"]["web"]["rollback"].startswith("to v1.3.0 on green")
    laptop.push("v1.5.0")
    laptop.until(Phase.DEPLOYING)
    laptop.digitalocean.supersede("holi-green")
    laptop.rest()
    assert laptop.outcome("v1.5.0") == "failed"
    step = laptop.invoke("status")["next"]
    assert "tag:v1.3.0 -p restore:true" in step, step


@pytest.mark.slow
def test_restore_idle_restores_what_was_lost():
    laptop = Late(restore_idle=True)
    live(laptop, "v1.3.0")
    live(laptop, "v1.4.0")
    laptop.push("v1.5.0")
    laptop.until(Phase.DEPLOYING)
    laptop.digitalocean.supersede("holi-green")
    laptop.rest()
    laptop.rest()
    assert laptop.record().on(GREEN).tag == "v1.3.0", laptop.record().past[0]


def rolled_back(kind):
    """v1.3.0 was taken back, and the setting that leads users has landed."""
    laptop = kind()
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.invoke("rollback")["ok"]
    laptop.rest()
    laptop.land()
    return laptop


def step_until(laptop, reached):
    """One invocation after the other, until the release in flight has come so far."""
    for _ in range(100):
        release = laptop.record().release
        if release is not None and reached(release):
            return
        laptop.invoke(*laptop.queue.popleft()) if laptop.queue else laptop.minute()
    raise AssertionError(f"never: the release is {laptop.record().release}")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [NamedLaptop, BalancedLaptop])
def test_a_refused_rollback_stops_no_fix_where_another_kind_leads_users(kind):
    laptop = rolled_back(kind)
    laptop.push("v1.4.0")
    step_until(laptop, lambda r: r.phase is Phase.DEPLOYING and r.deployment and r.deployment.id)
    answer = laptop.invoke("rollback")
    assert not answer["ok"], answer
    laptop.rest()
    assert laptop.outcome("v1.4.0") in ("live", "unproven"), laptop.reason("v1.4.0")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [NamedLaptop, BalancedLaptop])
def test_undo_leads_to_what_was_checked_where_another_kind_leads_users(kind):
    laptop = rolled_back(kind)
    laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
    step_until(laptop, lambda release: release.phase is Phase.CHECKING)
    assert laptop.invoke("abort")["ok"]
    laptop.rest()
    assert not laptop.invoke("rollback", {"undo": "true"})["ok"]


@pytest.mark.parametrize("phase", [Phase.CHECKING, Phase.READY])
def test_a_rollback_to_what_never_served_is_no_way_around_its_approval(phase):
    laptop = Late(approval=BY_ANNA)
    laptop.push("v1.3.0")
    laptop.until(phase)
    answer = laptop.invoke("rollback", {"to": "v1.3.0"})
    laptop.drain()
    laptop.minute()

    assert not answer["ok"]
    assert "v1.3.0 is not known to have served production" in answer["what"]
    assert laptop.record().active is BLUE
    assert laptop.invoke("switch", {"by": "anna"})["ok"]


@pytest.mark.slow
def test_what_is_being_restored_can_take_production_at_once():
    laptop = Late(restore_idle=True)
    live(laptop, "v1.3.0")
    live(laptop, "v1.4.0")
    laptop.push("v1.5.0", fault=ILL)
    step_until(laptop, lambda release: release.purpose.restore and release.phase is Phase.CHECKING)
    assert laptop.record().in_flight.tag == "v1.3.0"

    assert laptop.invoke("rollback", {"to": "v1.3.0"})["ok"]
    laptop.rest()
    record = laptop.record()
    assert record.on(record.active).tag == "v1.3.0"


@pytest.mark.slow
def test_the_printed_undo_of_a_release_gone_back_to_is_taken():
    laptop = Late()
    live(laptop, "v1.3.0")
    live(laptop, "v1.4.0")
    laptop.invoke("rollback", {"to": "v1.2.0"})
    laptop.rest()
    assert laptop.outcome("v1.2.0") == "live"
    told = str(laptop.slack.messages[-1]["payload"])
    assert "to undo it: doctl serverless functions invoke rollback -p service:web -p undo:true" in told

    assert laptop.invoke("rollback", {"undo": "true"})["ok"]
    laptop.rest()
    record = laptop.record()
    assert record.on(record.active).tag == "v1.4.0"


def test_the_printed_approval_is_taken_as_it_stands():
    laptop = Late(approval=BY_ANNA)
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.drain()
    printed = "doctl serverless functions invoke switch -p service:web -p by:anna"
    assert printed in laptop.invoke("status")["next"]
    assert printed in str(laptop.slack.messages[-1]["payload"])
    assert laptop.invoke("switch", {"by": "anna"})["ok"]


def test_while_it_is_paused_no_switch_is_printed():
    laptop = Late(options={"auto_switch": False})
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.invoke("deploy", {"pause": "true", "by": "anna"})
    assert "invoke switch" not in laptop.invoke("status")["next"]
    laptop.invoke("deploy", {"resume": "true"})
    assert "invoke switch" in laptop.invoke("status")["next"]


def test_nobody_is_led_to_a_release_whose_quarantine_was_lifted_and_that_failed_since():
    laptop = Late()
    laptop.push("v1.3.0", fault={"share": 0.5, "when": "production"})
    laptop.rest()
    laptop.digitalocean.fail_next_deployment("holi-green", "no", phase="BUILDING")
    laptop.invoke("deploy", {"tag": "v1.3.0", "lift": "true"})
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    answer = laptop.invoke("rollback")
    assert not answer["ok"]
    assert "to:v1.3.0" not in answer["next"]


@pytest.mark.parametrize(("at", "outcome"), [(Phase.WATCHING, "unproven"), (Phase.ROLLING_BACK, "stuck")])
def test_by_a_recovery_nothing_bad_or_unproven_becomes_what_production_goes_back_to_by_itself(at, outcome):
    laptop = Late(after_bake="rollback")
    laptop.push("v1.3.0", fault={"share": 0.5, "when": "production"} if at is Phase.ROLLING_BACK else None)
    laptop.until(at)
    laptop.queue.clear()
    record, cloud = laptop.record(), laptop.cloud("bluegreen recover")
    place(
        cloud,
        "recovered",
        lambda read, now: Outcome(True, recovered(read, cloud.service, record.active, record.epoch, now, 5), ""),
    )
    after = laptop.record()
    assert laptop.outcome("v1.3.0") == outcome
    assert not after.on(GREEN).proven
    assert ("v1.3.0" in after.quarantine) == (at is Phase.ROLLING_BACK)


@pytest.mark.slow
@pytest.mark.parametrize("given", [{}, {"native": "true"}])
def test_what_app_platforms_own_rollback_aborts_is_not_deployed_on(given):
    laptop = Late()
    live(laptop, "v1.3.0")  # green
    live(laptop, "v1.4.0")  # blue, which ran v1.2.0 before
    laptop.push("v1.5.0", fault=ILL)
    laptop.rest()  # green is no way back
    laptop.push("v1.6.0")
    step_until(laptop, lambda r: r.phase is Phase.DEPLOYING and r.deployment and r.deployment.id)
    deployment = laptop.record().in_flight.deployment.id
    answer = laptop.invoke("rollback", given)
    assert answer["ok"], answer
    assert "App Platform takes blue from v1.4.0 back to v1.2.0" in answer["what"]
    laptop.rest()
    assert laptop.digitalocean.app("holi-green").deployment(deployment).phase == "CANCELED"
