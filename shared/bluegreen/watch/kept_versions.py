"""The bucket's promise, asked for once a watch: versioning may be switched on after the self-test has passed.

From then on nothing may be appended, a notice in the outbox neither. So people are told past the journal: a mark in the
bucket, which needs no promise, says when they last were.
"""

from datetime import datetime, timedelta

from bluegreen.clients.objects import versions_kept
from bluegreen.cloud import Cloud
from bluegreen.core.errors import described
from bluegreen.core.notices import Channel, Notice, Tone

_MARK = "told/versions"
_AGAIN = timedelta(days=1)
NEXT_STEP = "make a bucket without versioning, copy `services/` to it, name it in bluegreen.yml: docs/state-bucket.md"


def refused(clouds: list[Cloud]) -> str:
    """Why nothing may be written any more, which people were told; "" while the bucket keeps no versions."""
    stopped = versions_kept(clouds[0].clients.state)
    if stopped:
        clouds[0].log("the store lost its promise", why=stopped, level="error")
        _tell(clouds, stopped)
    return stopped


def _tell(clouds: list[Cloud], says: str) -> None:
    """All services lie in the one bucket, so the first that reaches people speaks for all."""
    now = clouds[0].clock.now()
    try:
        told = clouds[0].clients.state.get(_MARK)
        if told and now - datetime.fromisoformat(told.decode()) < _AGAIN:
            return
        if any(_reached(cloud, says) for cloud in clouds):
            clouds[0].clients.state.put(_MARK, now.isoformat().encode())
    except Exception as error:  # noqa: BLE001 - the answer and the log say it too
        clouds[0].log("not told", why=described(error), level="error")


def _reached(cloud: Cloud, says: str) -> bool:
    for channel, notifier in cloud.notifiers.items():
        if channel is not Channel.GITHUB:  # it shows the status of one release
            notifier.send(_notice(cloud, channel, says))
            return True
    return False


def _notice(cloud: Cloud, channel: Channel, says: str) -> Notice:
    service, now = cloud.service.name, cloud.clock.now()
    return Notice(
        id=f"{service}/versions/{now:%Y%m%d}/{channel.value}",
        channel=channel,
        at=now,
        tone=Tone.BAD,
        service=service,
        release=service,
        tag="",
        status="",
        headline="the state bucket keeps versions: Bluegreen has stopped writing",
        reason=says,
        next_step=NEXT_STEP,
    )
