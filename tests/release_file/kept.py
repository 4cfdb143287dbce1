"""A release on a laptop's cloud, to its end and a minute more: its versions lie in a file then."""

from functools import cache

from bluegreen.clients.store.release_files import ReleaseFiles
from tests.chain.laptop import Laptop

WATCH = {"checks": 2, "over": "20s", "bake": "2m", "extend": "1m", "every": "3s"}


def laptop(tag="v1.3.0", watch=None, **given):
    found = Laptop(watch={**WATCH, **(watch or {})})
    found.minute()
    found.push(tag, **given)
    found.rest()
    found.minute()
    return found


@cache
def good():
    """Proven; nobody changes it."""
    return laptop()


@cache
def bad():
    """Taken back: a fifth of its answers fail."""
    return laptop("v1.4.0", fault_percent=20)


def files(found, service="web"):
    return ReleaseFiles(found.state, service, lambda ask, of: [ask(each) for each in of])


def kept(found, release="web-1"):
    """The stored versions of a release."""
    return [body for part in files(found).parts(release) for body in part.bodies]


def at_desk(desk, found, service="web"):
    """A desk whose store holds what a laptop's has, under the same keys."""
    for key in found.state.keys(f"services/{service}/"):
        desk.bucket(0).put(key, found.state.get(key))
    desk.web["notify"] = []
    return desk
