"""An instance that cannot read the journal leaves the rotation when, and only when, another one proves that it can."""

from datetime import UTC, datetime, timedelta

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Corrupt, Misconfigured, Unavailable
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen_router import behind
from bluegreen_router.behind import follows
from bluegreen_router.route import Route
from tests.router.running import Store
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OURS = Route(service="web", seq=40, epoch=7, active=BLUE, tags={})


def report(seq: int, epoch: int, confirmed: float | None, active: Environment | None = GREEN) -> Telemetry:
    """`confirmed`: how many seconds before the report."""
    read = None if confirmed is None else NOW - timedelta(seconds=confirmed)
    return Telemetry(service="web", instance="other", at=NOW, seq=seq, epoch=epoch, active=active, confirmed=read)


@pytest.mark.parametrize(
    ("other", "proves"),
    [
        (report(41, 7, None), True),  # a router of before tells no time, but it has read what this one has not
        (report(2, 8, None), True),  # a journal that was recovered
        (report(40, 7, 2), True),
        (report(40, 7, 60), False),  # cut off as well
        (report(40, 7, None), False),
        (report(39, 7, 0), False),
        (report(900, 6, 0), False),  # a journal that was lost and begun anew
        (report(0, 0, None, BLUE), False),  # a fallback
        (report(41, 7, 0, None), False),  # it serves nothing
    ],
    ids=str,
)
def test_what_proves_that_another_follows(other, proves):
    assert follows(other, OURS) is proves


@pytest.fixture
def cut_off(start, service, monkeypatch):
    """A router whose telemetry goes on, and whose journal ends with a fault."""
    monkeypatch.setattr(behind, "_EVERY", 0.05)

    def begin(fault: Exception, telemetry: Store):
        router = start(telemetry=telemetry, BLUEGREEN_BEHIND_SECONDS="1")
        router.follows(service.serve(BLUE))
        service.store.fault = fault
        return router

    return begin


def other(seq: int, epoch: int, age: float = 0) -> bytes:
    now = datetime.now(UTC)
    told = Telemetry(
        service="web", instance="other", at=now, seq=seq, epoch=epoch, active=GREEN, confirmed=now - timedelta(0, age)
    )
    return told.model_dump_json().encode()


@pytest.mark.slow
@pytest.mark.parametrize("fault", [Misconfigured("403"), Unavailable("no answer"), Corrupt("not a version")], ids=str)
def test_it_leaves_and_answers_all_the_same_until_it_can_read_again(cut_off, service, fault):
    told = Store()
    router = cut_off(fault, told)
    told.put("services/web/telemetry/other.json", other(2, 2))
    left = until(lambda: (found := router.get("/_bluegreen/health")).status_code == 503 and found)
    answers = router.get().json()["name"], router.get("/_bluegreen/live").status_code
    service.store.fault = None
    until(lambda: router.get("/_bluegreen/health").status_code == 200, what="it is back in the rotation")

    assert left.text == "no journal for more than 1 s, while other follows it"
    assert answers == ("blue", 200)


@pytest.mark.slow
@pytest.mark.parametrize(
    "others",
    [{}, {"other": other(1, 1, age=60)}, {"router-1": other(9, 9)}],
    ids=["alone", "both cut off", "only its own report"],
)
def test_it_stays_where_nobody_is_proven_to_follow(cut_off, look, service, others):
    told = Store()
    for name, body in others.items():
        told.put(f"services/web/telemetry/{name}.json", body)
    router = cut_off(Misconfigured("403"), told)
    until(lambda: router.agent._behind._looked > 0, what="it has looked at the others")
    look()

    assert (router.get("/_bluegreen/health").status_code, router.agent._behind.why) == (200, "")


@pytest.mark.slow
def test_it_stays_while_the_others_cannot_be_asked(cut_off, service):
    told = Store()
    router = cut_off(Misconfigured("403"), told)
    told.put("services/web/telemetry/other.json", other(2, 2))
    until(lambda: router.get("/_bluegreen/health").status_code == 503, what="it has left")
    told.fault = Misconfigured("403")

    until(lambda: router.get("/_bluegreen/health").status_code == 200, what="it is back: nobody is known to follow")


def test_a_report_says_when_the_journal_was_read(start, service):
    router = start()
    router.follows(service.serve(BLUE))
    told = until(lambda: (found := router.telemetry()).confirmed and found, what="a report with the time")

    assert timedelta(0) <= told.at - told.confirmed < timedelta(seconds=60)
