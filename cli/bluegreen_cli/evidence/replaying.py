"""The command `bluegreen replay`: what was said of a release computed again, by its own thresholds or by others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bluegreen.core.config.service import Service
from bluegreen.core.config.units import spoken
from bluegreen.core.errors import Corrupt
from bluegreen.core.release_file.replay import Replay, replayed
from bluegreen.core.release_file.steps import ReplayedStep
from bluegreen.core.release_file.what_if import looks_of
from bluegreen_cli import screen
from bluegreen_cli.evidence import kept, thresholds_file
from bluegreen_cli.evidence.kept import KeptRelease
from bluegreen_cli.evidence.rejudging import Rejudged, all_rejudged, rejudged
from bluegreen_cli.terminal.exits import Exit, NoSuchRelease
from bluegreen_cli.terminal.place import Place


def replay(place: Place, named: str, name: str, as_json: bool) -> Exit:
    found = kept.load(place, place.service(name or None), named or "latest")
    made = replayed(found.versions, found.id)
    unchanged = made.whole and not found.faults
    if as_json:
        screen.document(_facts(found, made, unchanged))
    else:
        _say(found, made, unchanged)
    if not unchanged:
        return Exit.REFUSED
    return Exit.DONE if made.same else Exit.DOUBT


def what_if(place: Place, named: str, name: str, path: Path, as_json: bool) -> Exit:
    """Of one release, or of all that have a file."""
    changes, service = thresholds_file.read(path), place.service(name or None)
    found = [_one(place, service, named, changes)] if named else _all(place, service, changes)
    if as_json:
        facts = [_supposed_facts(each) for each in found]
        screen.document({"ok": True, "service": service.name, "thresholds": path.name, "releases": facts})
    else:
        _say_supposed(found, path.name)
    return Exit.DONE


def _one(place: Place, service: Service, named: str, changes: dict[str, Any]) -> Rejudged:
    found = kept.load(place, service, named)
    if found.faults:
        raise Corrupt(f"{found.id} was changed, in {found.source}: {'; '.join(found.faults)}")
    return rejudged(found.id, looks_of(found.bodies, found.id), changes)


def _all(place: Place, service: Service, changes: dict[str, Any]) -> list[Rejudged]:
    ids = kept.all_ids(place, service)
    if not ids:
        raise NoSuchRelease(f"{service.name} has no release file yet: one is written when a release is over")
    return [*all_rejudged(kept.files_of(place, service), ids, changes, place.clients.at_once)]


def _say(found: KeptRelease, made: Replay, unchanged: bool) -> None:
    where = f"versions {found.first} to {found.last}, from {found.source}"
    screen.headline(f"{found.id} {screen.line(found.release.tag, 40)}: {_summary(made)}", _mood(made, unchanged))
    screen.tell(f"{found.outcome.value}: {found.reason}", indent="  ")
    screen.tell(where, indent="  ")
    for each in (*found.faults, *made.moves):
        screen.tell(each, indent="  ")
    screen.tell(made.other_rule, indent="  ")
    for step in made.steps:
        how = f"{step.basis.value}: {step.why}, its words are held by the chain alone" if step.why else step.basis.value
        screen.tell(f"{step.at:%H:%M:%S} {step.phase.value} → {step.to.value}: {how}", indent="  ")
        for each in step.differs:
            screen.tell(f"version {step.seq}: {each}", indent="    ")
    for look in made.looks:
        for each in look.differs:
            screen.tell(f"version {look.seq}, {look.at:%H:%M:%S}: {each}", indent="  ")


def _summary(made: Replay) -> str:
    how = "all the same" if made.same else "not all the same"
    if not made.looks:
        return "nothing was judged in it" if made.same else "no verdict in it, and what is there is not the same"
    return f"{len(made.looks)} {'verdict' if len(made.looks) == 1 else 'verdicts'} computed again, {how}"


def _mood(made: Replay, unchanged: bool) -> str:
    if not unchanged:
        return "bad"
    return "good" if made.same else "warning"


def _facts(found: KeptRelease, made: Replay, unchanged: bool) -> dict[str, Any]:
    looks = [
        {
            "version": look.seq,
            "at": look.at.isoformat(),
            "verdict": look.verdict.value,
            "says": look.says,
            "differs": [*look.differs],
            "otherwise": [*look.otherwise],
        }
        for look in made.looks
    ]
    return {
        "ok": unchanged,
        "service": found.service.name,
        "release": found.id,
        "tag": found.release.tag,
        "outcome": found.outcome.value,
        "source": found.source,
        "first": found.first,
        "last": found.last,
        "faults": [*found.faults, *made.moves],
        "same": made.same,
        "verdicts": looks,
        "steps": [_step_facts(step) for step in made.steps],
    }


def _step_facts(step: ReplayedStep) -> dict[str, Any]:
    facts = {"version": step.seq, "at": step.at.isoformat(), "phase": step.phase.value, "to": step.to.value}
    return {**facts, "basis": step.basis.name.lower(), "why": step.why, "differs": [*step.differs]}


def _say_supposed(found: Sequence[Rejudged], thresholds: str) -> None:
    others = sum(each.was != each.would_be for each in found)
    screen.headline(f"{len(found)} judged by {thresholds}: {others} would have ended otherwise", "")
    for each in found:
        changed = each.was != each.would_be
        words = f"{each.release}: was {each.was}, would be {each.would_be}"
        screen.headline(words, "warning" if changed else "quiet")
        if each.by_others is not None and (changed or len(found) == 1):
            screen.tell(f"after {spoken(each.after)}: {each.by_others.says}", indent="    ")


def _supposed_facts(each: Rejudged) -> dict[str, Any]:
    found = each.by_others
    facts = {"release": each.release, "was": each.was, "would_be": each.would_be, "same": each.was == each.would_be}
    if found is None:
        return facts
    told = {"verdict": found.verdict.value, "says": found.says, "final": found.final, "held": found.held}
    return {**facts, **told, "after_seconds": each.after}
