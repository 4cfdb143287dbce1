"""The gate for migrations: before anything is deployed, what the tag changes in the database is judged."""

from typing import NamedTuple

from bluegreen.clients.fan_out import at_once
from bluegreen.core.data_jobs import clean_ups
from bluegreen.core.errors import NotFound
from bluegreen.core.migrations.kept import Migrations, numbers
from bluegreen.steps.turn import Turn

_EARLIER_READ = 500  # files; of a longer history the newest, and then what is not found there may exist


class _Base(NamedTuple):
    """What the tag is compared with. `instead`: why that is not what runs in production, "" where it is."""

    commit: str
    instead: str = ""


class _Files(NamedTuple):
    """Paths and blobs: those that the release runs, what stood in their place, and those that were run before."""

    changed: dict[str, str]
    replaced: dict[str, str]
    earlier: dict[str, str]
    later: dict[str, str]  # what no release runs yet


def look(turn: Turn, commit: str) -> Migrations:
    """Judges the migrations that differ between production's commit and the tag's. Without globs nothing is asked."""
    service = turn.cloud.service
    if not commit or not service.migrations.judged:
        return Migrations()
    base = _base(turn, commit)
    if base.commit == commit:
        return Migrations()
    files = _files(turn, base, commit)
    if not (files.changed or service.migrations.cleanup):
        return Migrations()
    return _judged(turn, files)._replace(base=base.instead)


def _base(turn: Turn, commit: str) -> _Base:
    """On the first day nobody may know what runs in production: then the nearest that is known, and people are told."""
    record = turn.record
    active, idle = record.on(record.active), record.on(record.idle)
    known = active.commit or _commit_of(turn, active.tag)
    if known:
        return _Base(known)
    unknown = "nobody knows what runs in production"
    known = idle.commit or _commit_of(turn, idle.tag)
    if known and known != commit:
        return _Base(
            known, f"{unknown}: its migrations were compared with {idle.tag or known[:12]} on {record.idle.value}"
        )
    tags = turn.cloud.service.tags
    ours = tags.rank(turn.release.tag) or ()
    listed = turn.cloud.clients.github.tags(turn.cloud.service.repository)
    lower = [tag for tag in listed if (rank := tags.rank(tag)) and rank < ours and listed[tag] not in ("", commit)]
    nearest = max(lower, key=lambda tag: tags.rank(tag) or (), default="")
    if nearest:
        return _Base(listed[nearest], f"{unknown}: its migrations were compared with {nearest}, the tag before")
    return _Base("", f"{unknown}, nor any earlier tag: of its migrations the last was judged")


def _commit_of(turn: Turn, tag: str) -> str:
    try:
        return turn.cloud.clients.github.commit_of(turn.cloud.service.repository, tag) if tag else ""
    except NotFound:
        return ""


def _files(turn: Turn, base: _Base, commit: str) -> _Files:
    after, later = _named(turn, commit)
    if not base.commit:
        *before, last = sorted(after, key=numbers) or [""]
        return _Files({last: after[last]} if last else {}, {}, {path: after[path] for path in before}, later)
    before_it, _ = _named(turn, base.commit)
    changed = [path for path in sorted(after, key=numbers) if after[path] != before_it.get(path)]
    if not changed:  # no statement is judged, so nobody asks which schema it meets
        return _Files({}, {}, {}, later)
    earlier = [path for path in sorted(before_it, key=numbers) if path not in changed][-_EARLIER_READ:]
    replaced = {path: before_it[path] for path in changed if path in before_it}
    run, known = ({path: of[path] for path in paths} for of, paths in ((after, changed), (before_it, earlier)))
    return _Files(run, replaced, known, later)


def _judged(turn: Turn, files: _Files) -> Migrations:
    # Only a release with migrations pays for what judges them (`make bench-migrations`).
    from bluegreen.core.migrations import gate, left_over, releasing

    files_of, repository = turn.cloud.clients.github.files, turn.cloud.service.repository
    blobs = list(dict.fromkeys(blob for part in files for blob in part.values()))
    texts = dict(zip(blobs, at_once(lambda blob: files_of.blob(repository, blob), blobs), strict=True))
    run = [
        gate.MigrationFile(path, texts[blob], texts[files.replaced[path]] if path in files.replaced else "")
        for path, blob in files.changed.items()
    ]
    verdict = gate.judge(run, [gate.MigrationFile(path, texts[blob]) for path, blob in files.earlier.items()])
    oldest = ""
    if any(found.lost for found in verdict.objections):
        # … and only one that takes something away for what reads code.
        from bluegreen.core.migrations.readers import gone
        from bluegreen.steps.database import readers_gone

        lost = gone.lost_names(verdict.objections)
        releases = readers_gone.look(turn, lost) if lost else []
        verdict = verdict._replace(objections=gone.applied(verdict.objections, releases))
        oldest = gone.oldest(releases)
    later = [gate.MigrationFile(path, texts[blob]) for path, blob in files.later.items()]
    return releasing.judged(verdict, oldest)._replace(
        clean_ups=clean_ups.kept(left_over.clean_ups(turn.release.tag, run, later)),
        cleaned=clean_ups.done_by(turn.record, left_over.statements(run)),
    )


def _named(turn: Turn, commit: str) -> tuple[dict[str, str], dict[str, str]]:
    """Path and blob of the migrations at a commit, and of what is left to a later release."""
    service = turn.cloud.service
    tree = turn.cloud.clients.github.files.tree(service.repository, commit, service.migrations.may_hold)
    migrations = {path: blob for path, blob in tree.items() if service.migrations.named(path)}
    return migrations, {path: blob for path, blob in tree.items() if service.migrations.for_later(path)}
