"""Keys of Spaces: made with what they may do, their secret shown once, and of no use once they are deleted."""

import pytest
from botocore.exceptions import ClientError

from bluegreen_emulator.digitalocean.spaces_keys import SpacesKeys
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server
from tests.emulator.spaces.conftest import connect


@pytest.fixture
def spaces(setting):
    gateway = Spaces({}, ["holi-state"])
    setting.cloud.spaces_keys.held = gateway.keys
    server = Server(gateway.app)
    yield server.url
    server.close()


def make(setting, *grants, name="bluegreen"):
    body = {"name": name, "grants": [{"bucket": bucket, "permission": may} for bucket, may in grants]}
    return setting.post("/v2/spaces/keys", json=body)["key"]


@pytest.mark.slow
def test_a_key_may_do_what_it_was_granted_and_nothing_once_it_is_deleted(setting, spaces):
    made = make(setting, ("holi-state", "read"))
    reader = connect(spaces, made["access_key"], made["secret_key"])

    reader.list_objects_v2(Bucket="holi-state")
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.put_object(Bucket="holi-state", Key="a", Body=b"b")
    setting.call("DELETE", f"/v2/spaces/keys/{made['access_key']}")
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        reader.list_objects_v2(Bucket="holi-state")


def test_one_that_may_do_everything_makes_buckets(setting, spaces):
    made = make(setting, ("", "fullaccess"), ("holi-state", "read"))
    assert made["grants"] == [{"bucket": "", "permission": "fullaccess"}]
    connect(spaces, made["access_key"], made["secret_key"]).create_bucket(Bucket="holi-telemetry")


def test_a_secret_is_shown_once(setting, spaces):
    made = make(setting, ("holi-state", "read"))
    listed = setting.get("/v2/spaces/keys?name=bluegreen")["keys"]

    assert [each["access_key"] for each in listed] == [made["access_key"]]
    assert "secret_key" not in listed[0]
    assert setting.get("/v2/spaces/keys?name=another")["keys"] == []


def test_what_is_no_permission_is_refused(setting):
    body = {"name": "a", "grants": [{"bucket": "holi-state", "permission": "write"}]}
    assert setting.api.post("/v2/spaces/keys", json=body).status_code == 400
    assert isinstance(setting.cloud.spaces_keys, SpacesKeys)
