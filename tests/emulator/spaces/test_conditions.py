"""Conditions as Ceph's gateway has them, which are not the standard's."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.spaces.store import Store
from bluegreen_emulator.wire import Server
from tests import real_gateway
from tests.emulator.spaces.conftest import KEYS, connect
from tests.real_gateway import Bucket


def refusal(call: Any, **arguments: Any) -> tuple[int, str, str | None]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"].get("Message")


REAL = pytest.param("real", marks=pytest.mark.skipif(not real_gateway.URL, reason=real_gateway.NOT_GIVEN))


@pytest.fixture(params=["emulated", REAL])
def bucket(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    """Of the emulated gateway, and of the real one where it is given: both behave so."""
    if request.param == "emulated":
        s3 = request.getfixturevalue("client")("DO00OWNER")
        yield Bucket("state", s3)
        s3.close()
        return
    with real_gateway.bucket() as made:
        yield made


def put(bucket: Bucket, key: str = "a.json", **conditions: Any) -> dict[str, Any]:
    return bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"{}", **conditions)


def test_a_key_is_created_once(bucket: Bucket) -> None:
    put(bucket, IfNoneMatch="*")
    status, code, message = refusal(put, bucket=bucket, IfNoneMatch="*")
    assert (status, code) == (412, "PreconditionFailed")
    assert not message


def test_an_entity_tag_matches_only_without_its_quotes(bucket: Bucket) -> None:
    etag = put(bucket)["ETag"]
    assert refusal(put, bucket=bucket, IfMatch=etag)[0] == 412
    assert refusal(put, bucket=bucket, IfMatch="0" * 32)[0] == 412
    put(bucket, IfMatch=etag.strip('"'))
    put(bucket, IfNoneMatch=etag)
    assert refusal(put, bucket=bucket, IfNoneMatch=etag.strip('"'))[0] == 412


def test_a_match_on_a_missing_key_is_a_conflict_not_a_404(bucket: Bucket) -> None:
    for tag in ("0" * 32, "*"):
        assert refusal(put, bucket=bucket, key="nothing", IfMatch=tag)[:2] == (412, "PreconditionFailed")


def test_a_delete_ignores_its_condition(bucket: Bucket) -> None:
    put(bucket)
    asked = {"Bucket": bucket.name, "Key": "a.json"}
    bucket.s3.delete_object(**asked, IfMatch="0" * 32)
    assert refusal(bucket.s3.get_object, **asked)[:2] == (404, "NoSuchKey")


def test_a_read_takes_the_entity_tag_either_way(bucket: Bucket) -> None:
    etag = put(bucket)["ETag"]
    for form in (etag, etag.strip('"')):
        asked = {"Bucket": bucket.name, "Key": "a.json", "IfNoneMatch": form}
        assert refusal(bucket.s3.get_object, **asked)[0] == 304


def test_where_versions_are_kept_no_condition_is_read_and_the_answer_names_the_version(bucket: Bucket) -> None:
    put(bucket)
    bucket.version("Enabled")
    for key in ("a.json", "a.json", "new"):
        assert put(bucket, key, IfNoneMatch="*")["VersionId"]


def test_where_versioning_is_suspended_conditions_are_read_and_no_answer_tells(bucket: Bucket) -> None:
    put(bucket, "before")
    bucket.version("Enabled")
    put(bucket, "meanwhile")
    bucket.version("Suspended")
    assert "VersionId" not in put(bucket, "after", IfNoneMatch="*")
    for key in ("before", "meanwhile", "after"):
        assert refusal(put, bucket=bucket, key=key, IfNoneMatch="*")[0] == 412


def test_a_key_of_more_than_1024_bytes_is_refused(bucket: Bucket) -> None:
    put(bucket, "k" * 1024)
    assert refusal(put, bucket=bucket, key="k" * 1025)[:2] == (400, "InvalidObjectName")


@pytest.mark.parametrize("gateway", ["emulated", REAL])
def test_a_bucket_that_can_lock_keeps_versions(request: pytest.FixtureRequest, gateway: str) -> None:
    with ExitStack() as opened:
        if gateway == "real":
            made = opened.enter_context(real_gateway.bucket(ObjectLockEnabledForBucket=True))
        else:
            made = Bucket("locking", request.getfixturevalue("client")("DO00OWNER"))
            made.s3.create_bucket(Bucket=made.name, ObjectLockEnabledForBucket=True)
        assert made.s3.get_bucket_versioning(Bucket=made.name)["Status"] == "Enabled"


class Hesitant(Store):
    """Takes its time between looking and writing."""

    def etag(self, bucket: str, key: str) -> str | None:
        found = super().etag(bucket, key)
        time.sleep(0.02)
        return found


def test_a_check_and_its_write_are_one(spaces: Spaces) -> None:
    spaces._store = Hesitant("fra1")
    spaces._store.create_bucket("state")
    sign = connect("http://spaces").generate_presigned_url

    def attempt(_: int) -> int:
        url = sign("put_object", Params={"Bucket": "state", "Key": "a", "IfNoneMatch": "*"})
        with httpx.Client(transport=httpx.WSGITransport(spaces.app)) as client:
            return client.put(url, content=b"{}", headers={"If-None-Match": "*"}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(attempt, range(8))) == [200] + [412] * 7


@pytest.mark.slow
def test_of_fifty_writers_of_one_key_exactly_one_wins(bucket: Bucket) -> None:
    def attempt(key: str, writer: int) -> int:
        try:
            bucket.s3.put_object(Bucket=bucket.name, Key=key, Body=b"%d" % writer, IfNoneMatch="*")
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return 200

    with ThreadPoolExecutor(50) as threads:
        for key in ("one", "two", "three"):
            answers = list(threads.map(attempt, [key] * 50, range(50)))
            assert sorted(answers) == [200] + [412] * 49
            assert bucket.s3.get_object(Bucket=bucket.name, Key=key)["Body"].read() == b"%d" % answers.index(200)


def test_a_store_that_ignores_conditions_can_be_had() -> None:
    server = Server(Spaces(KEYS, ["state"], honours_conditions=False).app)
    state = Bucket("state", connect(server.url))
    conditions = ({"IfNoneMatch": "*"}, {"IfNoneMatch": "*"}, {"IfMatch": "0" * 32})
    answers = [put(state, **condition)["ResponseMetadata"]["HTTPStatusCode"] for condition in conditions]
    server.close()
    assert answers == [200, 200, 200]


def test_two_instances_do_not_see_each_other(client: Any) -> None:
    other = Server(Spaces(KEYS, ["state"]).app)
    buckets = Bucket("state", client()), Bucket("state", connect(other.url))
    answers = [put(bucket, IfNoneMatch="*")["ResponseMetadata"]["HTTPStatusCode"] for bucket in buckets]
    other.close()
    assert answers == [200, 200]
