"""Random schedules. A seed always gives the same one: several faults, and people who act at odd moments."""

import random
from dataclasses import replace

from tests.simulation.faults.places import SLOW, TRICKLES
from tests.simulation.faults.provider_scenarios import ROUTINGS
from tests.simulation.faults.refused_wake_ups import HOUR
from tests.simulation.faults.schedule import Action, Fault, Schedule
from tests.simulation.faults.slow_scenarios import CLIENTS

_DEFECTS = ("good", "good", "good", "bad-in-production", "unhealthy", "fails-smoke", "crashes")
_PEOPLE = (
    "rollback",
    "rollback",
    "abort",
    "switch",
    "deploy v1.3.0",
    "deploy v1.4.0",
    "redeliver v1.3.0",
    "redeliver v1.4.0",
    "redeliver v1.3.0 another",
    "ops/watch",
    "deploy v1.1.0",
)
_WORLD = (
    "maintenance idle",
    "maintenance active",
    "foreign-deployment green",
    "fail-next idle",
    "auto-rollback idle",
    "never-ends idle",
    "pin idle",
    "unpin idle",
    "move-tag v1.3.0",
    "instance-dies 0 40",
    "instance-dies 1 15",
    "instance-stalls 0 20",
    "instance-stalls 1 300",
    "silence 30",
    "outage 20",
)
_INTERLEAVED = (
    *("ops/watch", "ops/watch@{}", "rollback", "rollback@{}", "abort@{}", "switch", "switch@{}", "checks/smoke@{}"),
    *("redeliver v1.3.0", "push v1.4.0", "push v1.4.0 bad-in-production", "deploy v1.3.0@{}"),
    *("again", "again@{}", "again@{}"),
)
_FAULTS = (
    *(("kill", ("",)),) * 2,
    *((kind, ("",)) for kind in ("time out", "503", "429", "412", "lose", "twice", "late")),
    ("pause", ("0.5", "3", "20", "40", "70", "900")),
    *(("interleave", _INTERLEAVED),) * 2,
)
_POINTS = 420
_SEQUENCE_SHARE = 0.12  # a share of the schedules
_PROVIDER_SHARE = 0.05  # another
_BUG_SHARE = 0.25  # another
_REFUSED_SHARE = 0.1  # another
_ONE_CLIENT_SHARE = 0.1  # another
_SLOW_SHARE = 0.2  # another
_CHANGE_OF_MIND_SHARE = 0.1  # another
_CHANGES_OF_MIND = (
    ("rollback", "rollback undo:true"),
    ("rollback", "rollback undo:true", "rollback", "rollback undo:true"),
    ("rollback to:v1.2.0", "rollback undo:true"),
    ("push v1.4.0", "deploy v1.4.0 now"),
    ("push v1.4.0 bad-in-production", "deploy v1.4.0 now", "rollback", "rollback undo:true"),
)
_RESTORE_SHARE = 0.1  # another
_RESTORES = (
    ("deploy v1.1.0 restore",),
    ("deploy v1.1.0 restore", "rollback"),
    ("deploy v1.1.0 restore", "abort", "deploy v1.1.0 restore"),
    ("deploy v1.1.0 restore", "push v1.4.0", "rollback"),
    ("push v1.4.0 fails-smoke", "deploy v1.1.0 restore"),
)
_REDIRECTS = ("point idle", "point idle", "point active", "point elsewhere")
# What is rare, because it is long: a few words each, at these seconds after one another.
_SEQUENCES: tuple[tuple[str, ...], ...] = (
    ("rollback to:v1.2.0",),
    ("rollback to:v1.1.0",),
    ("rollback to:v1.1.0", "rollback"),
    ("rollback to:v1.2.0", "rollback to:v1.3.0"),
    ("rollback", "deploy v1.3.0 lift"),
    ("rollback to:v1.2.0", "deploy v1.3.0 lift", "rollback"),
    ("redeliver v1.3.0 another", "deploy v1.3.0 lift"),
    ("rollback native:true",),
    ("rollback native:true", "rollback native:true"),
    ("rollback", "rollback native:true", "deploy v1.3.0 lift"),
    ("alert", "alert again"),
    ("alert", "alert resolved", "alert again"),
    ("alert warning", "alert", "alert again"),
    ("alert old", "alert undated", "alert undated"),
    ("alert idle", "alert another", "alert active"),
    ("alert unsigned", "alert", "rollback"),
)
_SEQUENCE_INTERLEAVED = (
    *("rollback to:v1.2.0", "rollback to:v1.1.0@{}", "rollback native:true@{}", "deploy v1.3.0 lift@{}"),
    *("alert", "alert again@{}", "alert resolved", "alert undated@{}"),
)


