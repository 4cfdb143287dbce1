import pytest

from bluegreen.clients.store.journal import encode
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Corrupt, Unavailable
from bluegreen_router.follow import Follower, Seen
from bluegreen_router.log import Log
from bluegreen_router.route import Route
from bluegreen_router.versions import journal_of

BLUE, GREEN = Environment.BLUE, Environment.GREEN


@pytest.fixture
def applied() -> list[Route]:
    return []


@pytest.fixture
def follower(service, applied) -> Follower:
    return Follower(journal_of(service.store, "web"), applied.append, Log("web", "r"))


def test_it_starts_with_the_newest_and_takes_only_the_newest_of_several(service, follower, applied):
    service.serve(BLUE)
    service.serve(GREEN)
    follower.look()
    follower.look()
    service.serve(BLUE)
    service.serve(GREEN)
    service.serve(BLUE)
    follower.look()

    assert [(route.seq, route.active) for route in applied] == [(2, GREEN), (5, BLUE)]


def test_it_keeps_what_it_has_while_the_store_does_not_answer_and_says_so_once(service, follower, applied, capsys):
    service.serve(BLUE)
    follower.look()
    service.serve(GREEN)
    service.store.fault = Unavailable("no answer")
    for _ in range(5):
        follower.look()
    kept = len(applied)
    service.store.fault = None
    follower.look()

    assert kept == 1
    assert applied[-1].active is GREEN
    assert capsys.readouterr().out.count("no answer; the last known route stays") == 1


def test_what_was_read_before_the_store_failed_is_applied(service, follower, applied):
    service.serve(BLUE)
    follower.look()
    service.serve(GREEN)
    service.store.put("services/web/journal/00000003.json", b'{"schema_version": 99}')
    follower.look()

    assert applied[-1].seq == 2


def test_a_version_that_does_not_parse_is_passed_when_the_head_leads_beyond_it(service, follower, applied, capsys):
    service.serve(BLUE)
    follower.look()
    service.serve(GREEN)
    head = service.store.get("services/web/head.json")
    service.store.put("services/web/journal/00000002.json", b"not json")
    service.store.put("services/web/head.json", b"not json")
    for _ in range(3):
        follower.look()
    stayed = [route.seq for route in applied]
    service.store.put("services/web/head.json", head)
    follower.look()

    assert stayed == [1]
    assert [route.seq for route in applied] == [1, 2]
    assert "does not parse" in capsys.readouterr().out


def test_a_head_that_leads_to_what_the_journal_does_not_hold_is_not_followed(service, follower, applied, capsys):
    first = service.serve(BLUE)
    follower.look()
    service.store.put("services/web/journal/00000002.json", b"not json")
    follower.look()
    forged = first.model_copy(update={"seq": 900, "record": first.record.model_copy(update={"active": GREEN})})
    service.store.put("services/web/head.json", encode(forged))
    for _ in range(3):
        follower.look()

    assert [route.seq for route in applied] == [1]
    assert "a version 900 that the journal does not hold" in capsys.readouterr().out


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\xff\xfe garbage",
        b"",
        b"[]",
        b'{"seq": 2, "record": {"active": "gre',
        b'{"seq": 2, "record": {"active": "purple"}}',
        b"9" * 100_000,
        b"[" * 100_000,
    ],
    ids=["bytes", "nothing", "a list", "cut", "purple", "number", "nested"],
)
def test_rubbish_in_the_journal_leaves_the_route(service, follower, applied, body):
    service.serve(BLUE)
    follower.look()
    service.store.put("services/web/journal/00000002.json", body)
    for _ in range(3):
        follower.look()

    assert [route.seq for route in applied] == [1]


@pytest.mark.parametrize("change", [{"seq": 7}, {"seq": 1}, {"service": "shop"}], ids=str)
def test_a_version_of_another_number_or_service_leaves_the_route(service, follower, applied, change):
    first = service.serve(BLUE)
    follower.look()
    other = first.record.model_copy(update={"active": GREEN, "service": change.get("service", "web")})
    forged = first.model_copy(update={"seq": change.get("seq", 2), "record": other})
    service.store.put("services/web/journal/00000002.json", encode(forged))
    for _ in range(3):
        follower.look()

    assert [route.seq for route in applied] == [1]


def test_a_look_tells_what_it_was_worth(service, follower):
    empty = follower.look()
    service.serve(BLUE)
    followed = follower.look(), follower.look()
    service.store.fault = Unavailable("no answer")

    assert empty is Seen.EMPTY
    assert followed == (Seen.FOLLOWED, Seen.FOLLOWED)
    assert follower.look() is Seen.UNKNOWN


def test_a_journal_that_was_lost_is_told_once_and_the_route_stays(service, applied, capsys):
    follower = Follower(journal_of(service.store, "web"), applied.append, Log("web", "r"), seq=3)

    assert {follower.look() for _ in range(5)} == {Seen.UNKNOWN}
    assert capsys.readouterr().out.count("the journal is empty, and the route is of its version 3") == 1


def test_it_never_goes_back(service, applied, capsys):
    follower = Follower(journal_of(service.store, "web"), applied.append, Log("web", "r"), seq=9, epoch=1)
    service.serve(BLUE)
    follower.look()

    assert {follower.look() for _ in range(5)} == {Seen.UNKNOWN}
    assert applied == []
    assert capsys.readouterr().out.count("before the route's 9 of epoch 1") == 1


def lose(service, newest):
    """The bucket is restored as it was when `newest` was the newest version."""
    service.version = newest
    service.store.put("services/web/head.json", encode(newest))
    for seq in range(newest.seq + 1, 99):
        service.store._bodies.pop(f"services/web/journal/{seq:08d}.json", None)


def test_a_journal_that_was_lost_is_not_followed_even_beyond_the_route(service, follower, applied, capsys):
    older = service.serve(BLUE)
    for environment in (GREEN, BLUE, GREEN):
        service.serve(environment)
    follower.look()
    lose(service, older)
    for _ in range(6):
        service.serve(BLUE)
        follower.look()

    assert [(route.seq, route.active) for route in applied] == [(4, GREEN)]
    assert "before the route's 4 of epoch 4: `bluegreen recover` mends it" in capsys.readouterr().out


def test_a_journal_that_was_recovered_is_followed_although_its_numbers_are_lower(service, follower, applied):
    older = service.serve(BLUE)
    for environment in (GREEN, BLUE, GREEN):
        service.serve(environment)
    follower.look()
    record = older.record.model_copy(update={"active": GREEN, "epoch": 5})
    lose(service, older)
    service.journal.append(older, record, "bluegreen recover", "why", older.at)
    follower._from_head_at = 0.0
    follower.look()

    assert [(route.seq, route.epoch, route.active) for route in applied] == [(4, 4, GREEN), (2, 5, GREEN)]


def test_a_fault_of_any_kind_leaves_the_route(service, follower, applied):
    service.serve(BLUE)
    follower.look()
    service.store.fault = Corrupt("of another schema")
    follower.look()

    assert len(applied) == 1
