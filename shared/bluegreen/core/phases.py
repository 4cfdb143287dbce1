"""The phases of a release, and which function looks after each."""

from enum import Enum


class Phase(Enum):
    """Where a release is. Each comment says what holds for the two environments in that phase."""

    REQUESTED = "requested"  # a tag was accepted; nothing has been touched
    DEPLOYING = "deploying"  # the tag is being deployed to the idle environment
    CHECKING = "checking"  # the idle environment runs the tag; health checks are being run
    SMOKING = "smoking"  # it is healthy; smoke checks are being run
    READY = "ready"  # it passed its checks on the idle environment; traffic has not moved
    SWITCHING = "switching"  # traffic is being moved to it
    WATCHING = "watching"  # it serves production and is being watched
    ROLLING_BACK = "rolling back"  # traffic is being moved back

    LIVE = "live"  # from here on at rest. Serves production, proven: enough good answers were counted
    UNPROVEN = "unproven"  # serves production; nothing spoke against it, but too little was counted
    ROLLED_BACK = "rolled back"  # production is on the previous release
    FAILED = "failed"  # its deployment or a check failed; production untouched
    REJECTED = "rejected"  # not deployed; production untouched
    ABORTED = "aborted"  # a person stopped it before the switch
    EXPIRED = "expired"  # nobody switched it before its deadline; production untouched
    SUPERSEDED = "superseded"  # a newer tag took its place in the queue
    RESTORED = "restored"  # stands by on the idle environment, to be rolled back to; production untouched
    STUCK = "stuck"  # the rollback could not be confirmed: a person is needed


SERVING = frozenset({Phase.LIVE, Phase.UNPROVEN})  # at rest and in production

BEFORE_SWITCH = frozenset({Phase.REQUESTED, Phase.DEPLOYING, Phase.CHECKING, Phase.SMOKING, Phase.READY})

# The function that works on a release in this phase. If the nudge to it is lost, the watch wakes it.
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
