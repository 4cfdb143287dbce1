"""What was said of a release is computed again; then somebody changes a number in the record, and it is found."""

from bluegreen.core.config.service import Service
from bluegreen.core.errors import Corrupt
from bluegreen.core.release_file.replay import replayed
from bluegreen_cli.evidence import kept
from bluegreen_cli.evidence.kept import KeptRelease
from bluegreen_cli.terminal.place import Place
from bluegreen_demo.event import Mood
from bluegreen_demo.stories import Stage
from bluegreen_demo.watcher import NotHappened

_SAID = b" checks passed"


def proven(stage: Stage, tag: str) -> None:
    """As `bluegreen replay TAG` does it, before and after a change of one byte."""
    env = stage.cloud.folder / "evidence.env"
    env.write_text("".join(f"{name}={value}\n" for name, value in stage.cloud.environ.items()))
    place = Place(stage.cloud.folder / "bluegreen.yml", env)
    try:
        found = _computed(stage, place, tag)
        _tampered(stage, place, found)
    finally:
        place.close()
        env.unlink()


def _computed(stage: Stage, place: Place, tag: str) -> KeptRelease:
    found = kept.load(place, place.service(None), tag)
    made = replayed(found.versions, found.id)
    if found.faults or not made.whole or not made.looks:
        raise NotHappened(f"the verdicts of {tag} are not the same again: {made}, {found.faults}")
    says = f"{len(made.looks)} verdicts of {tag} computed again, all the same"
    stage.printer.say("a person", f"runs bluegreen replay {tag}", says, Mood.GOOD)
    return found


def _tampered(stage: Stage, place: Place, found: KeptRelease) -> None:
    """In its file, or in the journal where that is not written yet. What was there is put back."""
    number = next(n for n, body in enumerate(found.bodies[:-1]) if _SAID in body)
    version = f"services/{found.service.name}/journal/{found.versions[number].seq:08d}.json"
    path = version if found.source == "the journal" else found.source
    stored = place.clients.state.get(path) or b""
    at = stored.index(_SAID) - 1
    try:
        place.clients.state.put(path, stored[:at] + (b"8" if stored[at : at + 1] != b"8" else b"9") + stored[at + 1 :])
        says = _fault(place, found.service, found.id)
    finally:
        place.clients.state.put(path, stored)
    if not says:
        raise NotHappened(f"a byte of {path} was changed, and nobody has noticed")
    stage.printer.say("somebody", f"changes one digit in {path.rpartition('/')[2]}", says, Mood.BAD)


def _fault(place: Place, service: Service, release: str) -> str:
    try:
        return "; ".join(kept.load(place, service, release).faults)
    except Corrupt as error:
        return str(error)
