"""Quarantine: what was rolled back is not released again by itself, neither under its tag nor under another one.

A release is known by its tag and by what it is built from: the image's digest, or the commit where there is no image.
A person may have one released all the same (`lift:true`): the quarantine is lifted once it serves, and not where the
release is passed over, aborted or fails before.
"""

from collections.abc import Callable

from bluegreen.core.environment import NOT_TO_SERVE
from bluegreen.core.record import QUARANTINED_KEPT, SAYS_KEPT, Record
from bluegreen.core.release import Release


def put(record: Record, tag: str, image: str, why: str) -> Record:
    """Quarantines a tag and its image (as `image_of` gives it). The oldest tag makes room, together with its images.

    Who asked before this for the same to be released `lift:true` did not know of it: that has to be asked for again.
    """
    reasons = {**{other: reason for other, reason in record.quarantine.items() if other != tag}, tag: why[:SAYS_KEPT]}
    reasons = dict(list(reasons.items())[-QUARANTINED_KEPT:])
    images = {**record.quarantined_images, **({image: tag} if image else {})}
    images = {digest: owner for digest, owner in images.items() if owner in reasons}
    changes: dict[str, object] = {"quarantine": reasons, "quarantined_images": images}
    waits = record.queued
    if waits is not None and (waits.tag == tag or (image and waits.commit == image)):
        changes["queued"] = waits.model_copy(update={"purpose": waits.purpose.model_copy(update={"lift": False})})
    return record.model_copy(update=changes)


def image_of(commit: str, digest: str) -> str:
    """What a release is built from: its image's digest, or its commit where it has no image."""
    return digest or commit


def refused(record: Record, tag: str, commit: str = "", digest: str = "") -> str | None:
    """Why a tag, or what it is built from, must not be released; None when it may, or when a person has it released."""
    if any(asked.purpose.lift for asked in record.in_hand(tag)):
        return None
    if tag in record.quarantine:
        return f"{tag} is quarantined: {record.quarantine[tag]}"
    owner = record.quarantined_images.get(image_of(commit, digest), "")
    if owner not in record.quarantine:
        return None
    kind = "image" if digest else "commit"
    return f"the {kind} of {tag} is that of {owner}, which is quarantined: {record.quarantine[owner]}"


def lifted(record: Record, release: Release) -> Record:
    """Lifts the quarantine of a release's tag and of its image; another tag of that image stays quarantined."""
    left = {other: reason for other, reason in record.quarantine.items() if other != release.tag}
    image = image_of(release.commit, release.digest)
    record = record.model_copy(update={"quarantine": left})
    return _keep_images(record, lambda known, owner: owner != release.tag and known != image)


def abandoned(record: Record, release: Release) -> Record:
    """A person has gone back to `release`: the one that production left is treated as if it had been rolled back."""
    left, record = record.on(record.idle), record.with_environment(record.idle, **NOT_TO_SERVE)
    if not left.tag:
        return record
    why = f"left for {release.tag}, asked for by {release.by}"
    return put(record, left.tag, image_of(left.commit, left.digest), why)


def _keep_images(record: Record, kept: Callable[[str, str], bool]) -> Record:
    images = {image: owner for image, owner in record.quarantined_images.items() if kept(image, owner)}
    return record if images == record.quarantined_images else record.model_copy(update={"quarantined_images": images})
