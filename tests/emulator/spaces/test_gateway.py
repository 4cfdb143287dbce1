"""What the gateway refuses, and in which words."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from werkzeug.serving import make_server, make_ssl_devcert

from bluegreen_emulator.spaces import Spaces
from tests.emulator.spaces.conftest import connect


@pytest.fixture
def over_tls(spaces: Spaces, tmp_path: Path) -> Iterator[dict[str, Any]]:
    certificate = make_ssl_devcert(str(tmp_path / "tls"), host="localhost")
    server = make_server("127.0.0.1", 0, spaces.app, threaded=True, ssl_context=certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield {"url": f"https://localhost:{server.server_port}", "verify": certificate[0]}
    server.shutdown()
    server.server_close()
    thread.join()


def refused(call: Any, **arguments: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


def test_a_body_in_chunks_is_refused_over_https(over_tls: dict[str, Any]) -> None:
    by_default = {"request_checksum_calculation": "when_supported", "response_checksum_validation": "when_supported"}
    s3 = connect(**over_tls, **by_default)
    assert refused(s3.put_object, Bucket="state", Key="a", Body=b"{}") == (411, "MissingContentLength")


def test_the_right_settings_write_over_https(over_tls: dict[str, Any]) -> None:
    s3 = connect(**over_tls)
    s3.put_object(Bucket="state", Key="services/web/journal/00000001.json", Body=b"{}", IfNoneMatch="*")
    assert s3.list_objects_v2(Bucket="state", Prefix="services/web/")["KeyCount"] == 1


def test_boto3s_defaults_pass_over_plain_http(client: Any) -> None:
    client(request_checksum_calculation="when_supported").put_object(Bucket="state", Key="a", Body=b"{}")


def test_keys_with_odd_letters_and_several_parts_keep_their_signature(client: Any) -> None:
    s3 = client()
    for key in ("a b+c/ü~(1).json", "x" * 200, "a/b//c"):
        s3.put_object(Bucket="state", Key=key, Body=b"odd")
        assert s3.get_object(Bucket="state", Key=key)["Body"].read() == b"odd"
    upload = s3.create_multipart_upload(Bucket="state", Key="big")["UploadId"]
    part = s3.upload_part(Bucket="state", Key="big", UploadId=upload, PartNumber=1, Body=b"p" * 100)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket="state", Key="big", UploadId=upload, MultipartUpload=parts)


def test_a_wrong_secret_an_unknown_key_and_no_signature_are_refused(client: Any, url: str) -> None:
    asked = {"Bucket": "state", "Key": "a"}
    assert refused(client("DO00STATE", "wrong").get_object, **asked) == (403, "SignatureDoesNotMatch")
    assert refused(client("DO00NOBODY").get_object, **asked) == (403, "InvalidAccessKeyId")
    answer = httpx.get(f"{url}/state/a")
    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text


def test_a_signed_url_works_until_it_is_changed(client: Any) -> None:
    s3 = client()
    s3.put_object(Bucket="state", Key="a", Body=b"text")
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "state", "Key": "a"}, ExpiresIn=60)
    assert httpx.get(link).text == "text"
    assert httpx.get(link.replace("/state/a?", "/state/b?")).status_code == 403


def test_a_key_reaches_only_what_it_was_granted(client: Any) -> None:
    client().put_object(Bucket="state", Key="a", Body=b"{}")
    router = client("DO00ROUTER")
    router.get_object(Bucket="state", Key="a")
    router.put_object(Bucket="telemetry", Key="one", Body=b"{}")
    assert refused(router.put_object, Bucket="state", Key="a", Body=b"{}") == (403, "AccessDenied")
    assert refused(client().get_object, Bucket="telemetry", Key="one") == (403, "AccessDenied")
    assert refused(client().create_bucket, Bucket="another") == (403, "AccessDenied")
    assert refused(client().get_object, Bucket="nowhere", Key="a") == (404, "NoSuchBucket")


def test_the_owners_key_makes_and_lists_buckets(client: Any) -> None:
    owner = client("DO00OWNER")
    owner.create_bucket(Bucket="fresh", CreateBucketConfiguration={"LocationConstraint": "fra1"})
    assert {b["Name"] for b in owner.list_buckets()["Buckets"]} == {"state", "telemetry", "fresh"}


def test_calls_that_spaces_lacks_are_not_implemented(client: Any) -> None:
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    client().put_object(Bucket="state", Key="a", Body=b"{}")
    assert refused(client().put_object_tagging, Bucket="state", Key="a", Tagging=tags) == (501, "NotImplemented")


def test_slow_down_can_be_ordered(spaces: Spaces, client: Any) -> None:
    spaces.refuse_next("SlowDown", 503, times=2, method="PUT")
    asked = {"Bucket": "state", "Key": "a", "Body": b"{}"}
    assert [refused(client().put_object, **asked) for _ in range(2)] == [(503, "SlowDown")] * 2
    client().put_object(**asked)


def test_a_write_can_succeed_behind_an_error(spaces: Spaces, client: Any) -> None:
    spaces.refuse_next("InternalError", 500, path="/state/a", after_effect=True)
    assert refused(client().put_object, Bucket="state", Key="a", Body=b"mine")[0] == 500
    assert client().get_object(Bucket="state", Key="a")["Body"].read() == b"mine"
