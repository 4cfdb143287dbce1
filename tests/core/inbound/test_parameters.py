"""Parameters are read strictly, and refused with what is allowed."""

import pytest

from bluegreen.core.config.options import Options, Target
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import parameters


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
