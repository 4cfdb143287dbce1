"""What a person passes with `-p`: always text, so it is read strictly, and an error names what is allowed."""

from collections.abc import Mapping
from typing import Any

from bluegreen.core.config.options import Options, Target
from bluegreen.core.credentials import hidden
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound.nudges import ENVELOPE
from bluegreen.core.record import SAYS_KEPT
from bluegreen.core.release import PERSON, Purpose

BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_NAME = 80  # characters of who asks
_PLATFORMS = {"http"}  # what the platform adds to a person's parameters


def read(event: Mapping[str, Any], allowed: tuple[str, ...]) -> dict[str, str]:
    """The parameters of a call as texts. Unknown ones are refused: a misspelt option must not be overlooked."""
    added = _PLATFORMS | (ENVELOPE if "specversion" in event else set())
    given = {k: v for k, v in event.items() if k not in added and not k.startswith("__ow_")}
    unknown = sorted(set(given) - set(allowed))
    if unknown:
        raise BadRequest(f"unknown parameter {', '.join(unknown)} (allowed: {', '.join(allowed) or 'none'})")
    return {key: _text(key, value) for key, value in given.items()}


def boolean(name: str, text: str) -> bool:
    value = BOOLEANS.get(text.strip().lower())
    if value is None:
        raise BadRequest(f"{name}:{text[:40]} is neither true nor false (allowed: {', '.join(BOOLEANS)})")
    return value


def said(given: Mapping[str, str]) -> tuple[str, str]:
    """Who asks, and why: kept and told, so without credentials, and no longer than any sentence that is kept."""
    by, reason = (" ".join(hidden(given.get(name, "")).split()) for name in ("by", "reason"))
    return by[:_NAME] or PERSON, reason[:SAYS_KEPT]


def asker(given: Mapping[str, str]) -> str:
    """Who asks, and why, in one; "" where nothing was said of either."""
    who, reason = said(given)
    if not reason:
        return "" if who == PERSON else who
    return f"{who} ({reason})"


def options(given: Mapping[str, str], defaults: Options) -> Options:
    """A release's options: the service's own, overridden by what was passed."""
    changes: dict[str, Any] = {
        name: boolean(name, given[name]) for name in ("auto_switch", "skip_smoke_tests") if name in given
    }
    if "target" in given:
        changes["target"] = _target(given["target"])
    return defaults.model_copy(update=changes)


def purpose(given: Mapping[str, str]) -> Purpose:
    """What only a person can ask for."""
    asked = {name: boolean(name, given.get(name, "false")) for name in ("lift", "fix", "restore", "override")}
    return Purpose(**asked)


def _target(text: str) -> Target:
    try:
        return Target(text.strip().lower())
    except ValueError:
        allowed = ", ".join(target.value for target in Target)
        raise BadRequest(f"target:{text[:40]} is not known (allowed: {allowed})") from None


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value).encode(errors="replace").decode()  # half a surrogate pair is in no journal
    raise BadRequest(f"parameter {name} has to be a text")
