"""Spaces as it is: real boto3 against the emulated store, which refuses what the real one refuses."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bluegreen.clients.redaction import Redaction
from bluegreen.clients.store import spaces as spaces_client
from bluegreen.clients.store.objects import self_test
from bluegreen.clients.store.spaces import Spaces, _ages
from bluegreen.core.errors import Corrupt, Misconfigured, RateLimited, Stale, Unavailable
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Server
from tests import real_gateway
from tests.build import NOW
from tests.clients.conftest import BUCKET, KEY, SECRET


def test_a_key_is_created_once(s3):
    s3.create("a/1", b"one")
    with pytest.raises(Stale):
        s3.create("a/1", b"two")
    assert s3.get("a/1") == b"one"


def test_keys_are_listed_sorted_and_a_missing_one_is_none(s3):
    for key in ("b/2", "b/1", "c/1"):
        s3.put(key, b"x")
    assert s3.keys("b/") == ["b/1", "b/2"]
    assert s3.get("b/3") is None


def test_how_old_a_key_is_goes_by_the_stores_own_clock(s3):
    s3.put("d/1", b"x")
    assert s3.ages("d/") == {"d/1": pytest.approx(0, abs=2)}
    assert s3.ages("e/") == {}


def test_folders_are_the_names_right_below_that_have_keys_below_them(s3):
    for key in ("f/b/1", "f/a/x/1", "f/a/2", "f/c"):
        s3.put(key, b"x")
    assert (s3.folders("f/"), s3.folders("f/b/"), s3.folders("nothing/")) == (["a", "b"], [], [])


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


# Versions that are kept: a condition may be read then, or not


IGNORED_WHERE = {"Ceph 16.2": ["Enabled"], "S3": [], "a gateway that reads no condition": ["Enabled", "Suspended"]}


@pytest.fixture(params=[*IGNORED_WHERE, *real_gateway.GATEWAYS[1:]])
def bucket(request):
    """Makes clients of one bucket, and switches its versioning."""
    if request.param == "real":
        real = request.getfixturevalue("real")
        yield _Bucket(real.client, real.version)
        return
    keys, ignored = {KEY: (SECRET, {"": "fullaccess"})}, IGNORED_WHERE[request.param]
    server = Server(SpacesServer(keys=keys, buckets=[BUCKET], ignores_where=ignored).app)

    def client():
        return Spaces(server.url, "fra1", BUCKET, KEY, SECRET)

    def switch(status):
        client()._s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})

    yield _Bucket(client, switch)
    server.close()


class _Bucket:
    def __init__(self, client, switch):
        self.client, self.switch = client, switch
        self.one, self.two = client(), client()


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_a_bucket_that_keeps_versions_does_not_pass_the_self_test(bucket, status):
    assert bucket.one.versioning() == ""
    bucket.switch("Enabled")
    bucket.switch(status)
    assert bucket.one.versioning() == status
    with pytest.raises(Corrupt, match=f"versioning of the state bucket is {status.lower()}"):
        self_test(bucket.one, lambda: "nonce")
    assert bucket.one.keys("") == []


def test_a_process_that_has_not_written_yet_writes_nothing_where_versions_are_kept(bucket):
    bucket.switch("Enabled")
    with pytest.raises(Corrupt, match="nothing is written any more"):
        bucket.one.create("a/1", b"one")
    assert bucket.one.get("a/1") is None


def test_a_process_that_has_written_before_hears_of_it_with_its_next_write_and_then_writes_no_more(bucket):
    bucket.one.create("a/1", b"one")
    bucket.switch("Enabled")
    with pytest.raises(Corrupt, match="nothing is written any more"):
        bucket.one.create("a/2", b"two")
    with pytest.raises(Corrupt, match="nothing is written any more"):
        bucket.one.create("a/3", b"three")
    assert bucket.one.get("a/3") is None


def test_a_process_hears_within_a_minute_that_versioning_was_switched_on_and_off_again(bucket, monkeypatch):
    """Between two of its creations: the second one's answer does not tell, and its condition may not be read."""
    bucket.one.create("a/1", b"one")
    bucket.switch("Enabled")
    bucket.switch("Suspended")
    monkeypatch.setattr(spaces_client, "_PROVEN_FOR", 0.0)  # the minute is over
    with pytest.raises(Corrupt, match="versioning of the state bucket is suspended"):
        bucket.one.create("a/2", b"two")
    assert bucket.one.get("a/2") is None


def test_what_another_had_written_stands_although_the_condition_was_ignored(bucket):
    for client in (bucket.one, bucket.two):
        client.create(f"a/{id(client)}", b"both have written before")
    bucket.one.create("a/8", b"accepted")
    bucket.switch("Enabled")
    with pytest.raises((Corrupt, Stale)):
        bucket.two.create("a/8", b"too late")
    assert bucket.one.get("a/8") == b"accepted"


@pytest.mark.slow
def test_of_twenty_writers_none_is_told_that_it_has_won_and_the_first_one_stands(bucket):
    writers = [bucket.client() for _ in range(20)]
    for number, writer in enumerate(writers):
        writer.create(f"b/{number}", b"written before")
    bucket.switch("Enabled")

    def write(number):
        try:
            writers[number].create("a/9", b"%d" % number)
        except (Corrupt, Stale):
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert not any(pool.map(write, range(20)))
    assert bucket.one.get("a/9") is not None


def test_a_store_that_does_not_tell_is_left_to_the_self_test(spaces, spaces_server):
    spaces_server.refuse_next("NotImplemented", 501, times=10, method="GET", path="versioning")
    try:
        with pytest.raises(Unavailable):
            spaces.versioning()
        nonces = itertools.count()
        self_test(spaces, lambda: f"untold-{next(nonces)}")
    finally:
        spaces_server.clear_refusals()
