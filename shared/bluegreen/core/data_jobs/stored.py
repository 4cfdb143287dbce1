"""Phases after the switch: a job that changes rows once a release is proven, and what is left to clean up.

A job is begun once for a tag's commit, whatever happens. There is one entry a release, written in the version that
makes it *live*; of all who would start it, the one whose append of the intent lands does. Where it dies before it has
started the job, or before it knows which run is its, the run is looked for, and never started again: a person is told
instead. So a job is started at most once, and never missed in silence.
"""

from enum import Enum
from typing import Annotated

from pydantic import AfterValidator

from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen, Time


class DataJobState(Enum):
    DUE = "due"
    STARTING = "starting"  # the intent is written
    RUNNING = "running"
    LATE = "late"  # it runs longer than it may; it is followed on
    DONE = "done"
    FAILED = "failed"
    LEFT_OUT = "left out"  # production left the release before it was begun


OVER = frozenset({DataJobState.DONE, DataJobState.FAILED, DataJobState.LEFT_OUT})


class DataJob(Frozen):
    """`name` is a workflow's file, or a job of the app `app`."""

    release: str  # its id
    tag: str
    commit: str = ""  # that the tag meant
    name: str
    app: str = ""
    state: DataJobState = DataJobState.DUE
    since: Time
    deadline: Time | None = None  # from when it is begun
    before: tuple[str, ...] = ()  # deployments of the app that were there before: none of them is ours
    run: str = ""  # the run's or deployment's id, once it is known
    url: str = ""
    says: Annotated[str, AfterValidator(hidden)] = ""


class CleanUp(Frozen):
    """A statement that a release leaves to a later one."""

    tag: str  # the release that has left it
    path: str
    statement: str
    stands: bool = False  # in a file of its own (`migrations.cleanup`): gone once that is
