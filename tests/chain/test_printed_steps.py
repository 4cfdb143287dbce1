"""No next step is printed that would be refused: those of answers, notices and `status` are run where they stand."""

import re

import pytest

from bluegreen.core.phases import Phase
from bluegreen_emulator.faults import Fault
from tests.chain.laptop import Laptop
from tests.chain.test_status_now import broken

ILL = {"share": 1.0}
BAD = {"share": 1.0, "when": "production"}
_COMMAND = re.compile(r"doctl serverless functions invoke (?P<function>[\w/]+)(?P<given>(?: -p [\w]+:[\w.-]+)*)")


def pushed(until=None, tag="v1.3.0", fault=None, **changes):
    laptop = Laptop(**changes)
    laptop.push(tag, fault=fault)
    if until:
        laptop.until(until)
    else:
        laptop.rest()
    return laptop


def rolled_back(**given):
    laptop = pushed()
    return laptop, laptop.invoke("rollback", given)


def waits_in_bake():
    laptop = pushed(Phase.WATCHING)
    laptop.push("v1.4.0")
    return laptop, None


def waits_for_deployment():
    laptop = pushed(Phase.DEPLOYING)
    laptop.push("v1.4.0")
    return laptop, None


def taken_back_and_asked_for_again():
    laptop = pushed(fault=BAD)
    return laptop, laptop.invoke("deploy", {"tag": "v1.3.0"})


def aborted():
    laptop = pushed(Phase.CHECKING)
    return laptop, laptop.invoke("abort")


def production_fails():
    laptop = pushed()
    broken(laptop, share=1.0)
    return laptop, None


def token_refused():
    laptop = Laptop()
    laptop.faults["digitalocean"].add(Fault(status=401))
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.faults["digitalocean"].clear()  # "put that right, then …"
    return laptop, None


def nothing_delivered():
    laptop = Laptop()
    laptop.faults["slack"].add(Fault(status=404, times=10_000))
    laptop.push("v1.3.0", fault=BAD)
    laptop.rest()
    return laptop, None


def other_options():
    laptop = pushed(Phase.DEPLOYING)
    return laptop, laptop.invoke("deploy", {"tag": "v1.3.0", "skip_smoke_tests": "true"})


def expired():
    laptop = pushed(Phase.READY, deadlines={"ready": "60s"}, options={"auto_switch": False})
    for _ in range(3):
        laptop.minute()
    return laptop, None


SITUATIONS = {
    "live": lambda: (pushed(), None),
    "ready": lambda: (pushed(Phase.READY, options={"auto_switch": False}), None),
    "in its bake": lambda: (pushed(Phase.WATCHING), None),
    "failed its checks": lambda: (pushed(fault=ILL), None),
    "rolled back by a person": rolled_back,
    "gone back to an earlier one": lambda: rolled_back(to="v1.2.0"),
    "waits in a bake": waits_in_bake,
    "waits for a deployment": waits_for_deployment,
    "quarantined and asked for": taken_back_and_asked_for_again,
    "aborted": aborted,
    "production fails": production_fails,
    "the token was refused": token_refused,
    "nothing is delivered": nothing_delivered,
    "asked for with other options": other_options,
    "expired": expired,
}


def printed(laptop, answer):
    """Every command that stands beside the newest answer, in the newest notice of each kind, and in `status`."""
    texts = [answer["next"]] if answer else []
    texts += [laptop.invoke("status")["next"]]
    texts += [str(message["payload"]) for message in laptop.slack.messages[-1:]]
    texts += [notice.next_step for notice in laptop.record().outbox[-1:]]
    return [_COMMAND.search(found[0]) for text in texts for found in _COMMAND.finditer(text)]


def distinct(name):
    found = printed(*SITUATIONS[name]())
    return list(dict.fromkeys((command["function"], command["given"]) for command in found))


@pytest.mark.slow
@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_printed_is_taken(name):
    steps = distinct(name)
    assert steps, "a situation in which nothing is printed tests nothing"
    for function, given in steps:
        laptop, _ = SITUATIONS[name]()
        event = dict(pair.split(":", 1) for pair in given.replace(" -p ", "\n").split("\n") if pair)
        answer = laptop.invoke(function, event)
        assert answer["ok"], (function, event, answer)
