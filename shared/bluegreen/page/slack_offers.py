"""The buttons of a release's message in Slack: those of the page's actions that are possible and about the release."""

from datetime import datetime

from bluegreen.core.config.service import Service
from bluegreen.core.notices import SlackButton
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.page.actions import actions
from bluegreen.page.view import ActionView

OFFERED = ("switch", "rollback", "undo", "abort")  # a message stays where it is, so none that are about no release


def offers(version: Version, service: Service, release: str, now: datetime, can_wake: bool) -> tuple[SlackButton, ...]:
    """None under a release that another one has followed."""
    if release != release_told_of(version.record):
        return ()
    known = actions(version.record, service, now, can_wake)
    return tuple(_button(each, version, release) for each in known if each.key in OFFERED and each.possible)


def release_told_of(record: Record) -> str:
    """The release in flight, else the newest that is over; those that were passed over tell nothing."""
    if record.release is not None:
        return record.release.id
    return next((past.id for past in record.past if past.outcome is not Phase.SUPERSEDED), "")


def _button(action: ActionView, version: Version, release: str) -> SlackButton:
    return SlackButton(
        service=version.record.service,
        release=release,
        seq=version.seq,
        action=action.key,
        subject=action.subject,
        stamp=action.stamp,
        label=action.label,
        effect="\n".join(f"{term}: {words}" for term, words in action.effect),
    )
