"""The smoke tests' workflow on GitHub: started once for a release, and followed until it has a conclusion.

To start a run is nothing that GitHub makes repeatable, so the intent is written first; a turn that finds an intent
without a run looks for the run before it starts another. A doubled run would only test twice.
"""

from contextlib import suppress
from datetime import timedelta

from bluegreen.clients.github_actions import Run
from bluegreen.core.checks.workflow_run import RunSeen
from bluegreen.core.errors import Later, Never
from bluegreen.core.release import SmokeRun
from bluegreen.steps.turn import Turn

_APPEARS = timedelta(seconds=60)  # a run that was started is listed by then


def look(turn: Turn) -> RunSeen:
    workflow = turn.cloud.service.checks.smoke.workflow
    known = turn.release.smoke_run
    if known is None:
        return _start(turn, workflow)
    run = _read(turn, known) if known.id else _find(turn, workflow, known)
    if run is None and turn.cloud.clock.now() - known.intended_at >= _APPEARS:
        return _start(turn, workflow)
    return RunSeen(workflow, "asked for, and not listed yet") if run is None else _seen(turn, workflow, run)


def _start(turn: Turn, workflow: str) -> RunSeen:
    cloud, release = turn.cloud, turn.release
    intended = SmokeRun(intended_at=cloud.clock.now())
    turn.change(f"{workflow} is to be started", lambda record: record.with_release(smoke_run=intended))
    inputs = {
        "url": cloud.service.url(release.goes_to),
        "tag": release.tag,
        "release": release.id,
        "environment": release.goes_to.value,
    }
    run = cloud.clients.github.actions.dispatch(cloud.service.repository, workflow, release.tag, inputs)
    if run is None:
        return RunSeen(workflow, "asked for")
    _note(turn, intended, run)
    return RunSeen(workflow, "queued", url=run.url)


def _find(turn: Turn, workflow: str, known: SmokeRun) -> Run | None:
    actions, release = turn.cloud.clients.github.actions, turn.release
    run = actions.started(turn.cloud.service.repository, workflow, release.tag, known.intended_at, release.id)
    if run is not None:
        _note(turn, known, run)
    return run


def _read(turn: Turn, known: SmokeRun) -> Run:
    return turn.cloud.clients.github.actions.run(turn.cloud.service.repository, known.id)


def _note(turn: Turn, intended: SmokeRun, run: Run) -> None:
    known = intended.model_copy(update={"id": run.id, "url": run.url})
    turn.change(f"its run is {run.id}", lambda record: record.with_release(smoke_run=known))


def _seen(turn: Turn, workflow: str, run: Run) -> RunSeen:
    seen = RunSeen(workflow, run.status, run.conclusion, run.url)
    if run.conclusion in ("", "success"):
        return seen
    actions, repository = turn.cloud.clients.github.actions, turn.cloud.service.repository
    # Where it failed and what it has left is good to know, and no condition for knowing that it did.
    with suppress(Later, Never):
        seen = seen._replace(failed=actions.failed_step(repository, run.id))
    report = ""
    with suppress(Later, Never):
        report = actions.report(repository, run)
    _note_report(turn, report)
    return seen


def _note_report(turn: Turn, report: str) -> None:
    known = turn.release.smoke_run
    if report and known is not None and known.report != report:
        noted = known.model_copy(update={"report": report})
        turn.change("its run has left a report", lambda record: record.with_release(smoke_run=noted))
