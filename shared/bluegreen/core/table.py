"""The transition table: every move that a release can make, in one place."""

from typing import NamedTuple

from bluegreen.core.errors import IllegalMove
from bluegreen.core.finding import Verdict
from bluegreen.core.phases import Phase


class Row(NamedTuple):
    phase: Phase
    verdict: Verdict
    next: Phase
    says: str  # the headline people are told; "" tells nobody


P, V = Phase, Verdict

# fmt: off
TABLE = (
    #   in phase         when found   it becomes       and people are told
    Row(P.REQUESTED,    V.WAIT,      P.REQUESTED,    ""),
    Row(P.REQUESTED,    V.GOOD,      P.DEPLOYING,    "deploying to {target}"),
    Row(P.REQUESTED,    V.BAD,       P.REJECTED,     "rejected; production is untouched"),
    Row(P.REQUESTED,    V.STOP,      P.ABORTED,      "aborted; production is untouched"),

    Row(P.DEPLOYING,    V.WAIT,      P.DEPLOYING,    ""),
    Row(P.DEPLOYING,    V.GOOD,      P.CHECKING,     ""),
    Row(P.DEPLOYING,    V.BAD,       P.FAILED,       "deployment failed; production is untouched"),
    Row(P.DEPLOYING,    V.STOP,      P.ABORTED,      "aborted; production is untouched"),

    Row(P.CHECKING,     V.WAIT,      P.CHECKING,     ""),
    Row(P.CHECKING,     V.GOOD,      P.SMOKING,      ""),
    Row(P.CHECKING,     V.BAD,       P.FAILED,       "health check failed; production is untouched"),
    Row(P.CHECKING,     V.STOP,      P.ABORTED,      "aborted; production is untouched"),

    Row(P.SMOKING,      V.WAIT,      P.SMOKING,      ""),
    Row(P.SMOKING,      V.GOOD,      P.READY,        "checks passed on {target}; ready to switch"),
    Row(P.SMOKING,      V.BAD,       P.FAILED,       "smoke check failed; production is untouched"),
    Row(P.SMOKING,      V.STOP,      P.ABORTED,      "aborted; production is untouched"),

    Row(P.READY,        V.WAIT,      P.READY,        ""),
    Row(P.READY,        V.GOOD,      P.SWITCHING,    ""),
    Row(P.READY,        V.BAD,       P.FAILED,       "no longer fit to switch; production is untouched"),
    Row(P.READY,        V.EXPIRED,   P.EXPIRED,      "expired unswitched; production is untouched"),
    Row(P.READY,        V.STOP,      P.ABORTED,      "aborted; production is untouched"),

    Row(P.SWITCHING,    V.WAIT,      P.SWITCHING,    ""),
    Row(P.SWITCHING,    V.GOOD,      P.WATCHING,     "production moved to {target}; watching"),
    Row(P.SWITCHING,    V.BAD,       P.ROLLING_BACK, "the switch did not take; going back to {previous}"),
    Row(P.SWITCHING,    V.BACK,      P.ROLLING_BACK, "going back to {previous}, as asked"),

    Row(P.WATCHING,     V.WAIT,      P.WATCHING,     ""),
    Row(P.WATCHING,     V.GOOD,      P.LIVE,         "live"),
    Row(P.WATCHING,     V.HOLD,      P.WATCHING,     "both environments suffer: holding, going back would not help"),
    Row(P.WATCHING,     V.UNPROVEN,  P.UNPROVEN,     "stays in production, unproven"),
    Row(P.WATCHING,     V.BAD,       P.ROLLING_BACK, "at fault; going back to {previous}"),
    Row(P.WATCHING,     V.BACK,      P.ROLLING_BACK, "going back to {previous}, as asked"),

    Row(P.LIVE,         V.BACK,      P.ROLLING_BACK, "going back to {previous}, as asked"),
    Row(P.UNPROVEN,     V.BACK,      P.ROLLING_BACK, "going back to {previous}, as asked"),

    Row(P.ROLLING_BACK, V.WAIT,      P.ROLLING_BACK, ""),
    Row(P.ROLLING_BACK, V.GOOD,      P.ROLLED_BACK,  "rolled back; production is on {previous}"),
    Row(P.ROLLING_BACK, V.BAD,       P.STUCK,        "the way back to {previous} is not confirmed: a person is needed"),
    Row(P.ROLLING_BACK, V.BACK,      P.ROLLING_BACK, ""),
)
# fmt: on

_ROWS = {(row.phase, row.verdict): row for row in TABLE}


def row(phase: Phase, verdict: Verdict) -> Row:
    """The move; IllegalMove names the moves that exist where there is none."""
    found = _ROWS.get((phase, verdict))
    if found is None:
        known = ", ".join(r.verdict.value for r in TABLE if r.phase is phase) or "none: it is a resting place"
        raise IllegalMove(f"no move from '{phase.value}' on '{verdict.value}' (known: {known})")
    return found
