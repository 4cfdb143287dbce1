"""What follows from a look at a release that serves after its bake: nothing, a notice, or the way back. Pure.

People are told at once when the critical level is passed, again after 10 minutes, 30, 90 and then every 4 hours while
it lasts, and when it is over. With `after_bake: rollback` production goes back where the level was passed at every look
for two minutes, going back would help, and the other environment holds a release that was proven and answers. Once:
what was left is quarantined and no way back any more. Everything that a later look needs is in the record's two spells,
which are written only when something changes.
"""

from datetime import datetime, timedelta

from bluegreen.core import orders, outbox
from bluegreen.core.after_bake import level
from bluegreen.core.after_bake.level import Passed
from bluegreen.core.after_bake.window import Window
from bluegreen.core.config.service import Service
from bluegreen.core.config.thresholds import AfterBake
from bluegreen.core.notices import Spell, Tone
from bluegreen.core.orders import Outcome
from bluegreen.core.outbox import paging
from bluegreen.core.phases import BEFORE_SWITCH
from bluegreen.core.record import SAYS_KEPT, Record
from bluegreen.core.rollback import native

BY = "the watch"
LASTS = timedelta(minutes=2)  # before production goes back
_DEAD_LASTS = timedelta(seconds=50)  # found at two looks
_AGAIN, _GROWS, _MOST = 600.0, 3.0, 14_400.0  # seconds until people are told again


def serves(record: Record) -> bool:
    """Something serves whose bake is over, and nobody else looks after it: the judge looks after all others."""
    release = record.release
    return not record.lost and (release is None or release.phase in BEFORE_SWITCH)


def may_go_back(record: Record, service: Service, seen: Window, now: datetime) -> bool:
    """Production would go back by this look, if only the other environment answers."""
    found = level.passed(seen, service.thresholds, record.on(record.active).in_bake)
    return found is not None and not _why_not_back(record, service, found, now)


def looked(record: Record, service: Service, seen: Window, answers: bool, now: datetime) -> Outcome:
    """`answers`: the other environment passes its health check now, where that was asked."""
    if seen.epoch != record.epoch or not seen.minutes:
        return Outcome(True, record, "")
    after = _way_back_looked_at(record, service, seen, now) if orders.has_way_back(record) else record
    if not serves(record):
        return Outcome(True, after, "")
    found = level.passed(seen, service.thresholds, record.on(record.active).in_bake)
    if found is None:
        return Outcome(True, _below(after, service, seen, now), "")
    return _above(after, service, found, answers, now)


def _above(record: Record, service: Service, found: Passed, answers: bool, now: datetime) -> Outcome:
    says = found.says(record.active)
    why_not = _why_not_back(record, service, found, now)
    if not why_not and answers:
        outcome = orders.at_fault(record, service, BY, now, f"{says}; {_compared(record, found)}")
        if outcome.ok:
            return outcome._replace(record=outcome.record.model_copy(update={"over_critical": None}), taken=True)
        why_not = outcome.says
    if not why_not:
        why_not = f"{record.idle.value} does not pass its health check"
    unknown = level.why_not_back(found, record.on(record.active).in_bake, record.active)
    spell = _lasting(record.over_critical, record.on(record.active).tag, says, now)
    if not _is_due(spell, now):
        return Outcome(True, _noted(record, "over_critical", spell), says)
    headline = "fails above the critical level, its bake being over"
    reason = f"{says}; {unknown or _compared(record, found)}{_left(service, why_not)}"
    page = paging.SERVING if spell.told == 0 or not found.is_total else f"{paging.SERVING}, {spell.told + 1}"
    step = _next_step(record, service)
    record = outbox.queue_notice(record, service, Tone.BAD, headline, now, reason, step, page=page)
    return Outcome(True, _noted(record, "over_critical", _told(spell, now)), f"{headline}: {says}")


def _below(record: Record, service: Service, seen: Window, now: datetime) -> Record:
    spell = record.over_critical
    if spell is None:
        return record
    if spell.about != record.on(record.active).tag or level.is_well(seen, service.thresholds):
        for page in [page for page in record.pages if page.startswith(paging.SERVING)]:
            record = outbox.queue_over(record, service, page, "below the critical level again", now)
        return _over(
            record, service, "over_critical", "serves well again, after it had failed above the critical level", now
        )
    return _noted(record, "over_critical", spell.model_copy(update={"lasts_since": None}))


