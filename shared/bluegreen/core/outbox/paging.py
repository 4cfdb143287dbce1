"""What pages a person, and when the page is over.

A page is opened once for a matter: a release, the service's alerts, or where its production goes. That production goes
back, went back or could not is told on top of it. It is over once production is back, or a following release is live;
what alerts or the provider opened, once these are well. A release that ended unproven closes nothing: nobody knows
that all is well.
"""

from bluegreen.core.notices import Notice, Tone, Weight, important, weight
from bluegreen.core.phases import Phase
from bluegreen.core.record import PAGES_KEPT, Record

# Pages that no release opens or closes, nor is called like.
ALERTS, PRODUCTION, JOURNAL = "its alerts", "its production", "its journal"
SERVING = "what it serves"  # failed after its bake: a release that is live, or was rolled back, closes it too
_WELL = frozenset((Phase.LIVE.value, Phase.ROLLED_BACK.value))


def events(record: Record, notice: Notice, page: str) -> list[Notice]:
    """What a pager hears of a notice: that a page is to be opened, which ones are over, or nothing."""
    if _is_well(notice):
        return [resolved(notice, over) for over in _over(record, notice)]
    news = page not in record.pages or weight(notice) is Weight.FATE
    return [notice.model_copy(update={"page": page})] if important(notice) and news else []


def resolved(notice: Notice, page: str) -> Notice:
    return notice.model_copy(update={"id": f"{notice.id}/over/{page}", "page": page, "resolves": True})


def noted(record: Record, notice: Notice, page: str) -> Record:
    """With the pages that are open now."""
    over = _over(record, notice)
    left = tuple(known for known in record.pages if known not in over)
    if important(notice) and not _is_well(notice):
        left = (*(known for known in left if known != page), page)[-PAGES_KEPT:]
    return record.model_copy(update={"pages": left})


def superseded(waiting: tuple[Notice, ...], new: list[Notice]) -> tuple[Notice, ...]:
    """Without the word that a page is over, where it has been opened again meanwhile."""
    opened = {(notice.addressee, notice.page) for notice in new if notice.page and not notice.resolves}
    return tuple(n for n in waiting if not (n.resolves and (n.addressee, n.page) in opened))


def _is_well(notice: Notice) -> bool:
    return notice.status in _WELL and (notice.tone is Tone.GOOD or notice.status == Phase.ROLLED_BACK.value)


def _over(record: Record, notice: Notice) -> list[str]:
    """The pages that releases opened: production is back, or the release is live."""
    return [page for page in record.pages if page not in (ALERTS, PRODUCTION, JOURNAL)] if _is_well(notice) else []
