"""The bucket's promise, asked for once a watch: versioning may be switched on after the self-test has passed.

From then on nothing may be appended, a notice in the outbox neither. So people are told past the journal: a mark in the
bucket, which needs no promise, says when each entry of `notify` last took it. A page that is opened so is closed by a
person: once the journal lies elsewhere, nobody reads the mark any more.
"""

import json
from datetime import datetime, timedelta

from bluegreen.clients.store.objects import versions_kept
from bluegreen.cloud import Cloud
from bluegreen.core import advice
from bluegreen.core.errors import described
from bluegreen.core.notices import Notice, Tone
from bluegreen.core.outbox import queue_notice
from bluegreen.core.pointing import adopt

_MARK = "told/versions"
_AGAIN = timedelta(days=1)
_HEADLINE = "the state bucket keeps versions: Bluegreen has stopped writing"


def refused(clouds: list[Cloud]) -> str:
    """Why nothing may be written any more, which people were told; "" while the bucket keeps no versions."""
    stopped = versions_kept(clouds[0].clients.state)
    if stopped:
        clouds[0].log("the store lost its promise", why=stopped, level="error")
        _tell(clouds, stopped)
    return stopped


def _tell(clouds: list[Cloud], says: str) -> None:
    """All services lie in the one bucket, so the first that can reach people speaks for all."""
    try:
        cloud, notices = next(filter(lambda found: found[1], ((each, _notices(each, says)) for each in clouds)))
        told, now = _told(cloud), cloud.clock.now()
        due = [notice for notice in notices if not _is_fresh(told.get(notice.addressee), now)]
        taken = {notice.addressee: now.isoformat() for notice in due if _sent(cloud, notice)}
        if taken:
            cloud.clients.state.put(_MARK, json.dumps({**told, **taken}).encode())
    except Exception as error:  # noqa: BLE001 - the answer and the log say it too
        clouds[0].log("not told", why=described(error), level="error")


def _notices(cloud: Cloud, says: str) -> list[Notice]:
    """One for each entry of `notify` that this function has the secrets for."""
    service, now = cloud.service, cloud.clock.now()
    told = queue_notice(adopt(service), service, Tone.BAD, _HEADLINE, now, says, advice.FOR_KEPT_VERSIONS, page=_MARK)
    return [notice for notice in told.outbox if notice.addressee in cloud.notifiers]


def _told(cloud: Cloud) -> dict[str, str]:
    """Entry → when. A mark that cannot be read is none."""
    try:
        found = json.loads(cloud.clients.state.get(_MARK) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_fresh(told: object, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(str(told)) < _AGAIN
    except (ValueError, TypeError):
        return False


def _sent(cloud: Cloud, notice: Notice) -> bool:
    try:
        cloud.notifiers[notice.addressee].send(notice)
        return True
    except Exception as error:  # noqa: BLE001 - the other channels are to be tried
        cloud.log("not told", notice=notice.id, why=described(error), level="error")
        return False
