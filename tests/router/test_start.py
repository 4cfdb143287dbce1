"""What a router serves that starts while the journal cannot be read: nothing that may be wrong by now."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Corrupt, Misconfigured, Unavailable
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen_router.kept import Kept, keep
from tests.router.running import Store
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
FALLBACK = {"BLUEGREEN_FALLBACK_ENVIRONMENT": "blue"}
ANYWAY = {**FALLBACK, "BLUEGREEN_FALLBACK_WHEN": "unreachable"}


@pytest.fixture
def left(service, start, tmp_path) -> Path:
    """The folder of a router that has followed a switch, and was stopped."""
    first = start()
    first.follows(service.serve(BLUE))
    first.follows(service.serve(GREEN))
    first.stop()
    return tmp_path


@pytest.mark.slow
def test_a_route_that_was_confirmed_moments_ago_serves_at_once(start, service, left):
    service.store.fault = Unavailable("no answer")
    second = start()
    health = second.get("/_bluegreen/health").json()

    assert second.get().json()["name"] == "green"
    assert health["seq"] == 2
    assert health["journal_read"] is not None


@pytest.mark.slow
def test_an_older_one_does_not_until_the_journal_is_read(start, service, left):
    found = Kept.model_validate_json((left / "route.json").read_bytes())
    keep(found.route, datetime.now(UTC) - timedelta(seconds=11), left)
    service.store.fault = Unavailable("no answer")
    second = start()
    before = second.get(), second.get("/_bluegreen/health")
    service.store.fault = None
    until(lambda: second.get().is_success)

    assert [answer.status_code for answer in before] == [503, 503]
    assert second.get().json()["name"] == "green"


def test_the_fallback_serves_where_nothing_was_ever_written(start, service):
    service.store.put("services/web/telemetry/router-1.json", b"{}")
    router = start(**FALLBACK)
    until(lambda: router.agent.route is not None)
    first = router.get().json()["name"]
    router.follows(service.serve(GREEN))

    assert (first, router.get().json()["name"]) == ("blue", "green")


@pytest.mark.parametrize("fault", [Unavailable("no answer"), Misconfigured("403"), Corrupt("not a version")], ids=str)
def test_the_fallback_does_not_serve_while_the_journal_cannot_be_read(start, service, look, fault):
    service.serve(BLUE)
    service.serve(GREEN)
    service.store.fault = fault
    router = start(**FALLBACK)
    look()
    before = router.get()
    service.store.fault = None
    router.follows(service.version)

    assert before.status_code == 503
    assert router.get().json()["name"] == "green"


def test_not_to_know_is_not_to_know_that_nothing_was_written(start, service, look):
    service.store.fault = Unavailable("no answer")
    router = start(**FALLBACK)
    look()

    assert router.get().status_code == 503


def test_the_fallback_is_not_for_a_journal_that_was_lost(start, service, look, capfd):
    service.store.put("services/web/releases/1.json", b"{}")
    router = start(**FALLBACK)
    look()

    assert router.get().status_code == 503
    assert "there is services/web/releases/1.json: was it lost?" in capfd.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("instance", ["router-1", "router-of-last-year"])
def test_nor_where_a_report_still_names_a_version_of_it(start, service, look, capfd, instance):
    """This instance's own report from before must not be written over by one that has read nothing, either."""
    told = Store()
    told.put(f"services/web/telemetry/{instance}.json", report(instance, seq=41, epoch=7, active=GREEN))
    for _ in range(2):
        router = start(telemetry=told, **FALLBACK)
        look()
        router.telemetry()
        refused = router.get()
        router.stop()

        assert refused.status_code == 503
    assert f"there is services/web/telemetry/{instance}.json in the telemetry bucket" in capfd.readouterr().out


@pytest.mark.parametrize("fault", [Unavailable("no answer"), Misconfigured("403")], ids=str)
def test_not_to_know_what_was_reported_is_no_proof_either(start, look, fault):
    told = Store()
    told.fault = fault
    told.put("services/web/telemetry/other.json", report("other", seq=0, epoch=0, active=None))
    router = start(telemetry=told, **FALLBACK)
    look()
    before = router.get().status_code
    told.fault = None
    until(lambda: router.agent.route is not None, what="the fallback serves, as nothing was ever written")

    assert before == 503


def test_a_report_that_is_none_tells_nothing_and_so_holds_the_fallback_back(start, look, capfd):
    told = Store()
    told.put("services/web/telemetry/other.json", b"rubbish")
    router = start(telemetry=told, **FALLBACK)
    look()

    assert router.get().status_code == 503
    assert "is no router's report" in capfd.readouterr().out


def test_reports_of_routers_that_have_read_no_journal_do_not_hold_the_fallback_back(start):
    told = Store()
    told.put("services/web/telemetry/other.json", report("other", seq=0, epoch=0, active=BLUE))
    router = start(telemetry=told, **FALLBACK)
    until(lambda: router.agent.route is not None)

    assert router.get().json()["name"] == "blue"


def report(instance: str, **more: object) -> bytes:
    at = datetime.now(UTC) - timedelta(days=9)
    return Telemetry(service="web", instance=instance, at=at, **more).model_dump_json().encode()


def test_where_the_setting_says_so_it_serves_until_the_journal_is_read(start, service):
    service.store.fault = Unavailable("no answer")
    router = start(**ANYWAY)
    until(lambda: router.agent.route is not None)
    first = router.get().json()["name"]
    service.store.fault = None
    router.follows(service.serve(GREEN))

    assert (first, router.get().json()["name"]) == ("blue", "green")


@pytest.mark.parametrize("more", [FALLBACK, ANYWAY])
def test_it_never_serves_in_place_of_a_journal_that_can_be_read(start, service, more):
    service.serve(BLUE)
    router = start(**more)
    router.follows(service.serve(GREEN))

    assert router.get().json()["name"] == "green"


def test_without_a_fallback_nothing_serves(start, look):
    router = start()
    look()

    assert router.get().status_code == 503
