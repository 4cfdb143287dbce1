"""A person who asks for what cannot be done is told what can; production is untouched."""

import pytest

from bluegreen.core.phases import Phase
from tests.chain.laptop import Laptop
from tests.chain.webhook import untouched


@pytest.mark.parametrize(
    ("function", "event", "says"),
    [
        ("deploy", {}, "which tag? pass -p tag:v1.3.0"),
        (
            "deploy",
            {"tag": "v1.3.0", "autoswitch": "false"},
            "unknown parameter autoswitch (allowed: tag, service, target",
        ),
        ("deploy", {"tag": "v1.3.0", "auto_switch": "maybe"}, "auto_switch:maybe is neither true nor false"),
        ("deploy", {"tag": "v1.3.0", "target": "red"}, "target:red is not known (allowed: auto, blue, green)"),
        ("deploy", {"tag": "v1.3.0", "target": "blue"}, "target blue is the active environment"),
        ("deploy", {"tag": "v1.3.0", "service": "api"}, "service 'api' is not known (known: web)"),
        ("deploy", {"tag": {"a": 1}}, "parameter tag has to be a text"),
        ("switch", {"force": "true"}, "unknown parameter force (allowed: service)"),
        ("switch", {}, "nothing to switch to"),
        ("abort", {}, "nothing to abort"),
        ("status", {"service": "x"}, "service 'x' is not known (known: web)"),
        ("rollback", {"to": "v1"}, "unknown parameter to (allowed: service)"),
    ],
)
def test_a_person_is_told_what_was_allowed(function, event, says):
    laptop = Laptop()
    answer = laptop.invoke(function, event)
    assert answer["ok"] is False
    assert says in answer["what"]
    assert "error" not in answer
    if not untouched(laptop):
        assert laptop.record().release is None


def test_a_switch_before_ready_is_refused():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    assert "is deploying, not ready" in laptop.invoke("switch")["what"]
