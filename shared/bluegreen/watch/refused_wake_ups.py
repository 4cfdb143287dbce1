"""Wake-ups that the platform refuses: people are told once, and `status` says so until one is accepted again."""

from datetime import datetime
from functools import partial

from bluegreen.cloud import Cloud
from bluegreen.core import advice
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.outbox import queue_notice
from bluegreen.core.record import SAYS_KEPT, Record, Version
from bluegreen.ordering.placing import deliver_notices, place
from bluegreen.steps.turn import WAKE_UPS_REFUSED, wake


def try_again(cloud: Cloud) -> None:
    """Wakes what changes nothing, to learn whether wake-ups are still refused."""
    wake(cloud, "status", {"service": cloud.service.name})


def keep_told(cloud: Cloud, version: Version) -> Version:
    """One refusal passes by itself, two in a row are told; the newest version that is known afterwards."""
    so_far = cloud.wake_ups
    if len(so_far.refusals) >= WAKE_UPS_REFUSED:
        return tell(cloud, version, so_far.refusals[-1])
    accepted = so_far.accepted or not cloud.clients.functions.can_wake
    if accepted and version.record.wakes_refused:
        return place(cloud, "wake-ups are accepted again", _accepted_again).version
    return version


def tell(cloud: Cloud, version: Version, refused: str) -> Version:
    """Once an invocation, for after two refusals it sends no more wake-ups: were another's accepted since, and written
    down, it would tell people of its old ones again."""
    told, cloud.wake_ups.told = cloud.wake_ups.told, True
    if told or version.record.wakes_refused:
        return version
    return deliver_notices(cloud, place(cloud, "wake-ups are refused", partial(_refused, cloud.service, refused)))


def _refused(service: Service, refused: str, record: Record, now: datetime) -> Outcome:
    if record.wakes_refused:
        return Outcome(True, record, refused)
    headline = f"functions cannot wake one another, the watch takes every turn itself: {refused}"
    told = queue_notice(record, service, Tone.WARNING, headline, now, next_step=advice.FOR_REFUSED_WAKE_UPS)
    return Outcome(True, told.model_copy(update={"wakes_refused": refused[:SAYS_KEPT]}), headline)


def _accepted_again(record: Record, now: datetime) -> Outcome:
    return Outcome(True, record.model_copy(update={"wakes_refused": ""}), "wake-ups are accepted")
