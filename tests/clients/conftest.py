import pytest

from bluegreen.clients.store.spaces import Spaces
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Server
from tests import real_gateway

KEY, SECRET, BUCKET = "DO00TESTKEY", "a-secret-of-this-test", "state"


@pytest.fixture(scope="session")
def spaces_server():
    store = SpacesServer(keys={KEY: (SECRET, {BUCKET: "readwrite"})}, buckets=[BUCKET, "other"])
    server = Server(store.app)
    store.url = server.url
    yield store
    server.close()


@pytest.fixture
def spaces(spaces_server):
    return Spaces(spaces_server.url, "fra1", BUCKET, KEY, SECRET)


@pytest.fixture
def real():
    """A bucket of a real gateway, for one test."""
    with real_gateway.bucket() as bucket:
        yield bucket


@pytest.fixture(params=real_gateway.GATEWAYS)
def s3(request):
    """Over HTTP: the emulated store, and the real one where it is given."""
    return (
        request.getfixturevalue("spaces") if request.param == "emulated" else request.getfixturevalue("real").client()
    )


@pytest.fixture(params=["memory", *real_gateway.GATEWAYS])
def objects(request):
    """Every store that the journal may lie in: they keep the same promises."""
    match request.param:
        case "memory":
            return MemoryObjects()
        case "emulated":
            return request.getfixturevalue("spaces")
    return request.getfixturevalue("real").client()
