"""What the clients' answers tell: who answers, since when, and what was bad."""

from datetime import timedelta

from bluegreen_demo.traffic_events import TrafficEvents
from bluegreen_emulator.traffic import Answer
from tests.build import NOW, later


def answer(seconds: float, release: str, status: int = 200, error: str = "") -> Answer:
    at = later(seconds)
    environment = "green" if release == "v1.3.0" else "blue"
    return Answer(at, at, "/", status, environment, release, by_app=bool(release), error=error)


def test_the_first_answer_of_another_release_is_told_and_then_that_the_old_one_is_gone():
    seen = TrafficEvents()
    assert seen.take([answer(0, "v1.2.0")], NOW) == []
    [first] = seen.take([answer(1, "v1.3.0"), answer(1.4, "v1.2.0"), answer(1.5, "v1.3.0")], later(1.5))
    assert first.headline == "first answer from v1.3.0 (green)"
    assert seen.take([answer(2, "v1.3.0")], later(2)) == []
    [gone] = seen.take([answer(3, "v1.3.0")], later(3))
    assert (gone.headline, gone.why) == (
        "nothing more from v1.2.0",
        "last answer 0.4 s after v1.3.0's first",
    )


def test_bad_answers_are_told_once_and_counted_when_their_release_is_gone():
    seen = TrafficEvents()
    seen.take([answer(0, "v1.2.0"), answer(1, "v1.3.0")], later(1))
    seen.take([answer(3, "v1.3.0")], later(3))
    [first] = seen.take([answer(4, "v1.3.0", 500), answer(5, "v1.3.0", 500), answer(6, "v1.3.0")], later(6))
    assert first.headline == "first bad answer (500) from v1.3.0"
    seen.take([answer(7, "v1.2.0")], later(7))
    [gone] = seen.take([answer(9, "v1.2.0")], later(9))
    assert gone.why == "2 of its 5 answers were bad, within 1.0 s"


def test_dropped_requests_are_told_but_not_without_end():
    seen = TrafficEvents()
    told = seen.take([answer(0.1 * n, "", 0, "ReadError") for n in range(50)], NOW + timedelta(seconds=5))
    assert {event.headline for event in told} == {"a request was dropped"}
    assert len(told) == 5
    assert seen.dropped == 50
