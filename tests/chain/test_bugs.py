"""Whatever is raised where nobody foresaw it: deadlines hold, others go on, people are told once, never a message."""

from dataclasses import replace

import httpx
import pytest

from bluegreen.clients.store.journal import Journal
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.notices import Channel, Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.phases import Phase
from bluegreen.steps import delivering
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.take_turn import take
from bluegreen.watch.service import look
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.build import BLUE, GREEN, NOW, in_phase, on_apps_of
from tests.chain.laptop import Laptop
from tests.chain.pair import API, WEB, Pair

BAD = {"share": 0.2, "when": "production"}
FOREIGN = "what the other side said: hush"


def breaks(*given, **named):
    raise RuntimeError(FOREIGN)


def bugs_told(laptop):
    return [text for text in laptop.told() if "a bug in Bluegreen at" in text]


def begun(laptop, phase):
    cloud = laptop.cloud("checks/health")
    record = in_phase(phase).model_copy(update={"store": cloud.clients.store})
    record = on_apps_of(record, cloud.service)
    cloud.journal.append(cloud.journal.newest(), record, "a test", "begin", NOW)
    return cloud


def good(record, seen, service, now):
    return StepResult(record, Finding(verdict=Verdict.GOOD, says="so"))


@pytest.mark.parametrize(
    "step",
    [Step(Phase.CHECKING, breaks, good), Step(Phase.CHECKING, lambda turn: None, breaks)],
    ids=["look", "judge"],
)
def test_a_bug_in_a_step_is_waited_for_until_the_deadline_and_told_once(step):
    laptop = Laptop()
    cloud = begun(laptop, Phase.CHECKING)
    for _ in range(3):
        assert take(step, cloud).taken
        laptop.clock.sleep(20)
    assert laptop.record().release.phase is Phase.CHECKING
    assert laptop.record().release.claim is None
    assert laptop.record().release.reason.startswith("waiting: a bug in Bluegreen at ")
    laptop.clock.sleep(cloud.service.deadlines.checking)
    take(step, cloud)
    assert laptop.outcome("v1.3.0") == "failed"
    assert "(RuntimeError)" in laptop.reason("v1.3.0")
    assert len(bugs_told(laptop)) == 1
    assert FOREIGN not in "".join((*laptop.told(), *map(str, laptop.lines), laptop.record().model_dump_json()))


def test_a_bug_names_our_own_line_also_where_a_library_raised():
    laptop = Laptop()
    laptop.telemetry.ages = breaks
    laptop.push("v1.3.0")
    laptop.rest(60)
    assert any("at clients/store/telemetry.py:" in text for text in laptop.told())


def test_a_driver_that_breaks_ends_the_switch_at_its_deadline():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.READY)
    laptop.telemetry.ages = breaks
    laptop.rest(60)
    assert laptop.outcome("v1.3.0") in ("rolled back", "stuck")
    assert laptop.record().active is BLUE
    assert len(bugs_told(laptop)) == len(set(bugs_told(laptop))) > 0


@pytest.mark.slow
def test_a_source_of_numbers_that_breaks_is_no_data_and_the_bake_ends():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.telemetry.ages = breaks
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "unproven"
    assert laptop.record().active is GREEN
    assert len(bugs_told(laptop)) == len(set(bugs_told(laptop))) > 0


def test_another_source_still_takes_a_bad_release_back():
    laptop = Laptop(signals=["router", "probe"])
    laptop.push("v1.3.0", fault={"share": 1.0, "when": "production"})
    laptop.until(Phase.WATCHING)
    laptop.telemetry.ages = breaks
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "stuck"  # taken back, and nobody can tell whether the routers have followed
    assert laptop.record().active is BLUE


class Breaking(httpx.BaseTransport):
    """A connection that raises what no HTTP library documents."""

    def handle_request(self, request):
        raise RuntimeError(FOREIGN)


