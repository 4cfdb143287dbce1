"""The parts of a service's page: where everything is, the release, the judge, what happened."""

from collections.abc import Iterable, Iterator

from bluegreen.page.chart import chart
from bluegreen.page.markup import Html, element, joined
from bluegreen.page.told import foreign, sentence, short, when
from bluegreen.page.view import (
    EnvironmentView,
    JudgeView,
    MeasureView,
    Mood,
    PastView,
    ReleaseView,
    ServiceView,
    StepView,
)

_STEP_SIGNS = {"done": "✓", "now": "◔", "next": "", "bad": "✕"}
_STEP_WORDS = {"done": "done", "now": "under way", "next": "to come", "bad": "bad"}


def chip(mood: Mood, *words: str) -> Html:
    """Its sign comes from the style sheet, so that two hundred of them stay small."""
    return element("span", *words, class_=f"chip {mood.value}")


def panel(name: str, title: str, *parts: str | None, aside: Html | None = None) -> Html:
    heading = element("div", element("h2", title, id=f"h-{name}"), aside, class_="head")
    return element("section", heading, *parts, class_=f"panel {name}", aria_labelledby=f"h-{name}")


def banner(view: ServiceView) -> Html:
    headline = element("p", foreign(view.headline, 300), class_="headline")
    facts = element(
        "p",
        element("span", foreign(view.service)),
        element("span", foreign(view.repository)),
        element("span", f"version {view.seq} of the journal, ", when(view.as_of, view.now)),
        class_="facts",
    )
    troubles = [element("li", sentence(each)) for each in view.trouble]
    listed = element("ul", *troubles, class_="troubles") if troubles else None
    return element("div", headline, facts, listed, class_=f"banner {view.mood.value}")


def environments(view: ServiceView) -> Html:
    return element("div", *(_environment(each, view) for each in view.environments), class_="environments")


def _environment(state: EnvironmentView, view: ServiceView) -> Html:
    rows = [
        ("Commit", short(state.commit) or "not known"),
        ("There", when(state.since, view.now) if state.since else "since before Bluegreen"),
        ("Proven", sentence(state.proof)),
        ("Address", foreign(state.address, 80)),
        ("Receives", state.receives or "not counted"),
    ]
    if state.pinned:
        rows.append(("Pinned", "by App Platform's own rollback"))
    listed = element("dl", *(part for term, words in rows for part in (element("dt", term), element("dd", words))))
    traffic = chip(Mood.GOOD, "100 % of traffic") if state.confirmed else chip(Mood.BAD, "should serve: unconfirmed")
    serves = traffic if state.active else element("span", state.standing, class_="chip quiet")
    head = element("div", element("h2", state.name), serves, class_="head")
    tag = element("p", foreign(state.tag) if state.tag else "an unknown release", class_="tag")
    kind = f"panel environment {state.name}{' active' if state.active else ''}"
    return element("section", head, tag, listed, class_=kind, aria_label=f"environment {state.name}")


def release(found: ReleaseView | None, view: ServiceView) -> Html:
    if found is None:
        empty = "No release is in flight. Push a release tag, and its way to production is shown here step by step."
        return panel("release", "Release", element("p", empty, class_="empty"))
    facts = element(
        "p",
        element("strong", foreign(found.tag)),
        " ",
        short(found.commit),
        joined(" asked for by ", foreign(found.by)) if found.by else None,
        joined(", has until ", element("time", f"{found.deadline:%H:%M:%S} UTC")) if found.deadline else None,
        class_="facts",
    )
    steps = element("ol", *(_step(step, view) for step in _told_once(found.steps)), class_="chain")
    aside = chip(found.mood, found.phase)
    return panel("release", "Last release" if found.over else "Release in flight", facts, steps, aside=aside)


def _told_once(steps: tuple[StepView, ...]) -> Iterator[StepView]:
    """A way back and its end repeat what led there, often three lines long."""
    for before, step in zip((None, *steps), steps, strict=False):
        yield step._replace(says="") if before is not None and before.says == step.says else step


def _step(step: StepView, view: ServiceView) -> Html:
    sign = element("span", _STEP_SIGNS[step.state], class_="sign", aria_hidden="true")
    state = element("span", f" ({_STEP_WORDS[step.state]})", class_="unseen")
    at = when(step.at, view.now) if step.at else None
    name = element("span", element("strong", step.name), state, " ", at, class_="step")
    says = element("span", sentence(step.says), class_="says") if step.says else None
    return element("li", sign, name, says, class_=step.state, aria_current="step" if step.state == "now" else None)


