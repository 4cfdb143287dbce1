"""Releases judged by other thresholds, on all cores: each release is apart from the others.

Files are fetched while those before are judged; so many at once that no more than two rows of them are held.
"""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from bluegreen.clients.fan_out import MOST, AtOnce
from bluegreen.clients.store.release_files import ReleaseFiles
from bluegreen.core.config.thresholds import Thresholds
from bluegreen.core.errors import Corrupt
from bluegreen.core.finding import Verdict
from bluegreen.core.judge.written_look import WrittenLook
from bluegreen.core.release_file.encoding import SpoiltFile
from bluegreen.core.release_file.what_if import Supposed, looks_in, supposed

WORTH_IT = 8  # releases: with fewer another process takes longer to begin than to judge them
_WORDS = {Verdict.GOOD: "live", Verdict.BAD: "rolled back", Verdict.UNPROVEN: "unproven"}
_NO_END, _NOT_JUDGED = "no end of its bake", "not judged"


class Rejudged(NamedTuple):
    """A release judged by other thresholds. `verdict`: by its own; None where no look of it is kept."""

    release: str
    verdict: Verdict | None
    switched_at: datetime | None
    by_others: Supposed | None

    @property
    def was(self) -> str:
        return _NOT_JUDGED if self.verdict is None else _WORDS.get(self.verdict, _NO_END)

    @property
    def would_be(self) -> str:
        return _NOT_JUDGED if self.by_others is None else _WORDS.get(self.by_others.verdict, _NO_END)

    @property
    def after(self) -> float:
        """Seconds from the switch to the verdict by other thresholds."""
        if self.by_others is None or self.switched_at is None:
            return 0.0
        return (self.by_others.at - self.switched_at).total_seconds()


def rejudged(release: str, looks: Sequence[WrittenLook], changes: dict[str, Any]) -> Rejudged:
    """What is in `changes` counts, and beside it what the release was judged by."""
    if not looks:
        return Rejudged(release, None, None, None)
    thresholds: Thresholds = looks[0].thresholds.model_copy(update=changes)
    return Rejudged(release, looks[-1].verdict, looks[0].switched_at, supposed(looks, thresholds))


def all_rejudged(
    files: ReleaseFiles, releases: Sequence[str], changes: dict[str, Any], at_once: AtOnce
) -> Iterator[Rejudged]:
    """In their order. `Corrupt` names a file that was changed."""
    judge, before = partial(_of_files, files.service, changes), list[Future[Rejudged]]()
    with _workers(len(releases)) as submit:
        for first in range(0, len(releases), MOST):
            row = releases[first : first + MOST]
            bodies = at_once(files.bodies, row)
            now = [submit(judge, release, found) for release, found in zip(row, bodies, strict=True)]
            yield from (each.result() for each in before)
            before = now
        yield from (each.result() for each in before)


def _of_files(service: str, changes: dict[str, Any], release: str, files: Sequence[bytes]) -> Rejudged:
    try:
        looks = looks_in(files, service, release)
    except SpoiltFile as error:
        raise Corrupt(f"the file of {release} was changed: {error}") from None
    return rejudged(release, looks, changes)


@contextmanager
def _workers(releases: int) -> Iterator[Callable[..., Future[Rejudged]]]:
    cores = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST)
    if releases < WORTH_IT or cores < 2:
        yield _Here().submit
        return
    # What is made of a release goes with it; to look for circles takes a tenth of the time, and there are none.
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), initializer=gc.disable) as pool:
        yield pool.submit


class _Here(Executor):
    """Does it at once, in this process."""

    def submit(self, judge: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(judge(*given, **named))
        return done
