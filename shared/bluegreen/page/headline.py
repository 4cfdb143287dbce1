"""Where production is, in one sentence, and how well that is."""

from bluegreen.core import outline
from bluegreen.core.phases import SERVING, Phase
from bluegreen.core.record import Record
from bluegreen.core.release import IN_WORDS, Release
from bluegreen.page import chain
from bluegreen.page.view import Mood


def headline(record: Record) -> tuple[Mood, str]:
    """What hurts goes first."""
    release, where = record.release, record.active.value
    tag = record.on(record.active).tag or outline.UNKNOWN
    if record.lost:
        return Mood.BAD, "Nothing moves: the journal lost its newest versions"
    if release is not None and release.phase is Phase.WATCHING:
        mood = Mood.WARNING if release.evidence.holds else Mood.BUSY
        return mood, f"{tag} serves production on {where}, and is being watched"
    if release is not None and release.phase is Phase.ROLLING_BACK:
        return Mood.BAD, f"Going back from {release.tag} to {tag} on {where}"
    if release is not None:
        return chain.mood(release.phase), f"{in_words(release)}; {tag} serves production on {where}"
    newest = record.past[0] if record.past else None
    if newest is not None and newest.outcome is Phase.STUCK:
        return Mood.BAD, f"Stuck: the way back from {newest.tag} could not be confirmed. A person is needed"
    if newest is not None and newest.outcome is Phase.ROLLED_BACK:
        return Mood.BAD, f"{newest.tag} was rolled back; {tag} serves production on {where}"
    serves = f"{tag} serves production on {where}"
    if newest is None:
        return Mood.QUIET, f"{serves}; nothing has been released here yet"
    is_well = newest.outcome in SERVING or newest.outcome is Phase.RESTORED
    return (Mood.GOOD, serves) if is_well else (Mood.WARNING, f"{serves}; {last_word(record)}")


def in_words(release: Release) -> str:
    return f"{release.tag} {IN_WORDS[release.phase]}"


def last_word(record: Record) -> str:
    newest = record.past[0] if record.past else None
    return f"{newest.tag} {IN_WORDS[newest.outcome]}" if newest else "nothing released yet"
