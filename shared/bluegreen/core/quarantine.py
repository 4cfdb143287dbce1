"""Quarantine: what was rolled back is not released again by itself, neither under its tag nor under another one.

A release is known by its tag and by what it is built from: the image's digest, or the commit where there is no image.
"""

from collections.abc import Callable

from bluegreen.core.record import QUARANTINED_KEPT, SAYS_KEPT, Record


def put(record: Record, tag: str, image: str, why: str) -> Record:
    """Quarantines a tag and its image (as `image_of` gives it). The oldest tag makes room, together with its images."""
    reasons = {**{other: reason for other, reason in record.quarantine.items() if other != tag}, tag: why[:SAYS_KEPT]}
    reasons = dict(list(reasons.items())[-QUARANTINED_KEPT:])
    images = {**record.quarantined_images, **({image: tag} if image else {})}
    images = {digest: owner for digest, owner in images.items() if owner in reasons}
    return record.model_copy(update={"quarantine": reasons, "quarantined_images": images})


def image_of(commit: str, digest: str) -> str:
    """What a release is built from: its image's digest, or its commit where it has no image."""
    return digest or commit


def refused(record: Record, tag: str, commit: str = "", digest: str = "") -> str | None:
    """Why a tag, or what it is built from, must not be released; None when it may."""
    if tag in record.quarantine:
        return f"{tag} is quarantined: {record.quarantine[tag]}"
    owner = record.quarantined_images.get(image_of(commit, digest), "")
    if owner not in record.quarantine:
        return None
    kind = "image" if digest else "commit"
    return f"the {kind} of {tag} is that of {owner}, which is quarantined: {record.quarantine[owner]}"


def lifted(record: Record, tag: str) -> Record:
    """Lifts the quarantine of a tag and of its images."""
    left = {other: reason for other, reason in record.quarantine.items() if other != tag}
    return _keep_images(record.model_copy(update={"quarantine": left}), lambda image, owner: owner != tag)


def image_lifted(record: Record, commit: str, digest: str) -> Record:
    """Lifts the quarantine of an image; the tag that it was first released under stays quarantined."""
    return _keep_images(record, lambda image, owner: image != image_of(commit, digest))


def _keep_images(record: Record, kept: Callable[[str, str], bool]) -> Record:
    images = {image: owner for image, owner in record.quarantined_images.items() if kept(image, owner)}
    return record if images == record.quarantined_images else record.model_copy(update={"quarantined_images": images})