def schedule(seed: int) -> Schedule:
    chance = random.Random(seed)
    pushes = [Action(2.0, "push", f"v1.3.0 {chance.choice(_DEFECTS)}")]
    if chance.random() < 0.35:
        pushes.append(
            random_action(
                chance, f"{chance.choice(('push', 'push', 'push-unheard'))} v1.4.0 {chance.choice(_DEFECTS)}", 70
            )
        )
    if chance.random() < 0.15:
        pushes.append(random_action(chance, f"push v1.5.0 {chance.choice(_DEFECTS)}", 90))
    people = [random_action(chance, chance.choice(_PEOPLE), 80) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))]
    world = [random_action(chance, chance.choice(_WORLD), 50) for _ in range(chance.choice((0, 0, 0, 1, 2)))]
    faults = [_fault(chance) for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 6)))]
    plain = Schedule(
        name=f"seed {seed}",
        actions=tuple(sorted((*pushes, *people, *world), key=lambda action: action.at)),
        faults=tuple(sorted(faults, key=lambda fault: fault.at)),
        auto_switch=chance.random() < 0.85,
        key=chance.random() < 0.9,
        first_day=False,
        busy=chance.choice(("supersede", "supersede", "queue", "refuse")),
        skew=seed + 1 if chance.random() < 0.5 else 0,
    )
    found = _with_sequence(plain, chance) if chance.random() < _SEQUENCE_SHARE else plain
    found = _with_provider_routing(found, chance) if chance.random() < _PROVIDER_SHARE else found
    found = _with_bug(found, chance) if chance.random() < _BUG_SHARE else found
    found = _with_refused_wake_ups(found, chance) if chance.random() < _REFUSED_SHARE else found
    found = _with_one_client(found, chance) if chance.random() < _ONE_CLIENT_SHARE else found
    found = with_slow_answers(found, chance, _POINTS) if chance.random() < _SLOW_SHARE else found
    found = _with_change_of_mind(found, chance) if chance.random() < _CHANGE_OF_MIND_SHARE else found
    return _with_restore(found, chance) if chance.random() < _RESTORE_SHARE else found


def _with_provider_routing(plain: Schedule, chance: random.Random) -> Schedule:
    """Users are led by a setting at DigitalOcean, and others change it too. Drawn last: no other schedule changes."""
    strays = [random_action(chance, chance.choice(_REDIRECTS), 160) for _ in range(chance.choice((0, 1, 1, 2)))]
    actions = tuple(sorted((*plain.actions, *strays), key=lambda action: action.at))
    return replace(plain, actions=actions, traffic=chance.choice(ROUTINGS))


def _with_bug(plain: Schedule, chance: random.Random) -> Schedule:
    """A client raises what nobody foresaw. Drawn behind all else, for the same reason."""
    faults = (*plain.faults, Fault(chance.randrange(_POINTS), "raises"))
    return replace(plain, faults=tuple(sorted(faults, key=lambda fault: fault.at)))


def _with_refused_wake_ups(plain: Schedule, chance: random.Random) -> Schedule:
    """The platform wakes nobody for a minute or for an hour."""
    refused = random_action(chance, f"refuse-wake-ups {chance.choice((HOUR, HOUR, '60'))}", 100)
    return replace(plain, actions=tuple(sorted((*plain.actions, refused), key=lambda action: action.at)))


