"""The transition table: every move of a release from phase to phase, and nothing else moves one."""

from typing import NamedTuple

from bluegreen.core.errors import IllegalMove
from bluegreen.core.finding import Verdict
from bluegreen.core.phases import Phase


class Move(NamedTuple):
    phase: Phase
    verdict: Verdict
    next: Phase
    headline: str  # of the notice to people; "": none is sent


P, V = Phase, Verdict

# fmt: off
TABLE = (
    #    in phase        on verdict  to phase        headline
    Move(P.REQUESTED,    V.WAIT,     P.REQUESTED,    ""),
    Move(P.REQUESTED,    V.GOOD,     P.DEPLOYING,    "deploying to {target}"),
    Move(P.REQUESTED,    V.BAD,      P.REJECTED,     "rejected; production is untouched"),
    Move(P.REQUESTED,    V.STOP,     P.ABORTED,      "aborted; production is untouched"),

    Move(P.DEPLOYING,    V.WAIT,     P.DEPLOYING,    ""),
    Move(P.DEPLOYING,    V.GOOD,     P.CHECKING,     ""),
    Move(P.DEPLOYING,    V.BAD,      P.FAILED,       "deployment failed; production is untouched"),
    Move(P.DEPLOYING,    V.STOP,     P.ABORTED,      "aborted; production is untouched"),

    Move(P.CHECKING,     V.WAIT,     P.CHECKING,     ""),
    Move(P.CHECKING,     V.GOOD,     P.SMOKING,      ""),
    Move(P.CHECKING,     V.BAD,      P.FAILED,       "health check failed; production is untouched"),
    Move(P.CHECKING,     V.STOP,     P.ABORTED,      "aborted; production is untouched"),

    Move(P.SMOKING,      V.WAIT,     P.SMOKING,      ""),
    Move(P.SMOKING,      V.GOOD,     P.READY,        "checks passed on {target}; ready to switch"),
    Move(P.SMOKING,      V.BAD,      P.FAILED,       "smoke check failed; production is untouched"),
    Move(P.SMOKING,      V.STOP,     P.ABORTED,      "aborted; production is untouched"),

    Move(P.READY,        V.WAIT,     P.READY,        ""),
    Move(P.READY,        V.GOOD,     P.SWITCHING,    ""),
    Move(P.READY,        V.STAND_BY, P.RESTORED,     "stands by on {target} as the way back; production is untouched"),
    Move(P.READY,        V.BAD,      P.FAILED,       "no longer fit to switch; production is untouched"),
    Move(P.READY,        V.EXPIRED,  P.EXPIRED,      "expired unswitched; production is untouched"),
    Move(P.READY,        V.STOP,     P.ABORTED,      "aborted; production is untouched"),

    Move(P.SWITCHING,    V.WAIT,     P.SWITCHING,    ""),
    Move(P.SWITCHING,    V.GOOD,     P.WATCHING,     "production moved to {target}; watching"),
    Move(P.SWITCHING,    V.BAD,      P.ROLLING_BACK, "the switch did not take; going back to {previous}"),
    Move(P.SWITCHING,    V.BACK,     P.ROLLING_BACK, "going back to {previous}, as asked"),

    Move(P.WATCHING,     V.WAIT,     P.WATCHING,     ""),
    Move(P.WATCHING,     V.GOOD,     P.LIVE,         "live"),
    Move(P.WATCHING,     V.HOLD,     P.WATCHING,     "holding: nothing shows that going back would help"),
    Move(P.WATCHING,     V.ONE_CLIENT, P.WATCHING,   "only one client's requests fail: holding, production stays"),
    Move(P.WATCHING,     V.BARRED,   P.WATCHING,     "at fault, and below the rollback floor: not going back"),
    Move(P.WATCHING,     V.UNPROVEN, P.UNPROVEN,     "stays in production, unproven"),
    Move(P.WATCHING,     V.BAD,      P.ROLLING_BACK, "at fault; going back to {previous}"),
    Move(P.WATCHING,     V.BACK,     P.ROLLING_BACK, "going back to {previous}, as asked"),

    Move(P.LIVE,         V.BAD,      P.ROLLING_BACK, "fails after its bake; going back to {previous}"),
    Move(P.LIVE,         V.BACK,     P.ROLLING_BACK, "going back to {previous}, as asked"),
    Move(P.UNPROVEN,     V.BACK,     P.ROLLING_BACK, "going back to {previous}, as asked"),

    Move(P.ROLLING_BACK, V.WAIT,     P.ROLLING_BACK, ""),
    Move(P.ROLLING_BACK, V.GOOD,     P.ROLLED_BACK,  "rolled back; production is on {previous}"),
    Move(P.ROLLING_BACK, V.BAD,      P.STUCK,        "the way back to {previous} is not confirmed: a person is needed"),
    Move(P.ROLLING_BACK, V.BACK,     P.ROLLING_BACK, ""),
)
# fmt: on

_MOVES = {(move.phase, move.verdict): move for move in TABLE}


def move_for(phase: Phase, verdict: Verdict) -> Move:
    """The row for this phase and verdict. If there is none, IllegalMove lists the verdicts that have one."""
    move = _MOVES.get((phase, verdict))
    if move is None:
        known = ", ".join(move.verdict.value for move in TABLE if move.phase is phase) or "none: it is at rest"
        raise IllegalMove(f"no move from '{phase.value}' on '{verdict.value}' (known: {known})")
    return move
