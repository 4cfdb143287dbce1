"""Signals give counts, or no data and why; never a guess."""

from bluegreen.core.judge import NoData
from bluegreen.core.telemetry import Block, Counts, Telemetry
from bluegreen.signals import Reading, first
from tests.build import BLUE, GREEN, NOW, later
from tests.chain.laptop import Laptop


def reader(**changes):
    laptop = Laptop(**changes)
    laptop.invoke("status")
    return laptop, laptop.cloud("test").signals


def put(laptop, instance, at, *blocks):
    found = Telemetry(service="web", instance=instance, at=later(at), seq=1, epoch=0, active=BLUE, blocks=blocks)
    laptop.telemetry.put(f"services/web/telemetry/{instance}.json", found.model_dump_json().encode())


def block(at, requests, failed=0):
    return Block(at=later(at), seconds=1, users={BLUE: Counts(requests=requests, failed=failed)})


def test_the_routers_blocks_are_those_of_all_its_instances():
    laptop, signals = reader()
    laptop.routers = 0
    put(laptop, "a", 0, block(-2, 10), block(-1, 20))
    put(laptop, "b", 0, block(-2, 5))
    found = first(signals, NOW)
    assert sum(one.users[BLUE].requests for one in found.blocks) == 35
    assert found.until == later(-1)


def test_a_router_that_is_silent_is_no_data_and_the_probes_step_in():
    laptop, signals = reader()
    laptop.routers = 0
    put(laptop, "a", -60, block(-61, 10))
    assert isinstance(signals[0].read(NOW), NoData)
    found = first(signals, NOW)
    assert isinstance(found, Reading)
    assert found.blocks[0].probes[GREEN] == Counts(requests=3, failed=0, buckets=found.blocks[0].probes[GREEN].buckets)
    assert not found.blocks[0].users


def test_probes_count_failures_of_either_side():
    laptop, signals = reader(signals=["probe"])
    for commit in laptop.repository.commits.values():
        if commit.version == "v1.1.0":
            object.__setattr__(commit, "fault", {"share": 1.0})
    laptop.digitalocean.maintenance("holi-green")
    laptop.clock.sleep(60)
    [found] = first(signals, laptop.clock.now()).blocks
    assert found.probes[GREEN].failed == 3
    assert found.probes[BLUE].failed == 0


def test_where_no_source_has_numbers_it_says_why_for_each():
    laptop, signals = reader(signals=["router"])
    laptop.routers = 0
    found = first(signals, NOW)
    assert isinstance(found, NoData)
    assert "no router instance has reported lately" in found.why
