"""A person who asks for what cannot be done is told what can; production is untouched."""

import pytest

from bluegreen.core.phases import Phase
from tests.chain.laptop import Laptop
from tests.chain.webhook import untouched


@pytest.mark.bad_input("person", "an unknown parameter, service, set, target or boolean", "the allowed ones")
@pytest.mark.bad_input("person", "`target` is the active environment", "which one is idle")
@pytest.mark.bad_input("person", "`set` together with `service`, `to` or `native`", "what goes together")
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
        ("switch", {"force": "true"}, "unknown parameter force (allowed: service, set, reason, by)"),
        ("switch", {}, "nothing to switch to"),
        ("abort", {}, "nothing to abort"),
        ("status", {"set": "shop"}, "set 'shop' is not known (known: none)"),
        ("rollback", {"to": ""}, "which release? pass -p to: and its tag"),
        ("rollback", {"type": "native"}, "unknown parameter type"),
        ("status", {"service": "x"}, "service 'x' is not known (known: web)"),
        ("rollback", {"tag": "v1.1.0"}, "unknown parameter tag (allowed: service, set, native, to, undo, reason, by)"),
        ("rollback", {"to": "main"}, "tag main does not match the pattern v*"),
        ("rollback", {"to": "v1.2.0"}, "v1.2.0 is active already"),
        ("rollback", {"to": "v0.1.0"}, "v0.1.0 is not known to have served production"),
        ("rollback", {"to": "v1.1.0", "native": "true"}, "native and to cannot be combined"),
        ("rollback", {"to": "v1.1.0", "reason": "x"}, "reason and by go with neither to nor native"),
        ("rollback", {"set": "shop"}, "set 'shop' is not known (known: none)"),
        ("rollback", {"set": "shop", "to": "v1.1.0"}, "set goes with none of to, native, undo"),
        ("abort", {"set": "shop", "service": "web"}, "set and service cannot be combined"),
        ("deploy", {"tag": "v1.3.0", "set": "shop"}, "set 'shop' is not known (known: none)"),
        ("deploy", {"tag": "v1.3.0", "lift": "perhaps"}, "lift:perhaps is neither true nor false"),
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


@pytest.mark.bad_input("person", "`switch` before *ready*", "the phase that the release is in")
def test_a_switch_before_ready_is_refused():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    assert "is being deployed, and is not ready yet" in laptop.invoke("switch")["what"]