@pytest.mark.slow
@pytest.mark.parametrize("api", ["https://api.digitalocean.com", "https://api.github.com", "https://hooks.slack.com"])
def test_a_connection_that_raises_anything_is_one_that_did_not_answer(api):
    laptop = Laptop()
    laptop.push("v1.3.0")
    mounts = laptop.shared.http._mounts
    pattern = next(one for one in mounts if one.pattern.startswith(api))
    kept, mounts[pattern] = mounts[pattern], Breaking()
    laptop.drain()
    for _ in range(3):
        laptop.minute()
    mounts[pattern] = kept
    laptop.rest()
    assert laptop.outcome("v1.3.0") in ("live", "rejected")
    assert FOREIGN not in "".join((*laptop.told(), *map(str, laptop.lines)))


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("location", ["shop.example:443/login", "data:,x", "http://["])
def test_a_health_check_that_is_answered_with_an_odd_redirect_has_failed(status, location):
    laptop = Laptop()
    answer = laptop._app
    laptop._app = lambda environment, request: (
        httpx.Response(status, headers={"Location": location}) if environment is GREEN else answer(environment, request)
    )
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "failed"
    assert f"expected status 200, got {status}" in laptop.reason("v1.3.0")


def test_a_service_whose_journal_breaks_keeps_no_other_from_its_rollback():
    pair = Pair(sets={})
    pair.broken[WEB, "v1.3.0"] = {"share": 1.0, "when": "production"}
    pair.push("v1.3.0")
    pair.both_until(Phase.WATCHING)
    get = pair.state.get
    pair.state.get = lambda key: breaks() if f"services/{API}/" in key else get(key)
    pair.minute()
    assert pair.record(WEB).active is BLUE  # the laptop's routers, which read both journals, cannot say so
    assert pair.record(WEB).in_flight.phase is Phase.ROLLING_BACK
    assert any(line["what"] == "bug" for line in pair.lines)


def test_a_hint_that_cannot_be_written_is_nobodys_bug():
    laptop = Laptop()
    laptop.state.put = breaks  # the journal's head
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert not bugs_told(laptop)


class Sometimes(MemoryObjects):
    """The first question of each look raises what no store documents."""

    asked = 0

    def get(self, key):
        self.asked += 1
        return breaks() if self.asked == 1 else super().get(key)


def test_what_is_met_outside_of_a_turn_is_told_once_for_a_release():
    laptop, store = Laptop(), Sometimes()
    cloud = begun(laptop, Phase.CHECKING)
    cloud = replace(cloud, journal=Journal(store, "web", cloud.clock.nonce))
    cloud.journal.append(None, laptop.record(), "a test", "begin", NOW)
    for _ in range(3):
        store.asked = 0
        assert look(cloud, first=True, counted={}).pause is None
    assert len(bugs_told(laptop)) == 1
    assert bugs_told(laptop)[0].startswith("web v1.3.0: a bug in Bluegreen at clients/store/journal")
    assert len([line for line in laptop.lines if line["what"] == "bug"]) == 3


class Mute:
    """A channel that raises what no channel documents, and then works."""

    def __init__(self):
        self.sent, self.works = [], False

    def send(self, notice):
        if not self.works:
            raise RuntimeError(FOREIGN)
        self.sent.append(notice)


def test_a_channel_that_breaks_keeps_its_notice_and_no_others():
    laptop = Laptop()
    cloud, broken, other = begun(laptop, Phase.CHECKING), Mute(), Mute()
    other.works = True
    told = queue_notice(laptop.record(), cloud.service, Tone.GOOD, "x", NOW, release=laptop.record().release)
    version = cloud.journal.update(cloud.journal.newest(), lambda r, now: told, "a", "test", cloud.clock.now).version
    cloud.__dict__["notifiers"] = {"slack": broken, "github": other}
    version = delivering.deliver(cloud, version, version.record.outbox)
    assert [(notice.channel, notice.tries) for notice in version.record.outbox] == [(Channel.SLACK, 1)]
    assert len(other.sent) == 1
    broken.works = True
    assert not delivering.deliver(cloud, version, version.record.outbox).record.outbox
