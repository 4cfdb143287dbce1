"""`bluegreen evidence RELEASE --verify`: is it what was written, does the verdict follow, who bears witness?"""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bluegreen.clients.store.release_files import ReleaseFiles
from bluegreen.core.config.notify import GitHubNotice
from bluegreen.core.errors import BluegreenError
from bluegreen.core.release_file import witness
from bluegreen.core.release_file.chain import link
from bluegreen.core.release_file.encoding import digest
from bluegreen.core.release_file.replay import Replay
from bluegreen.core.release_file.witness import Witness
from bluegreen_cli.evidence import statement
from bluegreen_cli.evidence.kept import KeptRelease
from bluegreen_cli.terminal.exits import Exit
from bluegreen_cli.terminal.place import Place


class Result(Enum):
    FINE = "fine"
    FAULT = "fault"
    DOUBT = "doubt"


class Comparison(NamedTuple):
    """One thing that was looked at, and what was found."""

    what: str
    result: Result
    says: str


def exit_of(comparisons: list[Comparison]) -> Exit:
    results = {each.result for each in comparisons}
    return Exit.REFUSED if Result.FAULT in results else Exit.DOUBT if Result.DOUBT in results else Exit.DONE


def comparisons(place: Place, found: KeptRelease, made: Replay) -> Iterator[Comparison]:
    yield _chain(found)
    yield from _neighbour(place, found)
    yield _verdicts(made)
    yield from _witnesses(place, found)


def _chain(found: KeptRelease) -> Comparison:
    many = f"{len(found.bodies)} versions, {found.first} to {found.last}"
    if found.faults:
        return Comparison("chain", Result.FAULT, "; ".join(found.faults))
    return Comparison("chain", Result.FINE, f"{many}, each names the hash of the one before; from {found.source}")


def _neighbour(place: Place, found: KeptRelease) -> Iterator[Comparison]:
    """The journal's next version, where it is still there, names the hash of the last one that is kept."""
    files = ReleaseFiles(place.clients.state, found.service.name, place.clients.at_once)
    for body in files.versions([found.last + 1]).values():
        try:
            fits = link(body).previous == found.head
        except ValueError:
            fits = False
        says = f"version {found.last + 1} of the journal {'names' if fits else 'does not name'} its hash"
        yield Comparison("journal", Result.FINE if fits else Result.FAULT, says)


def _verdicts(made: Replay) -> Comparison:
    if not made.looks:
        return Comparison("verdicts", Result.DOUBT, "nothing was judged, or by a Bluegreen that kept no looks")
    other = [look for look in made.looks if look.differs]
    if made.whole and made.other_rule:
        return Comparison("verdicts", Result.DOUBT, made.other_rule)
    if made.whole:
        return Comparison("verdicts", Result.FINE, f"{len(made.looks)} computed again, all the same")
    first = f"version {other[0].seq}: {other[0].differs[0]}" if other else made.moves[0]
    return Comparison("verdicts", Result.FAULT, f"{len(other)} of {len(made.looks)} differ; {first}")


def _witnesses(place: Place, found: KeptRelease) -> Iterator[Comparison]:
    """Each version that GitHub was told the hash of, in a deployment's status."""
    settings = next((entry for entry in found.service.notify if isinstance(entry, GitHubNotice)), None)
    if settings is None:
        yield Comparison("witness", Result.DOUBT, "`notify` names no GitHub: nobody outside was told of the journal")
        return
    try:
        told = _told(place, found, settings.environment)
    except BluegreenError as error:
        yield Comparison("witness", Result.DOUBT, f"GitHub was not asked: {error}")
        return
    compared = [_compared(place, found, each) for each in told]
    wrong = [each for each in compared if each.result is Result.FAULT]
    yield from (
        wrong or compared[:1] or [Comparison("witness", Result.DOUBT, "GitHub was told of no version of this release")]
    )


def _told(place: Place, found: KeptRelease, environment: str) -> list[Witness]:
    """Newest first."""
    repository, github = found.service.repository, place.clients.github
    payload = {"bluegreen": found.id, "tag": found.release.tag}
    made = github.deployments(repository, environment)
    told = next((github.statuses(repository, each.id) for each in made if each.payload == payload), [])
    return [said for each in told if (said := witness.found(each.description or "")) is not None]


def _compared(place: Place, found: KeptRelease, told: Witness) -> Comparison:
    kept = {version.seq: body for version, body in zip(found.versions, found.bodies, strict=True)}
    files = ReleaseFiles(place.clients.state, found.service.name, place.clients.at_once)
    body = kept.get(told.seq) or files.versions([told.seq]).get(told.seq)
    if body is None:
        return Comparison("witness", Result.DOUBT, f"GitHub was told of version {told.seq}, which is not kept any more")
    if told.fits(digest(body)):
        return Comparison("witness", Result.FINE, f"GitHub was told the same hash of version {told.seq}")
    says = f"GitHub was told {told.hashed[:12]}… of version {told.seq}, which is {digest(body)[:12]}… here"
    return Comparison("witness", Result.FAULT, f"{says}: the journal was made anew")


def signature(found: KeptRelease, made: Replay, path: Path, key: Ed25519PublicKey) -> Comparison:
    """The envelope is signed by that key, and says what follows from the versions."""
    try:
        told = statement.opened(path.read_bytes(), key)
    except OSError as error:
        return Comparison("signature", Result.FAULT, f"{path} cannot be read: {error.strerror}")
    except ValueError as error:
        return Comparison("signature", Result.FAULT, f"{path.name}: {error}")
    says = f"{path.name} is signed by key {statement.keyid(key)[:12]}…"
    other = [*_others(told, statement.statement(found, made))]
    if other:
        return Comparison("signature", Result.FAULT, f"{says}, but says otherwise of {', '.join(other)}")
    return Comparison("signature", Result.FINE, f"{says}, and says what follows from these versions")


def _others(told: dict[str, Any], here: dict[str, Any]) -> Iterator[str]:
    """A statement may be older than a field of ours: what it says has to be so."""
    yield from (name for name in ("_type", "subject", "predicateType") if told.get(name) != here[name])
    given = told.get("predicate")
    facts = given if isinstance(given, dict) else {}
    yield from (f"predicate.{name}" for name, value in facts.items() if here["predicate"].get(name) != value)
    yield from () if facts else ("predicate",)
