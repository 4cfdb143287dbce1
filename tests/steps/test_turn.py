"""One turn: claims save work, lost races are left to others, only what matters is written."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bluegreen.clients.store.journal import Journal
from bluegreen.core.errors import Misconfigured, Stale, Unavailable
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.orders import rollback
from bluegreen.core.phases import Phase
from bluegreen.core.release import Claim
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.take_turn import take, take_all, take_and_stay
from bluegreen.steps.turn import give_up_claim
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.build import BLUE, NOW, in_phase, later, on_apps_of
from tests.chain.laptop import Laptop


@pytest.fixture
def laptop():
    return Laptop()


def begun(laptop, phase=Phase.CHECKING, **changes):
    """A journal whose newest version has a release in this phase; a cloud to work on it with."""
    cloud = laptop.cloud("checks/health")
    record = in_phase(phase, **changes).model_copy(update={"store": cloud.clients.store})
    record = on_apps_of(record, cloud.service)
    cloud.journal.append(cloud.journal.newest(), record, "a test", "begin", NOW)
    return cloud


def step(verdict=Verdict.GOOD, look=lambda turn: None, phase=Phase.CHECKING):
    return Step(phase, look, lambda record, seen, service, now: StepResult(record, Finding(verdict=verdict, says="so")))


def test_a_turn_claims_works_and_moves_on(laptop):
    claims = []
    done = take(step(look=lambda turn: claims.append(turn.release.claim)), begun(laptop))
    assert done.moved
    assert claims[0].owner.startswith("activation-")
    assert claims[0].until > laptop.clock.now()
    assert laptop.record().release.phase is Phase.SMOKING
    assert laptop.record().release.claim is None


def test_what_the_caller_takes_next_is_claimed_in_the_version_before(laptop):
    claims = []
    two = step(look=lambda turn: claims.append(turn.release.claim), phase=Phase.SMOKING)
    cloud = begun(laptop)
    seq = cloud.journal.newest().seq
    done = take_all((step(), two), cloud)
    assert done.version.record.release.phase is Phase.READY
    assert claims[0].owner == cloud.caller.activation
    moves = [cloud.journal.read(n) for n in range(seq + 2, seq + 4)]
    assert [version.record.release.phase for version in moves] == [Phase.SMOKING, Phase.READY]
    assert moves[1].record.release.claim is None


class Mute(MemoryObjects):
    """A store that takes writes, and after a while answers no question."""

    silent = False

    def get(self, key):
        if self.silent:
            raise Unavailable(f"{key}: no answer")
        return super().get(key)


def test_between_two_steps_of_one_caller_nothing_is_read_that_could_leave_the_claim_behind(laptop):
    store, looked = Mute(), []
    cloud = begun(laptop)
    cloud = replace(cloud, journal=Journal(store, "web", cloud.clock.nonce))
    cloud.journal.append(None, laptop.record(), "a test", "begin", NOW)
    one = step(look=lambda turn: setattr(store, "silent", True))
    take_all((one, step(look=lambda turn: looked.append(turn.release.phase), phase=Phase.SMOKING)), cloud)
    assert looked == [Phase.SMOKING]
    store.silent = False
    assert cloud.journal.newest().record.release.claim is None


def test_a_turn_of_another_phase_is_left_quietly(laptop):
    cloud = begun(laptop, Phase.SMOKING)
    seq = cloud.journal.newest().seq
    assert not take(step(), cloud).taken
    assert cloud.journal.newest().seq == seq


def test_what_another_has_claimed_is_left_to_it(laptop):
    cloud = begun(laptop, claim=Claim(owner="another", until=later(60)))
    assert "another's hands" in take(step(), cloud).says


def test_a_claim_that_has_run_out_binds_nobody(laptop):
    cloud = begun(laptop, claim=Claim(owner="another", until=later(-1)))
    assert take(step(), cloud).moved


def test_an_unrelated_change_in_between_costs_nothing(laptop):
    cloud = begun(laptop)

    def queue_another(turn):
        laptop.push("v1.4.0")

    assert take(step(look=queue_another), cloud).moved
    record = laptop.record()
    assert record.release.phase is Phase.SMOKING
    assert record.queued.tag == "v1.4.0"


def test_a_rollback_in_between_wins(laptop):
    cloud = begun(laptop, Phase.WATCHING)

    def go_back(turn):
        other = laptop.cloud("rollback")
        newest = other.journal.newest()
        other.journal.append(newest, rollback(newest.record, other.service, "a person", NOW).record, "x", "x", NOW)

    done = take(step(look=go_back, phase=Phase.WATCHING), cloud)
    assert not done.moved
    assert "left to another" in done.says
    assert laptop.record().active is BLUE
    assert laptop.record().release.phase is Phase.ROLLING_BACK


def test_a_passing_fault_waits_longer_each_time(laptop):
    cloud = begun(laptop)

    def fail(turn):
        raise Unavailable("no answer", delay=4)

    waits = []
    for _ in range(3):
        take(step(look=fail), cloud)
        release = laptop.record().release
        waits.append((release.wake_at - laptop.clock.now()).total_seconds())
    assert waits == [4, 6, 9]
    assert release.phase is Phase.CHECKING
    assert release.reason == "waiting: no answer"


def test_a_lasting_fault_is_a_bad_finding(laptop):
    def fail(turn):
        raise Misconfigured("the token is not accepted")

    take(step(look=fail), begun(laptop))
    assert laptop.outcome("v1.3.0") == "failed"
    assert laptop.reason("v1.3.0") == "the token is not accepted"


def test_who_stays_writes_only_what_matters(laptop):
    cloud = begun(laptop, Phase.WATCHING)
    waits = step(Verdict.WAIT, phase=Phase.WATCHING)
    take_and_stay(waits, cloud, cloud.journal.newest())
    seq = cloud.journal.newest().seq
    take_and_stay(waits, cloud, cloud.journal.newest())
    assert cloud.journal.newest().seq == seq
    assert laptop.record().release.claim.owner == cloud.caller.activation
    laptop.clock.sleep(cloud.service.watch.write_every)
    take_and_stay(waits, cloud, cloud.journal.newest())
    assert cloud.journal.newest().seq == seq + 1


def test_others_that_are_always_faster_end_the_turn(laptop):
    cloud = begun(laptop)

    def always_late(*_):
        raise Stale("too late")

    def look(turn):
        turn.cloud.journal.append = always_late

    assert not take(step(look=look), cloud).moved


def test_a_claim_that_was_kept_is_given_up_for_the_next_one(laptop):
    cloud = begun(laptop, Phase.WATCHING)
    take_and_stay(step(Verdict.WAIT, phase=Phase.WATCHING), cloud, cloud.journal.newest())
    give_up_claim(cloud)
    assert laptop.record().release.claim is None


def test_only_ones_own_claim_is_given_up(laptop):
    cloud = begun(laptop, Phase.WATCHING, claim=Claim(owner="another", until=later(60)))
    give_up_claim(cloud)
    assert laptop.record().release.claim.owner == "another"


def test_a_lease_is_renewed_with_what_is_written_and_runs_out_soon_after(laptop):
    cloud = begun(laptop, Phase.WATCHING)
    leased = step(Verdict.WAIT, phase=Phase.WATCHING)._replace(lease=25.0)
    take_and_stay(leased, cloud, cloud.journal.newest())
    laptop.clock.sleep(cloud.service.watch.write_every)
    take_and_stay(leased, cloud, cloud.journal.newest())
    assert laptop.record().release.claim.until == laptop.clock.now() + timedelta(seconds=25)
    laptop.clock.sleep(26)
    assert take(step(phase=Phase.WATCHING), laptop.cloud("another watch")).moved
