"""Several services as one table; a script filters it."""

from bluegreen.page.markup import Html, element
from bluegreen.page.panels import chip
from bluegreen.page.told import NOTHING, cleaned, foreign
from bluegreen.page.view import FleetView, Mood, RowView

_ORDER = (Mood.BAD, Mood.WARNING, Mood.BUSY, Mood.GOOD, Mood.QUIET)
_ROOMY = 40  # services; with more of them a row says less
_NARROW = 14  # characters of a tag then


def listed(view: FleetView, shown: int) -> Html:
    """What hurts first, then by name; no more than `shown`."""
    rows = sorted(view.rows, key=lambda row: (_ORDER.index(row.mood), row.service))
    busy = sum(row.in_flight for row in rows)
    head = element("h1", f"{len(rows)} services")
    facts = element("p", f"{busy} with a release in flight" if busy else "no release is in flight", class_="facts")
    field = element("input", id="filter", type="search", autocomplete="off")
    search = element("p", element("label", "Filter by name, tag or state", for_="filter"), field, class_="filter")
    columns = ("Service", "Serves", "On", "State")
    titles = element("tr", *(element("th", column, scope="col") for column in columns))
    most = 60 if len(rows) <= _ROOMY else _NARROW
    body = element("tbody", *(_row(row, most) for row in rows[:shown]))
    whole = element("table", element("thead", titles), body, class_="fleet")
    rest = f"{len(rows) - shown} more, of which nothing is to be said, do not fit here; ?service=NAME shows each."
    return element("div", head, facts, search, whole, element("p", rest) if shown < len(rows) else None, class_="panel")


def _row(row: RowView, most: int) -> Html:
    name = element("th", element("a", row.service, href=f"?service={row.service}"))
    if row.unreadable:
        told = chip(Mood.BAD, cleaned(row.unreadable, 2 * most))
        return element("tr", name, element("td", NOTHING), element("td", NOTHING), element("td", told))
    state = row.state.replace(row.tag, "it") if most == _NARROW else row.state
    serves, where = element("td", foreign(row.tag, most)), element("td", row.active, class_=row.active)
    return element("tr", name, serves, where, element("td", chip(row.mood, cleaned(state, 2 * most))))
