"""A router follows what a newer Bluegreen writes; what leads traffic has to be there, and to be what it seems."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bluegreen.clients.store.journal import decode as decode_all
from bluegreen.clients.store.journal import encode
from bluegreen.core.environment import Environment, EnvironmentState, Status
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Release
from bluegreen_router.follow import Follower, Seen
from bluegreen_router.log import Log
from bluegreen_router.route import Route
from bluegreen_router.versions import decode, journal_of

BLUE, GREEN = Environment.BLUE, Environment.GREEN
NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATES = {
    BLUE: EnvironmentState(status=Status.IDLE, tag="v1.2.0"),
    GREEN: EnvironmentState(status=Status.ACTIVE, tag="v1.3.0"),
}
RELEASE = Release(id="1", tag="v1.3.0", requested_at=NOW, phase=Phase.WATCHING, phase_since=NOW, wake_at=NOW)
RECORD = Record(service="web", active=GREEN, epoch=3, environments=STATES, release=RELEASE)
VERSION = Version(seq=7, nonce="n", previous="", by="test", why="", at=NOW, record=RECORD)
ROUTE = Route(service="web", seq=7, epoch=3, active=GREEN, tags={BLUE: "v1.2.0", GREEN: "v1.3.0"}, phase=Phase.WATCHING)
# Where a newer Bluegreen may write a field more.
PLACES = ["", "record", "record.environments.blue", "record.release", "record.release.options"]


def changed(version: Version, place: str, value: object) -> bytes:
    """The version as it is stored, with another value at a place such as `record.active`."""
    whole = json.loads(encode(version))
    *way, name = place.split(".")
    holder = whole
    for step in way:
        holder = holder[step]
    holder[name] = value
    return json.dumps(whole).encode()


def test_a_route_is_what_the_record_says():
    at_rest = VERSION.model_copy(update={"record": RECORD.model_copy(update={"release": None})})

    assert decode(encode(VERSION)) == ROUTE
    assert decode(encode(at_rest)) == ROUTE.model_copy(update={"phase": None})
    assert not decode(encode(at_rest)).moving


@pytest.mark.parametrize("place", PLACES)
def test_a_field_that_is_not_known_is_passed_over_by_a_router_and_refused_by_whoever_writes(place):
    newer = changed(VERSION, f"{place}.surprise".removeprefix("."), {"of": ["any", "kind"]})

    assert decode(newer) == ROUTE
    with pytest.raises(ValidationError, match="surprise"):
        decode_all(newer)


def test_a_phase_that_is_not_known_is_one_that_somebody_may_wait_in():
    route = decode(changed(VERSION, "record.release.phase", "tasting"))

    assert (route.in_flight, route.moving) == (True, True)


def test_a_state_that_is_not_known_leads_nowhere_else():
    assert decode(changed(VERSION, "record.environments.blue.status", "asleep")) == ROUTE


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("schema_version", 2),
        ("schema_version", 0),
        ("seq", None),
        ("record.service", None),
        ("record.active", "purple"),
        ("record.epoch", "many"),
        ("record.environments", {"blue": {}, "green": {}}),
        ("record.environments", {"purple": {"tag": "v1"}}),
    ],
)
def test_what_leads_traffic_has_to_be_known(place, value):
    with pytest.raises(ValidationError):
        decode(changed(VERSION, place, value))


@pytest.mark.parametrize("place", PLACES)
def test_a_switch_that_a_newer_bluegreen_writes_is_followed(service, place, capsys):
    applied: list[Route] = []
    follower = Follower(journal_of(service.store, "web"), applied.append, Log("web", "r"))
    service.serve(BLUE)
    follower.look()
    newer = changed(service.serve(GREEN, Phase.WATCHING), f"{place}.surprise".removeprefix("."), 1)
    for key in ("journal/00000002", "head"):
        service.store.put(f"services/web/{key}.json", newer)
    looks = [follower.look()]
    restarted = Follower(journal_of(service.store, "web"), applied.append, Log("web", "r"))
    looks.append(restarted.look())

    assert looks == [Seen.FOLLOWED, Seen.FOLLOWED]
    assert [(route.seq, route.epoch, route.active) for route in applied] == [(1, 1, BLUE), (2, 2, GREEN), (2, 2, GREEN)]
    assert capsys.readouterr().out == ""


def test_another_schema_is_not_followed_and_says_what_to_do(service, capsys):
    applied: list[Route] = []
    follower = Follower(journal_of(service.store, "web"), applied.append, Log("web", "r"))
    service.serve(BLUE)
    follower.look()
    other = changed(service.serve(GREEN), "schema_version", 12)
    service.store.put("services/web/journal/00000002.json", other)

    assert follower.look() is Seen.UNKNOWN
    assert [route.seq for route in applied] == [1]
    assert (
        "is of another schema than 1; nothing was touched: deploy the Bluegreen that wrote it"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("beat", "seconds"),
    [
        (None, None),
        ({"instance": "one", "every": 2.5}, 2.5),
        ({"instance": "one", "every": 0}, None),
        ({"instance": "one", "every": 0.01}, None),
        ({"instance": "one", "every": "2"}, None),
        ({"instance": "one", "every": float("inf")}, None),
        ({"instance": 7, "every": 2.5}, None),
        ({"instance": "two", "every": 2.5}, None),
        ({}, None),
        ("one", None),
    ],
)
def test_a_beat_that_is_not_understood_paces_nothing_and_stops_no_router(beat, seconds):
    route = decode(changed(VERSION, "record.release.beat", beat))

    assert route.beat("one") == seconds
    assert route.model_copy(update={"phase": Phase.ROLLING_BACK}).beat("one") is None
