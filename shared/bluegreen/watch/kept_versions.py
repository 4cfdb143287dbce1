"""The bucket's promise, asked for once a watch: versioning may be switched on after the self-test has passed.

From then on nothing may be appended, a notice in the outbox neither. So people are told past the journal: a mark in the
bucket, which needs no promise, says when they last were.
"""

from datetime import datetime, timedelta

from bluegreen.clients.store.objects import versions_kept
from bluegreen.cloud import Cloud
from bluegreen.core.errors import described
from bluegreen.core.notices import Notice, Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.record import adopt

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
    """By every entry of `notify` that this function has the secrets for; True where one took it."""
    headline = "the state bucket keeps versions: Bluegreen has stopped writing"
    notices = queue_notice(
        adopt(cloud.service), cloud.service, Tone.BAD, headline, cloud.clock.now(), says, NEXT_STEP, page=_MARK
    ).outbox
    sent = [_sent(cloud, notice) for notice in notices if notice.addressee in cloud.notifiers]
    return any(sent)


def _sent(cloud: Cloud, notice: Notice) -> bool:
    try:
        cloud.notifiers[notice.addressee].send(notice)
        return True
    except Exception as error:  # noqa: BLE001 - the other channels are to be tried
        cloud.log("not told", notice=notice.id, why=described(error), level="error")
        return False
