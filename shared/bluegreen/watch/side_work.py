"""What the watch does once an invocation beside its looks, in the time that they leave.

A provider that accepts a request and never answers must not blind the watch. So side work comes after the first look at
every service, all of it has one budget, and that budget is what is left until the next look. Example: a release is in
its bake and is looked at every 5 s; the looks took 0.3 s, so GitHub, asked for tags that no webhook announced, has
4.7 s to answer. Many services are worked for side by side, in threads; what was not done in time is done
in a later minute, by another service first.
"""

from collections.abc import Callable
from typing import NamedTuple

from bluegreen.clients.bounded import within
from bluegreen.cloud import Clock, Cloud
from bluegreen.core.data_jobs.stored import OVER
from bluegreen.core.errors import BluegreenError
from bluegreen.core.record import Version
from bluegreen.core.release_file.gathering import is_pending
from bluegreen.steps import bug_report, delivering, production_repair
from bluegreen.watch import after_bake, data_jobs, missed_tags, release_files, way_back

BUDGET = 20.0  # seconds at most, where no service wants another look
_FEW = 4  # services, worked for one after the other: a thread each is for many
_LEAST = 1.0  # seconds, without which nothing is begun
_MARGIN = 6.0  # seconds of the invocation that are left over for the end


class SideWork(NamedTuple):
    """A provider that does not answer is asked again another time."""

    due: Callable[[Cloud, Version | None], bool]  # by the newest version that was read, None where none was
    act: Callable[[Cloud, Version], Version]
    not_done: str  # what the log says where it failed


# In this order: notices have a budget of their own, and a channel that hangs is not asked again at once.
SIDE_WORK = (
    SideWork(
        lambda cloud, read: True,
        lambda cloud, version: delivering.deliver_due(cloud, version),
        "notices that were left behind were not delivered",
    ),
    SideWork(lambda cloud, read: True, after_bake.look, "what serves after its bake was not looked at"),
    SideWork(
        lambda cloud, read: cloud.has_traffic_setting,
        production_repair.repair,
        "where production goes was not looked at",
    ),
    SideWork(
        lambda cloud, read: True, way_back.look, "the idle environment was not compared with what was deployed there"
    ),
    # Without a job nothing is read or asked. One that was begun is followed, whatever bluegreen.yml says by now.
    SideWork(
        lambda cloud, read: read is not None and any(job.state not in OVER for job in read.record.data_jobs),
        data_jobs.look,
        "the data job was not looked at",
    ),
    SideWork(lambda cloud, read: missed_tags.due(cloud), missed_tags.take_up, "GitHub was not asked for missed tags"),
    # Last, as it reads most and nothing waits for it: versions stay in the journal for months, and a large part that
    # takes all of the time must not keep a pushed tag or a data job waiting, minute after minute.
    SideWork(
        lambda cloud, read: read is not None and is_pending(read.record, read.seq),
        release_files.keep,
        "the versions of a release that is over were not kept yet",
    ),
)


class LastRead(NamedTuple):
    """A service, and its newest version as just read; None where a turn or time may have made it old."""

    cloud: Cloud
    version: Version | None


def do(services: list[LastRead], clock: Clock, pause: float | None) -> list[LastRead]:
    """Does what `pause`, the seconds until the next look, leaves time for. Returns the services that are left over."""
    ends = clock.seconds() + min(BUDGET if pause is None else pause, BUDGET, clock.remaining() - _MARGIN)
    first = int(clock.now().timestamp() // 60) % max(len(services), 1)
    in_turn = services[first:] + services[:first]
    at_once = in_turn[0].cloud.clients.at_once if len(in_turn) > _FEW else map
    done = at_once(lambda each: _done(each.cloud, each.version, ends), in_turn)
    return [LastRead(each.cloud, None) for each, finished in zip(in_turn, done, strict=True) if not finished]


def _done(cloud: Cloud, version: Version | None, ends: float) -> bool:
    """False where there was not the time for all that is due."""
    read = version  # where work has failed, what was read before still says what is due
    for work in SIDE_WORK:
        if not work.due(cloud, read):
            continue
        left = ends - cloud.clock.seconds()
        if left < _LEAST:
            return False
        with within(left):
            version = _act(work, cloud, version)
        read = version or read
    return True


def _act(work: SideWork, cloud: Cloud, version: Version | None) -> Version | None:
    """The newest version that is known afterwards."""
    try:
        version = version or cloud.journal.newest()
        return work.act(cloud, version) if version else None
    except BluegreenError as error:
        cloud.log(work.not_done, why=str(error), level="warning")
    except Exception as error:  # noqa: BLE001 - a bug in side work must not end the watch
        bug_report.report(cloud, error)
    return None
