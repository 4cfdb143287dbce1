"""Tags, durations and parameters: read strictly, refused with what was allowed."""

import itertools
import random

import pytest

from bluegreen.core import tags
from bluegreen.core.config.options import Options, Target
from bluegreen.core.config.units import seconds, spoken
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import parameters


def test_tags_sort_as_semver_does():
    rising = [
        "v1.0.0-alpha",
        "v1.0.0-alpha.1",
        "v1.0.0-alpha.beta",
        "v1.0.0-beta.2",
        "v1.0.0-beta.11",
        "v1.0.0",
        "v1.0.1",
        "v1.10.0",
        "v2.0.0",
    ]
    assert sorted(random.Random(1).sample(rising, len(rising)), key=tags.order) == rising
    for low, high in itertools.pairwise(rising):
        assert tags.older(low, high)
        assert not tags.older(high, low)


def test_a_tag_without_a_version_is_neither_older_nor_newer():
    assert not tags.older("nightly", "v1.0.0")
    assert not tags.older("v1.0.0", "nightly")


@pytest.mark.parametrize(("tag", "version"), [("v1.3.0", "1.3.0"), ("api-v2.0.1", "2.0.1"), ("2026-11", "2026-11")])
def test_a_tag_says_its_version(tag, version):
    assert tags.version(tag) == version


@pytest.mark.parametrize(
    ("written", "value"), [("500ms", 0.5), ("30s", 30), ("5m", 300), ("1h", 3600), ("2d", 172800), (7, 7), ("0s", 0)]
)
def test_a_duration_is_read(written, value):
    assert seconds(written) == value


@pytest.mark.parametrize("written", ["soon", "5 minutes", "-1s", -1, True, None, "1h30m"])
def test_what_is_no_duration_is_refused(written):
    with pytest.raises(ValueError, match="duration"):
        seconds(written)


@pytest.mark.parametrize(("value", "said"), [(0.4, "0.4 s"), (12, "12 s"), (300, "5 min"), (7200, "2 h")])
def test_a_duration_is_spoken(value, said):
    assert spoken(value) == said


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("yes", True), ("false", False), ("NO", False)]
)
def test_a_boolean_is_read_from_a_text(text, value):
    assert parameters.boolean("auto_switch", text) is value


@pytest.mark.parametrize("text", ["", "1", "0", "on", "tru"])
def test_what_is_no_boolean_is_refused_with_what_was_allowed(text):
    with pytest.raises(BadRequest, match="allowed: true, yes, false, no"):
        parameters.boolean("auto_switch", text)


def test_options_override_the_services_own():
    defaults = Options(auto_switch=False)
    assert parameters.options({}, defaults) == defaults
    found = parameters.options({"auto_switch": "true", "target": "Green"}, defaults)
    assert found.auto_switch
    assert found.target is Target.GREEN


def test_values_of_json_parameters_may_have_their_own_type():
    assert parameters.read({"tag": "v1", "auto_switch": False}, ("tag", "auto_switch")) == {
        "tag": "v1",
        "auto_switch": "false",
    }


def test_what_the_platform_adds_is_not_a_parameter():
    event = {"http": {"headers": {}}, "__ow_method": "post", "specversion": "1.0", "type": "x"}
    assert parameters.read(event, ()) == {}


def test_without_an_envelope_its_names_are_parameters_like_any_other():
    with pytest.raises(BadRequest, match=r"unknown parameter type \(allowed: to\)"):
        parameters.read({"type": "native", "to": "v1.2.0"}, ("to",))
