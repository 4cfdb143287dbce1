import json
from datetime import UTC, datetime

from bluegreen.core.environment import Environment
from bluegreen_router.route import Route, fallback, files, health
from bluegreen_router.settings import origin

BLUE, GREEN = Environment.BLUE, Environment.GREEN
ORIGINS = {BLUE: origin("https://blue.example"), GREEN: origin("https://green.example:8443")}
STREAMS = {BLUE: "127.0.0.1:5001", GREEN: "127.0.0.1:5002"}
ROUTE = Route(service="web", seq=7, epoch=3, active=GREEN, tags={BLUE: "v1.2.0", GREEN: "v1.3.0"})


def test_the_files_name_both_ways_and_come_after_their_labels():
    texts = files(ROUTE, ORIGINS, STREAMS)

    assert list(texts)[:2] == ["release.blue", "release.green"]
    assert texts["route.active"] == "green.example:8443"
    assert texts["route.idle"] == "blue.example:443"
    assert texts["streams.active"] == "127.0.0.1:5002"


def test_a_tag_that_no_header_may_carry_is_made_harmless():
    texts = files(ROUTE.model_copy(update={"tags": {GREEN: "v1\r\nSet-Cookie: a=b"}}), ORIGINS, STREAMS)

    assert texts["release.green"] == "v1Set-Cookie:a=b"
    assert texts["release.blue"] == ""


def test_the_health_check_says_what_serves_and_when_the_journal_last_said_so():
    read = datetime(2026, 1, 1, 12, 0, 5, 999, tzinfo=UTC)
    never, told = (json.loads(health(ROUTE, "router-1", at)["health.json"]) for at in (None, read))

    assert told == {
        "instance": "router-1",
        "active": "green",
        "epoch": 3,
        "seq": 7,
        "journal_read": "2026-01-01T12:00:05+00:00",
    }
    assert never["journal_read"] is None


def test_the_fallback_is_older_than_any_version():
    assert fallback("web", BLUE).seq == 0
