"""The phases of a release, and which function looks after each."""

from enum import Enum


class Phase(Enum):
    """Where a release is. Each comment says what is true of the two environments meanwhile."""

    REQUESTED = "requested"  # a tag was accepted; nothing has been touched
    DEPLOYING = "deploying"  # the idle environment is being given the tag
    CHECKING = "checking"  # the idle environment runs the tag; is it healthy?
    SMOKING = "smoking"  # healthy; does it do its job?
    READY = "ready"  # has passed its checks on the idle environment; traffic has not moved
    SWITCHING = "switching"  # traffic is being moved to it
    WATCHING = "watching"  # it serves production and is being watched
    ROLLING_BACK = "rolling back"  # traffic is being moved back

    LIVE = "live"  # at rest from here on: serves production, and was watched long enough to call it good
    UNPROVEN = "unproven"  # serves production, but too little was seen to call it good
    ROLLED_BACK = "rolled back"  # production is on the release before it
    FAILED = "failed"  # did not pass on the idle environment; production untouched
    REJECTED = "rejected"  # not begun; production untouched
    ABORTED = "aborted"  # a person stopped it before the switch
    EXPIRED = "expired"  # nobody switched it in time
    SUPERSEDED = "superseded"  # a newer tag took its place in the queue
    RESTORED = "restored"  # stands by on the idle environment again: the way back; production untouched
    STUCK = "stuck"  # the way back could not be confirmed: a person is needed


SERVING = frozenset({Phase.LIVE, Phase.UNPROVEN})  # at rest, in production

BEFORE_SWITCH = frozenset({Phase.REQUESTED, Phase.DEPLOYING, Phase.CHECKING, Phase.SMOKING, Phase.READY})

# The function that carries a phase on; the watch wakes it when its nudge was lost.
CARETAKER = {
    Phase.REQUESTED: "deploy",
    Phase.DEPLOYING: "ops/watch",
    Phase.CHECKING: "checks/health",
    Phase.SMOKING: "checks/smoke",
    Phase.READY: "switch",
    Phase.SWITCHING: "switch",
    Phase.WATCHING: "ops/watch",
    Phase.ROLLING_BACK: "rollback",
}

RESTING = frozenset(Phase) - CARETAKER.keys()
