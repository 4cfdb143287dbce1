"""The simulation's clients answer as the product's own do, over the same emulated services."""

import inspect

import pytest

from bluegreen.clients import digitalocean, functions, github, slack, web
from tests.simulation.engine.run import Run
from tests.simulation.faults.schedule import Action, Schedule
from tests.simulation.world import clients
from tests.simulation.world.service_config import SECRET, SECRETS

SAME = (
    (clients.DigitalOcean, digitalocean.DigitalOcean),
    (clients.GitHub, github.GitHub),
    (clients.Web, web.Web),
    (clients.Slack, slack.Slack),
    (clients.Functions, functions.Functions),
)


@pytest.mark.parametrize(("ours", "real"), SAME)
def test_a_simulated_client_has_the_methods_of_the_real_one(ours, real):
    for name, method in inspect.getmembers(real, inspect.isfunction):
        if name.startswith("_"):
            continue
        wanted = list(inspect.signature(method).parameters)
        assert list(inspect.signature(getattr(ours, name)).parameters) == wanted, name


def test_one_search_finds_every_secret():
    assert all(SECRET in secret for secret in SECRETS.values())


@pytest.mark.slow
def test_the_simulation_and_the_chain_over_http_tell_the_same_story():
    from tests.chain.laptop import Laptop

    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    found = Run(Schedule("good", (Action(2, "push", "v1.3.0"),)))
    found.play()
    ours = [message["payload"]["text"] for message in found.world.slack.messages]
    assert ours == laptop.told()
    phases = [version.record.release.phase for version in found.ledger.versions if version.record.release]
    assert [phase.value for phase in dict.fromkeys(phases)] == list(dict.fromkeys(_phases(laptop)))


def _phases(laptop):
    """The phases of all versions of the journal, in order."""
    journal = laptop.cloud("test").journal
    versions = [journal.read(seq) for seq in range(1, journal.newest().seq + 1)]
    return [version.record.release.phase.value for version in versions if version.record.release]
