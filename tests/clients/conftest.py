import pytest

from bluegreen.clients.store.spaces import Spaces
from bluegreen_emulator.memory_objects import MemoryObjects
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Server

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


@pytest.fixture(params=["memory", "spaces"])
def objects(request):
    """Every store that the journal may lie in: they keep the same promises."""
    return MemoryObjects() if request.param == "memory" else request.getfixturevalue("spaces")