def _with_one_client(plain: Schedule, chance: random.Random) -> Schedule:
    """It asks a URL that fails in every release: from the switch on, mostly."""
    asks = random_action(chance, f"one-client {chance.choice(('20', '60', '300'))}", 60)
    return replace(plain, actions=tuple(sorted((*plain.actions, asks), key=lambda action: action.at)))


def _with_change_of_mind(plain: Schedule, chance: random.Random) -> Schedule:
    """A rollback by mistake that is undone, a hotfix that does not wait: soon after one another."""
    at, actions = chance.uniform(15, 75), list(plain.actions)
    for what in chance.choice(_CHANGES_OF_MIND):
        word, _, rest = what.partition(" ")
        actions.append(Action(round(at, 2), word, rest))
        at += chance.uniform(0.1, 15)
    return replace(plain, actions=tuple(sorted(actions, key=lambda action: action.at)))


def _with_restore(plain: Schedule, chance: random.Random) -> Schedule:
    """The way back is restored, by people or by itself, mostly after a release that has failed its checks."""
    failing = f"v1.3.0 {chance.choice(('fails-smoke', 'unhealthy', 'crashes', 'good'))}"
    actions = [replace(a, arg=failing) if a.what == "push" and a.arg.startswith("v1.3.0") else a for a in plain.actions]
    at = chance.uniform(10, 75)
    for what in chance.choice(_RESTORES):
        word, _, rest = what.partition(" ")
        actions.append(Action(round(at, 2), word, rest))
        at += chance.uniform(0.1, 40)
    actions = sorted(actions, key=lambda action: action.at)
    return replace(plain, actions=tuple(actions), restore_idle=chance.random() < 0.5)


def with_slow_answers(plain: Schedule, chance: random.Random, points: int) -> Schedule:
    """A few answers come a byte at a time; in half of these schedules a service's all do, for up to four minutes."""
    faults = [Fault(chance.randrange(points), chance.choice((TRICKLES, SLOW))) for _ in range(3)]
    how = f"answers {chance.choice(CLIENTS)} {chance.choice((TRICKLES, SLOW))} {chance.choice((20, 60, 240))}"
    slow = [random_action(chance, how, 100)] if chance.random() < 0.5 else []
    return replace(
        plain,
        actions=tuple(sorted((*plain.actions, *slow), key=lambda action: action.at)),
        faults=tuple(sorted((*plain.faults, *faults), key=lambda fault: fault.at)),
    )


def _with_sequence(plain: Schedule, chance: random.Random) -> Schedule:
    """Earlier releases, lifted quarantines, App Platform's own rollback, alerts: on top of what else happens."""
    at, actions = chance.uniform(6, 75), list(plain.actions)
    for what in chance.choice(_SEQUENCES):
        word, _, rest = what.partition(" ")
        actions.append(Action(round(at, 2), word, rest))
        at += chance.uniform(0.1, 40) if chance.random() < 0.7 else 0.02
    met = chance.choice(_SEQUENCE_INTERLEAVED).format(chance.randrange(1, 30))
    extra = (Fault(chance.randrange(_POINTS), "interleave", met),) if chance.random() < 0.3 else ()
    return replace(
        plain,
        actions=tuple(sorted(actions, key=lambda action: action.at)),
        faults=tuple(sorted((*plain.faults, *extra), key=lambda fault: fault.at)),
        alerts=chance.choice(("ask_judge", "rollback", "rollback", "tell")),
    )


def random_action(chance: random.Random, what: str, until: float) -> Action:
    """At some moment until then."""
    word, _, rest = what.partition(" ")
    return Action(round(chance.uniform(2.5, until), 2), word, rest)


def _fault(chance: random.Random) -> Fault:
    kind, args = chance.choice(_FAULTS)
    return Fault(chance.randrange(_POINTS), kind, chance.choice(args).format(chance.randrange(1, 30)))
