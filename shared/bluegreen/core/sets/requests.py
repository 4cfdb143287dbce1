"""A person asks for a release of a whole set: which set release that is, and whether it may begin."""

from collections.abc import Mapping

from bluegreen.core.orders import Outcome
from bluegreen.core.phases import BEFORE_SWITCH
from bluegreen.core.record import Record
from bluegreen.core.release import Release, SetRelease
from bluegreen.core.sets.members import ReleaseSet, asked


def set_release_for(
    records: Mapping[str, Record], name: str, release_set: ReleaseSet, tag: str, pushed: SetRelease | None, nonce: str
) -> SetRelease:
    """One that was begun and cut short is joined; else it is `pushed`, what a webhook makes of the tag; else a new one.

    So a person may repeat a request that was cut short, or be faster than the webhook, and all members are in one set
    release. `pushed` will not do where it is over for a member, or where it has not all the members of the set.
    """
    begun = _begun(records, name, tag)
    if begun is not None:
        return begun
    if pushed is None or pushed.members != release_set.services:
        return asked(name, release_set, tag, nonce)
    over = any(_is_over(record, pushed) for record in records.values())
    return asked(name, release_set, tag, nonce) if over else pushed


def why_not_begun(
    records: Mapping[str, Record], outcomes: Mapping[str, Outcome], set_release: SetRelease, tag: str
) -> str | None:
    """The members that would refuse the tag, or that release it on their own already."""
    faults = [f"{member}: {outcome.says}" for member, outcome in outcomes.items() if not outcome.ok]
    for member, record in records.items():
        if not all(set_release.same_as(release.set_release) for release in record.in_hand(tag)):
            faults.append(f"{member}: {tag} is under way there by itself")
    return "; ".join(faults) or None


def _begun(records: Mapping[str, Record], name: str, tag: str) -> SetRelease | None:
    """The set release of that tag that some members have begun and none has ended."""
    for record in records.values():
        for release in record.in_hand(tag):
            begun, switched = release.set_release, isinstance(release, Release) and release.phase not in BEFORE_SWITCH
            if begun is None or begun.name != name or switched:
                continue
            if not any(_is_over(other, begun) for other in records.values()):
                return begun
    return None


def _is_over(record: Record, set_release: SetRelease) -> bool:
    return any(set_release.same_as(past.part_of) for past in record.past)
