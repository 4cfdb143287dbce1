"""Spaces as it is: real boto3 against the emulated store, which refuses what the real one refuses."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from bluegreen.clients.objects import self_test
from bluegreen.clients.redaction import Redaction
from bluegreen.clients.spaces import Spaces, _ages
from bluegreen.core.errors import Corrupt, Misconfigured, RateLimited, Stale, Unavailable
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Server
from tests.build import NOW
from tests.clients.conftest import BUCKET, KEY, SECRET


def test_a_key_is_created_once(spaces):
    spaces.create("a/1", b"one")
    with pytest.raises(Stale):
        spaces.create("a/1", b"two")
    assert spaces.get("a/1") == b"one"


def test_keys_are_listed_sorted_and_a_missing_one_is_none(spaces):
    for key in ("b/2", "b/1", "c/1"):
        spaces.put(key, b"x")
    assert spaces.keys("b/") == ["b/1", "b/2"]
    assert spaces.get("b/3") is None


def test_how_old_a_key_is_goes_by_the_stores_own_clock(spaces):
    spaces.put("d/1", b"x")
    assert spaces.ages("d/") == {"d/1": pytest.approx(0, abs=2)}
    assert spaces.ages("e/") == {}


def test_a_listing_is_dated_by_the_answer_and_without_a_date_by_its_newest():
    written = [{"Key": key, "LastModified": NOW - timedelta(seconds=old)} for key, old in (("a", 5), ("b", 90))]
    dated = {"Contents": written, "ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(NOW, usegmt=True)}}}
    assert dict(_ages(dated)) == {"a": 5, "b": 90}
    assert dict(_ages({"Contents": written})) == {"a": 0, "b": 85}


def test_a_wrong_key_is_told_without_the_key(spaces_server):
    with pytest.raises(Misconfigured) as caught:
        Spaces(spaces_server.url, "fra1", BUCKET, KEY, "not-the-secret").get("x")
    assert "not-the-secret" not in str(caught.value)
    assert "Spaces key" in str(caught.value)


def test_a_key_that_holds_a_secret_is_told_without_it():
    """Whoever may write reports names their keys."""
    redaction = Redaction({"BLUEGREEN_SPACES_SECRET": SECRET})
    with pytest.raises(Unavailable, match=r"reading reports/\[BLUEGREEN_SPACES_SECRET\] in bucket"):
        Spaces("http://127.0.0.1:9", "fra1", BUCKET, KEY, SECRET, redaction).get(f"reports/{SECRET}")


def test_a_bucket_the_key_may_not_use_is_told(spaces_server):
    with pytest.raises(Misconfigured, match="in bucket other"):
        Spaces(spaces_server.url, "fra1", "other", KEY, SECRET).put("x", b"")


def test_a_store_that_is_busy_means_later(spaces, spaces_server):
    spaces_server.refuse_next(times=1)
    with pytest.raises((RateLimited, Unavailable)):
        spaces.put("x", b"")
    spaces.put("x", b"")


def test_a_store_that_does_not_answer_means_later():
    with pytest.raises(Unavailable):
        Spaces("http://127.0.0.1:9", "fra1", BUCKET, KEY, SECRET).get("x")


def test_a_store_that_ignores_the_condition_does_not_pass_the_self_test():
    store = SpacesServer(keys={KEY: (SECRET, {BUCKET: "readwrite"})}, buckets=[BUCKET], honours_conditions=False)
    server = Server(store.app)
    try:
        with pytest.raises(Corrupt, match="ignores If-None-Match"):
            self_test(Spaces(server.url, "fra1", BUCKET, KEY, SECRET), lambda: "nonce")
    finally:
        server.close()
