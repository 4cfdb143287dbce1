"""Random schedules of release sets."""

import random

from tests.simulation.faults.schedule import Action, Fault, Schedule
from tests.simulation.faults.seeds import random_action, with_slow_answers
from tests.simulation.faults.set_scenarios import PAIR, THREE

_DEFECTS = ("bad-in-production", "unhealthy", "fails-smoke", "crashes")
_PEOPLE = (
    *("of {} rollback", "of {} rollback", "of {} rollback native:true", "of {} abort", "of {} switch"),
    *("of {} rollback to:v1.2.0", "of {} rollback to:v1.1.0", "of {} deploy v1.3.0", "of {} deploy v1.1.0"),
    *("of {} deploy v1.3.0 lift", "of {} alert", "of {} alert again"),
    *("set rollback", "set rollback", "set abort", "set switch", "set deploy v1.3.0", "set deploy v1.3.0 lift"),
    *("redeliver v1.3.0", "redeliver v1.3.0 another", "ops/watch"),
)
_WORLD = (
    *("of {} maintenance idle", "of {} maintenance active", "of {} foreign-deployment green", "of {} fail-next idle"),
    *("of {} auto-rollback idle", "of {} never-ends idle", "of {} pin idle", "of {} unpin idle"),
    *("of {} instance-dies 0 40", "of {} instance-stalls 1 20", "of {} silence 30", "of {} outage 20"),
)
INTERLEAVED = (
    *("ops/watch", "ops/watch@{}", "ops/watch@{}", "again", "again@{}", "set rollback", "set rollback@{}"),
    *("of api rollback", "of web rollback@{}", "of web rollback native:true@{}", "of api abort@{}", "of web abort"),
    *("set switch@{}", "set abort@{}", "redeliver v1.3.0", "push v1.4.0", "of web deploy v1.3.0@{}"),
)
_FAULTS = (
    *(("kill", ("",)),) * 3,
    *((kind, ("",)) for kind in ("time out", "time out", "503", "429", "412", "lose", "lose", "twice", "late")),
    ("pause", ("0.5", "3", "20", "40", "70", "900")),
    *(("interleave", INTERLEAVED),) * 2,
)
_POINTS = 1100
_SLOW_SHARE = 0.2  # of the schedules


def schedule(seed: int) -> Schedule:
    chance = random.Random(f"set {seed}")
    services = THREE if chance.random() < 0.25 else PAIR
    until = chance.choice((30, 60, 100, 140))
    actions = [Action(2.0, chance.choice(("push", "push", "push", "push-unheard")), _tag("v1.3.0", services, chance))]
    if chance.random() < 0.35:
        actions.append(random_action(chance, f"push {_tag('v1.4.0', services, chance)}", until))
    words = [chance.choice(_PEOPLE) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
    words += [chance.choice(_WORLD) for _ in range(chance.choice((0, 0, 0, 1)))]
    actions += [random_action(chance, word.format(chance.choice(services)), until) for word in words]
    faults = [_fault(chance) for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 6)))]
    plain = Schedule(
        name=f"set seed {seed}",
        actions=tuple(sorted(actions, key=lambda action: action.at)),
        faults=tuple(sorted(faults, key=lambda fault: fault.at)),
        auto_switch=chance.random() < 0.85,
        key=chance.random() < 0.9,
        alerts=chance.choice(("ask_judge", "rollback")),
        busy=chance.choice(("supersede", "supersede", "queue", "refuse")),
        services=services,
        skew=seed + 1 if chance.random() < 0.5 else 0,
    )
    return with_slow_answers(plain, chance, _POINTS) if chance.random() < _SLOW_SHARE else plain


def _tag(tag: str, services: tuple[str, ...], chance: random.Random) -> str:
    """Bad for one service, as often as not."""
    return tag if chance.random() < 0.5 else f"{tag} {chance.choice(services)}={chance.choice(_DEFECTS)}"


def _fault(chance: random.Random) -> Fault:
    kind, args = chance.choice(_FAULTS)
    return Fault(chance.randrange(_POINTS), kind, chance.choice(args).format(chance.randrange(1, 40)))
