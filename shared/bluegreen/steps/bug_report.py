"""A bug that was met outside of a turn: logged, and told to people once."""

from datetime import datetime

from bluegreen.cloud import Cloud
from bluegreen.core.errors import described
from bluegreen.core.outbox import queue_bugs
from bluegreen.core.record import Record, Version
from bluegreen.steps import delivering


def report(cloud: Cloud, error: Exception) -> None:
    """Never raises: who reports a bug has others to look after."""
    says = described(error)
    cloud.log("bug", what_it_is=says, level="error")
    try:
        _tell(cloud, says)
    except Exception as second:  # noqa: BLE001 - the journal itself may be what fails
        cloud.log("bug not told", why=described(second), level="error")


def _tell(cloud: Cloud, says: str) -> None:
    def told(record: Record, now: datetime) -> Record:
        return queue_bugs(record, cloud.service, (says,), now)

    before: Version | None = cloud.journal.newest()
    if before is None:
        return
    after = cloud.journal.update(before, told, cloud.caller.function, says, cloud.clock.now).version
    known = {notice.id for notice in before.record.outbox}
    new = [notice for notice in after.record.outbox if notice.id not in known]
    if new:
        delivering.deliver(cloud, after, new)
