"""The gate for migrations: before anything is deployed, what the tag changes in the database is judged."""

from bluegreen.clients.fan_out import at_once
from bluegreen.core.errors import NotFound
from bluegreen.core.migrations.kept import Migrations, numbers
from bluegreen.steps.turn import Turn

_EARLIER_READ = 500  # files; of a longer history the newest, and then what is not found there may exist


def look(turn: Turn, commit: str) -> Migrations:
    """Judges the migrations that differ between production's commit and the tag's. Without globs nothing is asked."""
    service = turn.cloud.service
    if not commit or not service.migrations.judged:
        return Migrations()
    base = _base(turn)
    if not base or base == commit:
        return Migrations()
    return _judged(turn, base, commit)


def _base(turn: Turn) -> str:
    """The commit in production, "" where nobody knows it: on the day of adoption there is nothing to compare with."""
    github, active = turn.cloud.clients.github, turn.record.on(turn.record.active)
    if active.commit or not active.tag:
        return active.commit
    try:
        return github.commit_of(turn.cloud.service.repository, active.tag)
    except NotFound:
        return ""


def _judged(turn: Turn, base: str, commit: str) -> Migrations:
    github, service = turn.cloud.clients.github, turn.cloud.service
    before, after = (_named(turn, of) for of in (base, commit))
    changed = [path for path in sorted(after, key=numbers) if after[path] != before.get(path)]
    if not changed:
        return Migrations()
    from bluegreen.core.migrations import gate, releasing  # its parser: 12 ms that only a release with migrations pays

    earlier = [path for path in sorted(before, key=numbers) if path not in changed][-_EARLIER_READ:]
    blobs = [after[path] for path in changed] + [before[path] for path in earlier]
    texts = at_once(lambda blob: github.blob(service.repository, blob), blobs)
    files = [gate.MigrationFile(path, text) for path, text in zip([*changed, *earlier], texts, strict=True)]
    from bluegreen.core.migrations.readers import gone
    from bluegreen.steps.database import readers_gone

    verdict = gate.judge(files[: len(changed)], files[len(changed) :])
    lost = gone.lost_names(verdict.objections)
    releases = readers_gone.look(turn, lost) if lost else []
    return releasing.judged(verdict._replace(objections=gone.applied(verdict.objections, releases)), releases)


def _named(turn: Turn, commit: str) -> dict[str, str]:
    service = turn.cloud.service
    tree = turn.cloud.clients.github.files.tree(service.repository, commit, service.migrations.may_hold)
    return {path: blob for path, blob in tree.items() if service.migrations.named(path)}
