"""A provider that accepts a request and never answers: looks come first and in time, and the watch is not killed."""

import httpx
import pytest

from bluegreen.clients import bounded
from bluegreen.core.errors import Unavailable
from bluegreen.core.phases import Phase
from bluegreen.watch import side_work
from bluegreen.watch.side_work import LastRead
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.chain.laptop import Laptop
from tests.chain.pair import API, WEB, Pair
from tests.release_file.kept import no_files

NEVER = 10.0  # seconds after which our client gives a request up
GITHUB = "api.github.com"


class Silent(httpx.BaseTransport):
    """One host accepts and never answers; what it was asked stands in the laptop's log."""

    def __init__(self, laptop, host):
        self._laptop, self._host, self._others = laptop, host, laptop.shared.http

    def handle_request(self, request):
        if request.url.host != self._host:
            return self._others.send(request)
        self._laptop.lines.append({"what": "asked in vain"})
        self._laptop.clock.sleep(NEVER)
        raise httpx.ReadTimeout("silence", request=request)


def silenced(laptop, host=GITHUB):
    laptop.shared.__dict__["http"] = httpx.Client(transport=Silent(laptop, host))


def watch(laptop):
    """One invocation of the watch; what it did, in order."""
    laptop.clock.sleep(60)
    laptop.lines.clear()
    assert laptop.invoke("ops/watch", {"source": "schedule"})["ok"]
    assert laptop.clock.remaining() > 0, "the platform would have killed the watch"
    laptop.queue.clear()
    return [line for line in laptop.lines if line["what"] in ("turn taken", "asked in vain")]


def vain(done):
    return [line["what"] == "asked in vain" for line in done]


def test_every_release_in_its_bake_is_looked_at_before_a_silent_github_is_asked():
    pair = Pair(tags={"ask_every": 1}, notify=[])
    pair.minute()
    pair.push("v1.3.0")
    pair.both_until(Phase.WATCHING)
    silenced(pair)
    done = watch(pair)
    first = vain(done).index(True)
    assert len({line["release"] for line in done[:first]}) == 2
    # The three tries for one service take longer than the time between two looks: the other has to wait for its turn.
    asked = "".join("?" if was else "." for was in vain(done))
    assert "???." in asked
    assert "????" not in asked.rstrip("?") + "."


def test_an_idle_watch_asks_for_one_service_after_the_other_and_is_not_killed():
    pair = Pair(tags={"ask_every": 1})
    pair.minute()
    silenced(pair)
    assert sum(vain(watch(pair))) == 3
    assert [line for line in pair.lines if line["what"] == "GitHub was not asked for missed tags"]


def test_a_service_for_which_no_time_was_left_comes_first_another_minute():
    pair = Pair(tags={"ask_every": 1})
    pair.minute()
    silenced(pair)
    left_over = []
    for _ in range(2):
        services = [LastRead(pair.cloud("ops/watch", name), None) for name in (API, WEB)]
        left_over += [each.cloud.service.name for each in side_work.do(services, pair.clock, None)]
        pair.clock.sleep(60 - 3 * NEVER)
    assert sorted(left_over) == [API, WEB]


def test_a_tag_that_was_missed_is_taken_up_as_soon_as_github_answers_again():
    laptop = Laptop(tags={"ask_every": 1})
    laptop.minute()
    answering = laptop.shared.http
    silenced(laptop)
    laptop.repository.release("v1.3.0")
    watch(laptop)
    laptop.shared.__dict__["http"] = answering
    laptop.minute()
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


class Endless(Silent):
    """As a client that had no limit of its own would wait: until the time of whoever asks is over."""

    def handle_request(self, request):
        if request.url.host != self._host and bounded.left() > 0:
            return self._others.send(request)
        self._laptop.clock.sleep(max(bounded.left(), 0.0))
        raise httpx.ReadTimeout("silence", request=request)


def test_a_service_whose_production_never_answers_leaves_time_to_look_at_the_others():
    pair = Pair(notify=[])
    pair.minute()
    pair.push("v1.3.0")
    pair.both_until(Phase.WATCHING)
    host = httpx.URL(pair.settings.service(API).traffic.url).host
    pair.shared.__dict__["http"] = httpx.Client(transport=Endless(pair, host))
    says = {line["release"].rpartition("-")[0]: line["says"] for line in watch(pair) if line["what"] == "turn taken"}
    assert says[API].startswith("waiting: ")
    assert not says[WEB].startswith("waiting: ")


class SlowPast(MemoryObjects):
    """The first version of a journal, which only its release file needs, takes longer than side work may."""

    def __init__(self, laptop):
        super().__init__()
        self._bodies, self._clock = laptop.state._bodies, laptop.clock

    def get(self, key):
        if key.endswith("/journal/00000001.json"):
            self._clock.sleep(side_work.BUDGET + 5)
            raise Unavailable("it took too long")
        return super().get(key)


@pytest.mark.slow
def test_however_slow_the_past_is_kept_a_tag_without_a_webhook_is_taken_up():
    laptop = Laptop(tags={"ask_every": 1}, notify=[])
    with no_files(laptop):
        laptop.push("v1.3.0")
        laptop.rest()
    laptop.state = laptop.shared.__dict__["state"] = SlowPast(laptop)
    laptop.repository.release("v1.4.0")
    for _ in range(2):
        laptop.minute()

    assert laptop.record().in_hand("v1.4.0") or laptop.record().past[0].tag == "v1.4.0"
