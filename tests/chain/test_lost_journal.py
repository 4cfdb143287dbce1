"""The state bucket is restored from an older copy: the record says blue, the routers serve green."""

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.phases import Phase
from tests.chain.laptop import Laptop
from tests.chain.webhook import deliver, pushed

BLUE, GREEN = Environment.BLUE, Environment.GREEN
HEAD = "services/web/head.json"


class Restored(Laptop):
    """`lose()` brings back the bucket as `copied()` found it; the routers stay where they were."""

    def __init__(self):
        super().__init__()
        self.serve = None

    def copied(self):
        self._copy = {key: self.state.get(key) for key in self.state.keys("")}

    def lose(self):
        newest = self.cloud("test").journal.newest()
        self.serve = (newest.seq, newest.record.epoch, newest.record.active)
        self.state._bodies.clear()
        for key, body in self._copy.items():
            self.state.put(key, body)

    def _report(self):
        if self.serve is None:
            return super()._report()
        seq, epoch, active = self.serve
        for name in ("r0", "r1"):
            told = Telemetry(service="web", instance=name, at=self.clock.now(), seq=seq, epoch=epoch, active=active)
            self.telemetry.put(f"services/web/telemetry/{name}.json", told.model_dump_json().encode())
        return None


@pytest.fixture
def laptop():
    """v1.3.0 is live on green, by two routers; the bucket says that v1.2.0 on blue is."""
    made = Restored()
    made.invoke("ops/watch")
    made.copied()
    made.push("v1.3.0")
    assert made.rest().active is GREEN
    made.lose()
    return made


def unmoved(laptop, deployments):
    return [laptop.deployments(environment) for environment in Environment] == deployments


def test_nothing_is_deployed_and_people_are_paged_once(laptop):
    before, told = [laptop.deployments(environment) for environment in Environment], len(laptop.told())
    laptop.repository.release("v1.4.0")
    answer = laptop.invoke("deploy", {"tag": "v1.4.0"})
    laptop.drain()
    for _ in range(8):
        laptop.minute()
    assert unmoved(laptop, before), answer
    record = laptop.record()
    assert "has applied version" in record.lost
    assert "newer ones were lost" in record.lost
    bad = [text for text in laptop.told()[told:] if "the journal lost its newest versions" in text]
    assert len(bad) == 1
    assert record.active is BLUE


def test_every_order_is_refused_with_the_reason_until_it_is_recovered(laptop):
    for _ in range(6):
        laptop.minute()
    assert laptop.record().lost
    before = [laptop.deployments(environment) for environment in Environment]
    for function, event in (
        ("deploy", {"tag": "v1.4.0"}),
        ("switch", {}),
        ("rollback", {}),
        ("rollback", {"to": "v1.1.0"}),
        ("abort", {}),
    ):
        answer = laptop.invoke(function, event)
        assert answer["ok"] is False, function
        assert "newer ones were lost" in answer["what"]
        assert "bluegreen recover --service web" in answer["next"]
    assert laptop.invoke("rollback", {"native": "true"})["ok"] is False
    assert "newer ones were lost" in deliver(laptop, pushed("v1.4.0")).what
    assert unmoved(laptop, before)
    status = laptop.invoke("status")
    assert "newer ones were lost" in status["what"]
    assert "bluegreen recover --service web" in status["next"]
    assert status["services"]["web"]["rollback"].startswith("none before `bluegreen recover`")


@pytest.mark.slow
def test_a_release_that_is_ready_by_an_older_record_is_not_switched():
    laptop = Restored()
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.copied()
    laptop.rest()
    laptop.push("v1.4.0")
    laptop.rest()
    laptop.lose()
    epoch = laptop.record().epoch
    laptop.invoke("switch")
    laptop.invoke("ops/watch")
    for _ in range(3):
        laptop.minute()
    assert laptop.record().epoch == epoch
    assert laptop.record().lost


def test_a_bucket_that_was_emptied_is_no_first_day(laptop):
    laptop.state._bodies.clear()
    for _ in range(6):
        laptop.minute()
    assert "has applied version" in laptop.record().lost


@pytest.mark.slow
def test_routers_that_follow_or_lag_tell_of_no_loss():
    laptop = Restored()
    laptop.push("v1.3.0")
    laptop.rest()
    newest = laptop.cloud("test").journal.newest()
    for seq, epoch in ((newest.seq, newest.record.epoch), (newest.seq - 3, newest.record.epoch), (1, 0)):
        laptop.serve = (seq, epoch, newest.record.active)
        for _ in range(6):
            laptop.minute()
        assert laptop.record().lost == ""