def _why_not_back(record: Record, service: Service, found: Passed, now: datetime) -> str:
    """Why production does not go back by itself now; "" where it does."""
    spell, idle = record.over_critical, record.on(record.idle)
    if service.after_bake is not AfterBake.ROLLBACK:
        return "after_bake is `tell`"
    if not record.epoch:
        return "Bluegreen has never moved production"
    if refused := orders.no_way_back(record):
        return refused
    if not idle.proven:
        return f"{idle.tag} on {record.idle.value} was never proven"
    if record.dead_way_back is not None and record.dead_way_back.about == idle.tag:
        return f"{record.idle.value} does not answer its probes"
    if why := level.why_not_back(found, record.on(record.active).in_bake, record.active):
        return why
    lasts = spell.lasts_since if spell is not None and spell.about == record.on(record.active).tag else None
    return "" if lasts is not None and now - lasts >= LASTS else "it has to last for two minutes first"


def _next_step(record: Record, service: Service) -> str:
    """Nobody is sent to an environment that does not answer."""
    if record.dead_way_back is None:
        return native.advised(record, service)
    return f"{record.idle.value} does not answer either, so nobody is better off there: push a fix"


def _compared(record: Record, found: Passed) -> str:
    return f"{record.idle.value}, by probes: {found.there.bad:,} of {found.there.asked:,} {found.measure.name}"


def _left(service: Service, why_not: str) -> str:
    """What stands between it and the way back, where a setting wants that."""
    return f"; not taken back: {why_not}" if service.after_bake is AfterBake.ROLLBACK else ""


def _way_back_looked_at(record: Record, service: Service, seen: Window, now: datetime) -> Record:
    idle, spell = record.on(record.idle), record.dead_way_back
    dead = level.dead_way_back(seen, service.thresholds)
    if dead is None:
        gone = spell is not None and (spell.about != idle.tag or level.answers_again(seen, service.thresholds))
        answers = f"{record.idle.value} answers again: it is a way back to {idle.tag}"
        return _over(record, service, "dead_way_back", answers, now) if gone else record
    says = f"{record.idle.value} fails {dead.bad:,} of {dead.asked:,} probes"
    spell = _lasting(spell, idle.tag, says, now)
    if spell.told or spell.lasts_since is None or now - spell.lasts_since < _DEAD_LASTS:
        return _noted(record, "dead_way_back", spell)
    headline = f"the way back to {idle.tag} is dead: {record.idle.value} does not answer"
    reason = f"{says}, while {record.active.value} is well: a rollback would lead users there"
    step = "look at the app in DigitalOcean's control panel, or release again"
    record = outbox.queue_notice(record, service, Tone.WARNING, headline, now, reason, step)
    return _noted(record, "dead_way_back", _told(spell, now))


def _lasting(spell: Spell | None, about: str, says: str, now: datetime) -> Spell:
    """The spell goes on, or another one begins. Its words stay those of the first look, so that looks write nothing."""
    if spell is None or spell.about != about:
        return Spell(about=about, since=now, says=says[:SAYS_KEPT], lasts_since=now)
    return spell if spell.lasts_since is not None else spell.model_copy(update={"lasts_since": now})


def _is_due(spell: Spell, now: datetime) -> bool:
    if spell.told_at is None:
        return True
    return now - spell.told_at >= timedelta(seconds=min(_AGAIN * _GROWS ** (spell.told - 1), _MOST))


def _told(spell: Spell, now: datetime) -> Spell:
    return spell.model_copy(update={"told": spell.told + 1, "told_at": now})


def _over(record: Record, service: Service, which: str, headline: str, now: datetime) -> Record:
    """People hear that it is over where they had heard of it, and it is about the same release."""
    spell: Spell | None = getattr(record, which)
    about = record.on(record.active if which == "over_critical" else record.idle).tag
    if spell is not None and spell.told and spell.about == about:
        record = outbox.queue_notice(record, service, Tone.GOOD, headline, now)
    return record.model_copy(update={which: None})


def _noted(record: Record, which: str, spell: Spell) -> Record:
    return record if getattr(record, which) == spell else record.model_copy(update={which: spell})
