"""A release on a laptop's cloud, to its end and a minute more: its versions lie in a file then."""

from contextlib import contextmanager
from functools import cache

from bluegreen.clients.store.journal import decode
from bluegreen.clients.store.release_files import ReleaseFiles
from bluegreen.core.errors import Unavailable
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.chain.laptop import Laptop

WATCH = {"checks": 2, "over": "20s", "bake": "2m", "extend": "1m", "every": "3s"}
FAULTY = {"share": 0.2, "when": "production"}


def laptop(tag="v1.3.0", watch=None, fault=None):
    found = at_rest(watch)
    release(found, tag, fault)
    return found


def at_rest(watch=None):
    """Before the first release."""
    found = Laptop(watch={**WATCH, **(watch or {})})
    found.minute()
    return found


class TakesNoFiles(MemoryObjects):
    """A store that has trouble with release files alone."""

    def __init__(self, of):
        super().__init__()
        self._bodies, self._written = of._bodies, of._written

    def create(self, key, body):
        if "/releases/" in key:
            raise Unavailable("the store is busy")
        super().create(key, body)


@contextmanager
def no_files(found):
    """Meanwhile no release file can be written."""
    usual = found.state
    found.state = found.shared.__dict__["state"] = TakesNoFiles(usual)
    yield
    found.state = found.shared.__dict__["state"] = usual


def release(found, tag, fault=None):
    found.push(tag, **({"fault": fault} if fault else {}))
    found.rest()
    found.minute()


@cache
def good():
    """Proven; nobody changes it."""
    return laptop()


@cache
def bad():
    """Taken back: a fifth of its answers fail."""
    return laptop("v1.4.0", fault=FAULTY)


@cache
def hour():
    """Proven after a bake of an hour."""
    return laptop(watch={"bake": "1h", "checks": 10, "over": "5m"})


def files(found, service="web"):
    return ReleaseFiles(found.state, service, lambda ask, of: [ask(each) for each in of])


def kept(found, release="web-1"):
    """The stored versions of a release."""
    return [body for part in files(found).parts(release) for body in part.bodies]


def versions(found, release="web-1"):
    return [decode(body) for body in kept(found, release)]


def at_desk(desk, found, service="web"):
    """A desk whose store holds what a laptop's has, under the same keys."""
    for key in found.state.keys(f"services/{service}/"):
        desk.bucket(0).put(key, found.state.get(key))
    desk.web["notify"] = []
    return desk
