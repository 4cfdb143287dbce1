"""Five services by themselves in one namespace: what the overseer hands over is lost, doubled, late or refused.

A wake-up of each service's own caretaker is what usually comes first. So here those are lost for a while: what the
next overseer finds, nobody has in hand, and it is more than one watch may follow.
"""

import random
from collections.abc import Iterator

from tests.simulation.faults.schedule import Action, Fault, Schedule

FIVE = ("api", "jobs", "mail", "shop", "web")
_HAND_OVER = "ops/watch {} functions.wake"
_WATCHES = 2  # that the overseer wakes for five releases, before anything else
_DEFECTS = ("bad-in-production", "unhealthy", "fails-smoke", "crashes")
_FAULTS = (
    *("kill", "kill", "time out", "503", "429", "412", "lose", "lose", "twice", "late"),
    *("pause 3", "pause 20", "pause 70", "interleave ops/watch", "interleave again", "interleave of web rollback"),
)
_POINTS = 1700


def _scenario(name: str, *actions: tuple[float, str], key: bool = True) -> Schedule:
    done = tuple(Action(at, what.split()[0], " ".join(what.split()[1:])) for at, what in actions)
    return Schedule(f"fleet: {name}", done, services=FIVE, apart=True, key=key)


HANDED_OVER = _scenario("all are handed over", (1.5, "of api swallow-wake-ups 50"), (2, "push v1.3.0"))
FLEET_SCENARIOS = (
    _scenario("good releases", (2, "push v1.3.0")),
    _scenario("one is at fault", (2, "push v1.3.0 mail=bad-in-production")),
    HANDED_OVER,
    _scenario("the webhook never comes", (2, "push-unheard v1.3.0")),
    _scenario("hand-overs are lost for minutes", (1.5, "of api swallow-wake-ups 200"), (2, "push v1.3.0")),
    _scenario("hand-overs are refused", (1.5, "of api refuse-wake-ups 3600"), (2, "push v1.3.0")),
    _scenario("and one is at fault", (1.5, "of api refuse-wake-ups 3600"), (2, "push v1.3.0 web=bad-in-production")),
    _scenario("no access key", (2, "push v1.3.0"), key=False),
)


def hand_overs() -> Iterator[Schedule]:
    """Each thing that can happen to each of the overseer's wake-ups."""
    for at in range(1, _WATCHES + 1):
        for side, kinds in (("before", ("503", "kill")), ("after", ("lose", "twice", "late", "time out", "kill"))):
            for kind in kinds:
                yield HANDED_OVER.with_faults([Fault(at, kind, where=_HAND_OVER.format(side))])


def schedule(seed: int) -> Schedule:
    """One of the scenarios, as often as not with a defect, with something done by people and some faults."""
    chance = random.Random(f"fleet {seed}")
    base = chance.choice(FLEET_SCENARIOS)
    actions = [
        Action(each.at, each.what, f"v1.3.0 {chance.choice(FIVE)}={chance.choice(_DEFECTS)}")
        if each.what == "push" and chance.random() < 0.5
        else each
        for each in base.actions
    ]
    for _ in range(chance.choice((0, 1, 2))):
        order = chance.choice(("rollback", "abort", "switch", "deploy v1.3.0"))
        actions.append(Action(round(chance.uniform(2, 120), 1), "of", f"{chance.choice(FIVE)} {order}"))
    faults = [_fault(chance) for _ in range(chance.choice((1, 2, 3, 4)))]
    changed = base.with_actions(sorted(actions, key=lambda action: action.at))
    return changed.with_faults(sorted(faults, key=lambda fault: fault.at))


def _fault(chance: random.Random) -> Fault:
    kind, _, arg = chance.choice(_FAULTS).partition(" ")
    kind, arg = ("time out", "") if f"{kind} {arg}" == "time out" else (kind, arg)
    return Fault(chance.randrange(_POINTS), kind, arg)
