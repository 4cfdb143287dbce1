"""Quarantine: what was rolled back does not come back by itself, neither its tag nor its image under another."""

from collections.abc import Callable

from bluegreen.core.record import QUARANTINED_KEPT, SAYS_KEPT, Record


def put(record: Record, tag: str, image: str, why: str) -> Record:
    """`image` is what `image_of` gives; the oldest tag makes room, and its images with it."""
    kept = {**{known: cause for known, cause in record.quarantine.items() if known != tag}, tag: why[:SAYS_KEPT]}
    kept = dict(list(kept.items())[-QUARANTINED_KEPT:])
    images = {**record.quarantined_images, **({image: tag} if image else {})}
    images = {known: of for known, of in images.items() if of in kept}
    return record.model_copy(update={"quarantine": kept, "quarantined_images": images})


def image_of(commit: str, digest: str) -> str:
    """What a tag really is: its image's digest, or the commit that it is built from."""
    return digest or commit


def refused(record: Record, tag: str, commit: str = "", digest: str = "") -> str | None:
    """Why a tag, or what it really is, is not to be released; None when it may."""
    if tag in record.quarantine:
        return f"{tag} is quarantined: {record.quarantine[tag]}"
    of = record.quarantined_images.get(image_of(commit, digest), "")
    if of not in record.quarantine:
        return None
    same = "image" if digest else "commit"
    return f"the {same} of {tag} is that of {of}, which is quarantined: {record.quarantine[of]}"


def lifted(record: Record, tag: str) -> Record:
    """Without the quarantine of a tag and of what it really is."""
    left = {known: why for known, why in record.quarantine.items() if known != tag}
    return _with_images(record.model_copy(update={"quarantine": left}), lambda image, of: of != tag)


def image_lifted(record: Record, commit: str, digest: str) -> Record:
    """Without the quarantine of an image; the tag that brought it in stays quarantined by its name."""
    return _with_images(record, lambda image, of: image != image_of(commit, digest))


def _with_images(record: Record, kept: Callable[[str, str], bool]) -> Record:
    images = {image: of for image, of in record.quarantined_images.items() if kept(image, of)}
    return record if images == record.quarantined_images else record.model_copy(update={"quarantined_images": images})
