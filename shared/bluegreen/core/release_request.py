"""A request for a release, and why one is refused: a rule a function, tried in the order of the two tuples below."""

from collections.abc import Callable
from typing import NamedTuple

from bluegreen.core import quarantine
from bluegreen.core.config import tags
from bluegreen.core.config.options import Options, Target
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.release import Purpose


class ReleaseRequest(NamedTuple):
    """What a webhook or a person wants released. `delivery` is the webhook's id, "" when a person asks."""

    tag: str
    commit: str
    options: Options
    by: str
    delivery: str = ""
    purpose: Purpose = Purpose()

    @property
    def by_person(self) -> bool:
        """A person may ask again for what a webhook may not: an older tag, or one that was released before."""
        return not self.delivery


Rule = Callable[[Record, ReleaseRequest], str | None]


def refusal(record: Record, request: ReleaseRequest) -> str | None:
    """Why a tag must not be released now, whoever asks."""
    return _first(_REFUSALS, record, request)


def nothing_new(record: Record, request: ReleaseRequest) -> str | None:
    """Why a request changes nothing: its tag is in hand, or it is a webhook that comes too late."""
    if record.release is not None and record.release.tag == request.tag:
        return f"{request.tag} is in flight already: {record.release.phase.value}"
    if record.queued is not None and record.queued.tag == request.tag:
        return f"{request.tag} waits already"
    return None if request.by_person else _first(_OUTDATED, record, request)


def _first(rules: tuple[Rule, ...], record: Record, request: ReleaseRequest) -> str | None:
    return next(filter(None, (rule(record, request) for rule in rules)), None)


def _tag_moved(record: Record, request: ReleaseRequest) -> str | None:
    """What was checked under this tag is not what would be deployed now."""
    before = record.commit_of(request.tag)
    if not before or not request.commit or before == request.commit:
        return None
    return f"tag {request.tag} was moved from {before[:12]} to {request.commit[:12]}: refused; push a new tag instead"


def _quarantined(record: Record, request: ReleaseRequest) -> str | None:
    return quarantine.refused(record, request.tag)


def _active_already(record: Record, request: ReleaseRequest) -> str | None:
    active = record.on(record.active).tag
    return f"{active} is active already" if request.tag == active and record.release is None else None


def _aimed_at_active(record: Record, request: ReleaseRequest) -> str | None:
    target, active = request.options.target, record.active.value
    if target is Target.AUTO or target.value != active:
        return None
    return f"target {active} is the active environment: allowed are auto and {record.idle.value}"


def _released_before(record: Record, request: ReleaseRequest) -> str | None:
    """A rejection without a commit does not count: a person was faster than the push, and the tag was not there."""
    for past in record.past:
        if past.tag == request.tag and (past.outcome is not Phase.REJECTED or past.commit):
            return f"{request.tag} has been here: {past.outcome.value}"
    return None


def _older_than_queued(record: Record, request: ReleaseRequest) -> str | None:
    """Only where the tag is so old that `past` cannot say any more whether it was released before."""
    queued = record.queued
    too_old_to_know = bool(record.forgotten) and not tags.older(record.forgotten, request.tag)
    if queued is None or not too_old_to_know or not tags.older(request.tag, queued.tag):
        return None
    return f"{request.tag} is older than {queued.tag}, which waits"


def _older_than_in_flight(record: Record, request: ReleaseRequest) -> str | None:
    release = record.release
    if release is None or not tags.older(request.tag, release.tag):
        return None
    return f"{request.tag} is older than {release.tag}, which is in flight"


def _older_than_active(record: Record, request: ReleaseRequest) -> str | None:
    tag, active = request.tag, record.on(record.active).tag
    if not tags.older(tag, active):
        return None
    return f"{tag} is older than {active}, which is active; `deploy -p tag:{tag}` releases it all the same"


# In this order: the first rule that applies is the answer.
_REFUSALS: tuple[Rule, ...] = (_tag_moved, _quarantined, _active_already, _aimed_at_active)
_OUTDATED: tuple[Rule, ...] = (_released_before, _older_than_queued, _older_than_in_flight, _older_than_active)
