"""A schedule: actions (what happens when) and faults (what goes wrong where). A run depends on nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

FOR_EVER = "for ever"


@dataclass(frozen=True)
class Action:
    """What a person, GitHub or DigitalOcean does `at` a virtual second (world/actions.py)."""

    at: float
    what: str
    arg: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.arg}".strip()


@dataclass(frozen=True)
class Fault:
    """Fires at the interruption point of that number, counted from 0 through the whole run.

    With `where`, a place, it fires at the `at`-th point of that place, counted from 1, whatever comes before it.

    Kinds: "kill"; "pause" (`arg` seconds); "interleave" (another invocation or action, `arg`, runs at this point);
    "time out", "503", "429", "412", "422" (so the call fails, before or after it took effect); "raises" (what no client
    documents); "lose", "twice", "late" (what becomes of a wake-up); "trickles" (the answer comes a byte at a time until
    the client gives up), "slow" (it is whole right before that). With `arg` "for ever" the last three of what a client
    meets are met at each point of that place from then on, as one disturbance.
    """

    at: int
    kind: str
    arg: str = ""
    where: str = ""  # as in "deploy before digitalocean.deploy"

    def __str__(self) -> str:
        return f"{self.kind} {self.arg}".strip()


@dataclass(frozen=True)
class Schedule:
    name: str
    actions: tuple[Action, ...]
    faults: tuple[Fault, ...] = ()
    auto_switch: bool = True
    key: bool = True  # functions may wake one another
    first_day: bool = False  # the bucket is empty
    alerts: str = "ask_judge"  # what a critical alert does while a release is watched
    after_bake: str = "tell"  # what follows where a release fails after its bake
    busy: str = "supersede"  # what App Platform does with a deployment while another is under way
    traffic: str = "router"  # what leads users to an environment
    services: tuple[str, ...] = ()  # of a set, in its order; none: the service is *web*, and in no set
    apart: bool = False  # those services are in no set
    restore_idle: bool = False  # what the idle environment ran is deployed again after a release that failed there
    skew: int = 0  # seeds the clocks of the invocations, each up to half a minute off; 0: all agree

    def with_faults(self, faults: Sequence[Fault]) -> "Schedule":
        return replace(self, faults=tuple(faults))

    def with_actions(self, actions: Sequence[Action]) -> "Schedule":
        return replace(self, actions=tuple(actions))