def judge(found: JudgeView | None) -> Html:
    if found is None:
        nothing = "Nothing is being judged, and no router has reported lately."
        return panel("judge", "What the judge sees", element("p", nothing, class_="empty"))
    says = element("p", sentence(found.says), class_=f"verdict {found.mood.value}") if found.says else None
    charts = element("div", *(chart(each) for each in found.charts), class_="charts") if found.charts else None
    why = element("p", "No counts of the router: ", sentence(found.unknown), class_="empty") if found.unknown else None
    return panel("judge", "What the judge sees", says, _measures(found.measures), charts, why)


def _measures(found: tuple[MeasureView, ...]) -> Html | None:
    if not found:
        return None
    columns = ("Signal", "Source", "Criterion", "New release", "Release before", "State")
    rows = [(m.name, m.source, m.criterion, m.candidate, m.baseline, chip(m.mood, m.verdict)) for m in found]
    return table(columns, rows, "signals")


def history(view: ServiceView) -> Html:
    if not view.past:
        return panel("history", "History", element("p", "Nothing has been released here yet.", class_="empty"))
    rows = [
        (foreign(p.tag), chip(p.mood, p.outcome), when(p.at, view.now), _why(p, n)) for n, p in enumerate(view.past)
    ]
    return panel("history", "History", table(("Tag", "Became", "When", "Why"), rows, "past"))


def dora(view: ServiceView) -> Html:
    """DORA's five, of the releases that the record still holds."""
    rows = (part for term, said in view.dora for part in (element("dt", term), element("dd", said)))
    listed = element("dl", *rows)
    kept = len(view.past)
    many = f"of the last {kept} releases" if kept > 1 else "of the last release" if kept else None
    return panel("delivery", "Delivery, last 30 days", listed, element("p", many, class_="hint") if many else None)


def _why(past: PastView, number: int) -> Html:
    if not past.log:
        return sentence(past.reason)
    log = element(
        "pre", *(joined(element("bdi", line[:200]), "\n") for line in past.log.splitlines()[-12:]), tabindex="0"
    )
    shown = element("details", element("summary", "what the app said last"), log, id=f"log-{number}")
    return joined(sentence(past.reason), shown)


def standing(view: ServiceView) -> Html:
    """Quarantine, queue, floor, alerts, notices: what stands in a release's way, and what waits for somebody."""
    held = [joined(element("strong", foreign(tag)), " ", sentence(why)) for tag, why in view.quarantine]
    rows = [
        ("Queue", [foreign(view.queued, 120)] if view.queued else [], "nothing waits"),
        ("Quarantine", held, "empty"),
        ("Floor", [foreign(view.floor, 120)] if view.floor else [], "none"),
        ("Alerts", [sentence(each) for each in view.alerts], "none is firing"),
        *([("Database", [foreign(each, 160) for each in view.database], "")] if view.database else []),
        ("Notices", [sentence(each) for each in view.undelivered], "all are delivered"),
    ]
    parts = [part for term, found, none in rows for part in (element("dt", term), _listed(found, none))]
    return panel("standing", "What stands and waits", element("dl", *parts))


def _listed(found: Iterable[Html], none: str) -> Html:
    items = [element("li", each) for each in found]
    return element("dd", element("ul", *items)) if items else element("dd", none)


def deeds(view: ServiceView) -> Html:
    rows = [(when(deed.at, view.now), foreign(deed.by or "nobody"), sentence(deed.says)) for deed in view.deeds]
    return panel("deeds", "Who did what", table(("When", "Who", "What"), rows, "deeds"))


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], name: str) -> Html:
    """Each cell carries its column's name, which a narrow screen shows before it."""
    columns = tuple(columns)
    head = element("tr", *(element("th", column, scope="col") for column in columns))
    body = (
        element("tr", *(_cell(n, c, column) for n, (c, column) in enumerate(zip(row, columns, strict=True))))
        for row in rows
    )
    return element("table", element("thead", head), element("tbody", *body), class_=f"wide {name}")


def _cell(number: int, cell: str, column: str) -> Html:
    if number == 0:
        return element("th", cell, scope="row", data_column=column)
    return element("td", cell, data_column=column)
