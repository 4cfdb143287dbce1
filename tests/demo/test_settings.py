"""demo.yml: what it replaces is named, and everything else stays as bluegreen.yml has it."""

import re

from bluegreen.settings import parse
from bluegreen_cli.stage import ROOT
from bluegreen_demo import settings
from bluegreen_demo.settings import laid_over


def test_every_time_that_the_demo_replaces_is_named_beside_the_real_one():
    found = {one.name: (one.ours, one.real) for one in settings.shortened(settings.load())}
    assert found["checks health grace"] == (3.0, 30.0)
    assert found["watch over"] == (10.0, 300.0)
    assert found["watch bake"] == (10.0, 3600.0)
    assert found["deployment"][1] == 240.0
    assert all(ours < real for ours, real in found.values())


def test_bluegreen_yml_with_the_demos_times_is_still_valid():
    file, faults = parse(laid_over(settings.example(), settings.load().bluegreen))
    assert not faults
    assert file is not None
    assert file.services["web"].watch.bake == 10.0


def test_leaves_are_replaced_and_their_neighbours_stay():
    assert laid_over({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 9}}) == {"a": {"b": 9, "c": 2}, "d": 3}


def test_the_promised_latencies_are_the_demos():
    latency = settings.load().cloud.latency
    assert (latency.digitalocean, latency.spaces) == (0.1, 0.03)


def test_every_value_in_the_file_says_what_it_is():
    lines = (ROOT / "demo/bluegreen_demo/demo.yml").read_text().splitlines()
    values = [line for line in lines if re.match(r"\s*\w+: \S", line) and not re.match(r"\s*\w+: #", line)]
    assert len(values) > 10
    assert [line for line in values if "#" not in line] == []
