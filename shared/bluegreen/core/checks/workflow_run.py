"""A run of the smoke tests' workflow: what its answer means. Pure.

GitHub's `conclusion` decides and nothing else: `action: completed` has been seen beside a run that was queued. A run
that was skipped or cancelled has tested nothing, and nothing is never good.
"""

from typing import NamedTuple

from bluegreen.core.finding import Finding, Verdict

PAUSE = 10.0  # seconds until the run is looked at again; its webhook comes in between
_NAME = 80  # characters of a foreign name
_GOOD = "success"


class FailedStep(NamedTuple):
    """The first step that failed, and its job; `url` leads to the job."""

    job: str
    step: str
    url: str


class RunSeen(NamedTuple):
    """`conclusion` is "" while it runs; `url` "" where the run is not found yet."""

    workflow: str
    status: str
    conclusion: str = ""
    url: str = ""
    failed: FailedStep | None = None


def verdict(seen: RunSeen) -> Finding:
    where = f": {seen.url}" if seen.url else ""
    if not seen.conclusion:
        says = f"{seen.workflow} is {seen.status[:_NAME] or 'asked for'}{where}"
        return Finding(verdict=Verdict.WAIT, says=says, again_in=PAUSE)
    if seen.conclusion == _GOOD:
        return Finding(verdict=Verdict.GOOD, says=f"{seen.workflow} passed{where}")
    ended = "failed" if seen.conclusion == "failure" else f"ended as {seen.conclusion[:_NAME]}"
    return Finding(verdict=Verdict.BAD, says=f"{seen.workflow} {ended}{_at(seen.failed)}{_link(seen)}")


def _at(failed: FailedStep | None) -> str:
    if failed is None:
        return ""
    step = f", step “{failed.step[:_NAME]}”" if failed.step else ""
    return f" in job “{failed.job[:_NAME]}”{step}"


def _link(seen: RunSeen) -> str:
    url = (seen.failed.url if seen.failed else "") or seen.url
    return f": {url}" if url else ""
