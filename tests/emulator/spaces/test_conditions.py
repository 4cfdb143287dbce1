"""Conditions as Ceph's gateway has them, which are not the standard's."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.spaces.store import Store
from bluegreen_emulator.wire import Server
from tests.emulator.spaces.conftest import KEYS, connect


def refusal(call: Any, **arguments: Any) -> tuple[int, str, str | None]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"].get("Message")


def put(client: Any, key: str = "a.json", **conditions: Any) -> dict[str, Any]:
    return client.put_object(Bucket="state", Key=key, Body=b"{}", **conditions)


def test_a_key_is_created_once(client: Any) -> None:
    s3 = client()
    put(s3, IfNoneMatch="*")
    status, code, message = refusal(put, client=s3, IfNoneMatch="*")
    assert (status, code) == (412, "PreconditionFailed")
    assert not message


def test_an_entity_tag_matches_only_without_its_quotes(client: Any) -> None:
    s3 = client()
    etag = put(s3)["ETag"]
    assert refusal(put, client=s3, IfMatch=etag)[0] == 412
    assert refusal(put, client=s3, IfMatch="0" * 32)[0] == 412
    put(s3, IfMatch=etag.strip('"'))


def test_a_match_on_a_missing_key_is_a_conflict_not_a_404(client: Any) -> None:
    assert refusal(put, client=client(), key="nothing", IfMatch="0" * 32)[:2] == (412, "PreconditionFailed")


def test_a_delete_ignores_its_condition(client: Any) -> None:
    s3 = client()
    put(s3)
    s3.delete_object(Bucket="state", Key="a.json", IfMatch="0" * 32)
    assert refusal(s3.get_object, Bucket="state", Key="a.json")[:2] == (404, "NoSuchKey")


def test_a_read_takes_the_entity_tag_either_way(client: Any) -> None:
    s3 = client()
    etag = put(s3)["ETag"]
    for form in (etag, etag.strip('"')):
        assert refusal(s3.get_object, Bucket="state", Key="a.json", IfNoneMatch=form)[0] == 304


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


def test_of_fifty_writers_of_one_key_exactly_one_wins(client: Any) -> None:
    s3 = client()

    def attempt(key: str, writer: int) -> int:
        try:
            s3.put_object(Bucket="state", Key=key, Body=b"%d" % writer, IfNoneMatch="*")
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return 200

    with ThreadPoolExecutor(50) as threads:
        for key in ("one", "two", "three"):
            answers = list(threads.map(attempt, [key] * 50, range(50)))
            assert sorted(answers) == [200] + [412] * 49
            assert s3.get_object(Bucket="state", Key=key)["Body"].read() == b"%d" % answers.index(200)


def test_a_store_that_ignores_conditions_can_be_had() -> None:
    server = Server(Spaces(KEYS, ["state"], honours_conditions=False).app)
    s3 = connect(server.url)
    put(s3, IfNoneMatch="*")
    put(s3, IfNoneMatch="*")
    put(s3, IfMatch="0" * 32)
    server.close()


def test_two_instances_do_not_see_each_other(client: Any) -> None:
    other = Server(Spaces(KEYS, ["state"]).app)
    put(client(), IfNoneMatch="*")
    put(connect(other.url), IfNoneMatch="*")
    other.close()
