"""What somebody at the page waits for: an answer that nothing has changed, and production after a click."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import httpx

from benchmarks.latency.bar import Bar, median_of, worst_of
from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen_demo import figures
from bluegreen_demo.cloud import SERVICE, LocalCloud
from bluegreen_demo.rollback import Rollback, roll_back
from bluegreen_demo.stories import Stage, push, serves
from bluegreen_demo.watcher import NotHappened

_LOOKS = 20
_TRIES = 100
_TAG = "v3.0.0"
_MARGIN = 1.5  # seconds after a rollback in which the last answers of the release before still arrive


def measured(stage: Stage, rounds: int) -> list[Bar]:
    clicks = list(_clicks(stage, rounds))
    followed = tuple(seconds for one, _ in clicks if (seconds := one.all_followed) is not None)
    last = tuple(last for _, last in clicks)
    looks = tuple(_looks(stage.cloud))
    return [
        Bar("click on roll back → every router followed, median", median_of(followed), "s", 2, followed),
        Bar("click on roll back → last old answer, median", median_of(last), "s", 2, last),
        Bar("click on roll back → last old answer, worst", worst_of(last), "s", 5, last),
        Bar("page unchanged (304), warm, median", median_of(looks), "s", 0.06, looks),
    ]


def _clicks(stage: Stage, rounds: int) -> Iterator[tuple[Rollback, float]]:
    """One good release, taken back by the page's button and put in again by its undo, so many times."""
    before = stage.watcher.record.active
    push(stage, _TAG, Phase.LIVE)
    serves(stage, _TAG)
    for number in range(rounds):
        if number:
            _done(_press(_sent(stage.cloud, "undo"), stage.cloud))
            _stands_on(stage, before.other)
        sent = _sent(stage.cloud, "rollback")
        made = roll_back(stage.cloud, _TAG, before.value, partial(_press, sent))
        if not made.answer.get("ok"):
            raise NotHappened(f"the click was refused: {made.answer.get('what')}")
        time.sleep(_MARGIN)
        yield made, figures.taken_back(stage.traffic, made).last_answer
        _stands_on(stage, before)


def _stands_on(stage: Stage, environment: Environment) -> None:
    stage.watcher.await_(
        f"production rests on {environment.value}",
        lambda record: record.release is None and record.active is environment,
        stage.patience,
    )


def _looks(cloud: LocalCloud) -> Iterator[float]:
    """How long the function takes, in a process that is warm, where the version that is known is the newest.

    What a web function answers well is in no list of activations, as on the platform.
    """
    activations, found = cloud.parts.platform.activations, 0
    for _ in range(_TRIES):
        etag = _ask(cloud).headers["etag"]
        begun = int(datetime.now(UTC).timestamp() * 1000)
        if _ask(cloud, {"if-none-match": etag}).status_code != 304:
            continue
        runs = [run for run in activations.unrecorded if run.path == "ops/dashboard" and run.start >= begun]
        if len(runs) == 1 and "initTime" not in runs[0].annotations:
            found += 1
            yield (runs[0].end - runs[0].start) / 1000
        if found == _LOOKS:
            return


def _ask(cloud: LocalCloud, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.get(cloud.page_url, headers=_token(cloud) | (headers or {}), timeout=30, trust_env=False)


def _sent(cloud: LocalCloud, action: str) -> dict[str, str]:
    """What the page's script would send, once the page offers it."""
    for _ in range(_TRIES):
        found = re.search(rf'data-action="{action}" data-subject="" data-stamp="(\w+)"', _ask(cloud).text)
        if found:
            return {"service": SERVICE, "action": action, "subject": "", "stamp": found[1], "reason": "a bench"}
        time.sleep(0.2)
    raise NotHappened(f"the page never offers {action}")


def _press(sent: dict[str, str], cloud: LocalCloud) -> httpx.Response:
    return httpx.post(cloud.page_url, json=sent, headers=_token(cloud), timeout=30, trust_env=False)


def _done(answer: httpx.Response) -> None:
    if not answer.json().get("ok"):
        raise NotHappened(f"the page refused a press: {answer.text[:200]}")


def _token(cloud: LocalCloud) -> dict[str, str]:
    return {"authorization": f"Bearer {cloud.account.page_token}"}
