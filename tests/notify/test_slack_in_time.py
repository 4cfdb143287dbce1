"""Slack waits 3 s for an answer: whatever is slow behind hooks/slack, the answer does not wait for it."""

import sys
import threading
import time

import pytest

from bluegreen.clients import bounded
from bluegreen.clients.http import LIMITS
from bluegreen.clients.store.spaces import Spaces
from bluegreen_emulator.slack import create_app as slack_app
from bluegreen_emulator.spaces import Spaces as Store
from bluegreen_emulator.wire import Server
from tests.build import BLUE
from tests.notify.test_slack_buttons import ButtonLaptop, live

pytestmark = pytest.mark.slow

IN_TIME = 2.6  # seconds that are asked of others, of Slack's three
BUCKET = "state"


class Stuck:
    """An app that answers nobody until it is let go; `asked` counts who waits."""

    def __init__(self, app):
        self._app, self.go, self.asked = app, threading.Event(), 0

    def __call__(self, environ, start_response):
        self.asked += 1
        self.go.wait(60)
        return self._app(environ, start_response)


@pytest.fixture
def stuck():
    """Makes a server of an app that hangs until the test is over, or lets it go."""
    made, servers = [], []

    def hanging(app):
        made.append(Stuck(app))
        servers.append(Server(made[-1]))
        return made[-1], servers[-1].url

    yield hanging
    for each in made:
        each.go.set()
    for server in servers:
        server.close()


def in_real_time(laptop):
    """What bounds the answer is the time that passes here, not the laptop's that stands still."""
    laptop.clock.seconds = time.monotonic


def pressed(laptop, button):
    begun = time.monotonic()
    done = laptop.press(button)
    sys.stdout.write(f"a press was answered after {time.monotonic() - begun:.2f} s\n")
    return done


def test_a_store_that_hangs_is_not_waited_for_and_the_presser_hears_that_it_is_not_known(stuck):
    laptop = ButtonLaptop()
    button = live(laptop)
    store, url = stuck(Store({"KEY": ("secret", {"": "fullaccess"})}, [BUCKET]).app)
    kept, laptop.shared.__dict__["state"] = laptop.state, Spaces(url, "fra1", BUCKET, "KEY", "secret")
    in_real_time(laptop)
    done = pressed(laptop, button)
    assert (done.status, done.ok) == (200, False)
    assert "a second press does no harm" in laptop.slack.answers[-1]["text"]
    assert store.asked
    assert not store.go.is_set()  # nobody has let it go: the answer came while it hung
    laptop.shared.__dict__["state"] = kept
    assert laptop.press(button).ok
    assert laptop.record().active is BLUE


def test_slack_itself_that_hangs_does_not_hold_up_the_answer_nor_the_order(stuck):
    laptop = ButtonLaptop()
    button = live(laptop)
    slack, url = stuck(slack_app(laptop.slack))
    apis = laptop.settings.file.apis.model_copy(update={"slack": f"{url}/api"})
    laptop.settings = laptop.settings._replace(file=laptop.settings.file.model_copy(update={"apis": apis}))
    laptop.shared.__dict__["http"] = bounded.client(LIMITS)
    in_real_time(laptop)
    done = pressed(laptop, button)
    assert (done.status, done.ok) == (200, True)
    assert slack.asked
    assert not slack.go.is_set()
    assert laptop.record().active is BLUE


def test_whoever_is_asked_has_no_more_time_than_slack_gives():
    """By the clock that stands still, so whatever this machine does."""
    laptop = ButtonLaptop()
    button, left = live(laptop), []

    def counting(name):
        asked = getattr(laptop.state, name)

        def ask(*given):
            left.append(bounded.left())
            return asked(*given)

        return ask

    for name in ("get", "keys", "create"):
        if hasattr(laptop.state, name):
            setattr(laptop.state, name, counting(name))
    assert laptop.press(button).ok
    assert left
    assert max(left) <= IN_TIME
