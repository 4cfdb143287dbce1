"""Versioning of the state bucket is switched on in mid-work, over HTTP: nothing is written, people are told."""

from contextlib import contextmanager

import pytest

from bluegreen.clients.store.spaces import Spaces
from bluegreen.core.errors import Misconfigured
from bluegreen.core.phases import Phase
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Server
from tests import real_gateway
from tests.chain.laptop import Laptop
from tests.chain.webhook import deliver, pushed

KEYS = {"KEY": ("secret", {"": "fullaccess"})}


@contextmanager
def emulated():
    server = Server(SpacesServer(KEYS, ["state"]).app)
    store = Spaces(server.url, "fra1", "state", "KEY", "secret")

    def versioning(status):
        store._s3.put_bucket_versioning(Bucket="state", VersioningConfiguration={"Status": status})

    yield store, versioning
    server.close()


@contextmanager
def real():
    with real_gateway.bucket() as bucket:
        yield bucket.client(), bucket.version


@pytest.fixture(params=real_gateway.GATEWAYS)
def laptop(request):
    """`laptop.versioning("Enabled")` is what somebody does to the bucket."""
    with {"emulated": emulated, "real": real}[request.param]() as (store, versioning):
        made = Laptop()
        made.shared.__dict__["state"] = made.state = store
        made.versioning = versioning
        yield made


def journal(laptop):
    return laptop.state.keys("services/web/journal/")


@pytest.mark.slow
@pytest.mark.bad_input(
    "settings",
    "versioning of the bucket is switched on later",
    "nothing is written any more; people are told, with what to do",
)
@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_the_watch_stops_and_tells_people_once_a_day(laptop, status):
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.versioning("Enabled")
    laptop.versioning(status)
    before, told = journal(laptop), len(laptop.told())
    for _ in range(5):
        answer = laptop.invoke("ops/watch")
        laptop.clock.sleep(60)
    assert answer["ok"] is False
    assert f"versioning of the state bucket is {status.lower()}" in answer["what"]
    assert "make a bucket without versioning" in answer["next"]
    assert journal(laptop) == before
    assert len(laptop.told()) == told + 1
    assert "the state bucket keeps versions: Bluegreen has stopped writing" in laptop.told()[-1]
    laptop.clock.sleep(86_400)
    laptop.invoke("ops/watch")
    assert len(laptop.told()) == told + 2


@pytest.mark.slow
def test_where_the_bucket_may_not_be_asked_the_next_creation_tells_and_people_are_told():
    """A key that may read and write objects, and nothing else."""
    with emulated() as (store, versioning):
        laptop = Laptop()
        laptop.shared.__dict__["state"] = laptop.state = store
        laptop.push("v1.3.0")
        laptop.until(Phase.WATCHING)
        versioning("Enabled")
        store.versioning = may_not
        for _ in range(3):
            laptop.invoke("ops/watch")
            laptop.clock.sleep(60)
        told = [text for text in laptop.told() if "Bluegreen has stopped writing" in text]
        assert len(told) == 1


def may_not():
    raise Misconfigured("AccessDenied")


def test_status_shows_where_everything_is_and_what_is_wrong(laptop):
    laptop.invoke("ops/watch")
    laptop.versioning("Enabled")
    answer = laptop.invoke("status")
    assert answer["ok"] is False
    assert "versioning of the state bucket is enabled" in answer["what"]
    assert "web: blue active v1.2.0" in answer["what"]
    assert "make a bucket without versioning" in answer["next"]


def test_a_mark_that_cannot_be_read_keeps_nobody_from_being_told(laptop):
    laptop.invoke("ops/watch")
    laptop.versioning("Enabled")
    for spoilt in (b"2026", b'{"slack": "then"}', b'{"slack": "2026-11-29"}', b"[1]", b"\xff"):
        told = len(laptop.told())
        laptop.state.put("told/versions", spoilt)
        laptop.invoke("ops/watch")
        assert len(laptop.told()) == told + 1, spoilt


def test_no_order_is_accepted_that_could_be_lost(laptop):
    """The process has written before: the answer to its next creation tells."""
    laptop.invoke("ops/watch")
    laptop.versioning("Enabled")
    answer = deliver(laptop, pushed())
    assert (answer.status, answer.ok) == (500, False)
    before = journal(laptop)
    for function, event in (("deploy", {"tag": "v1.3.0"}), ("rollback", {})):
        answer = laptop.invoke(function, event)
        assert answer["ok"] is False
        assert "nothing is written any more" in answer["what"]
    assert journal(laptop) == before
