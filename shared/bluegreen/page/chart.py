"""A chart as SVG, with the same numbers as a table beside it.

Shares are drawn on a scale of square roots and times on a logarithmic one: a chart that reaches to the critical level
would else show nothing of what is normal.
"""

import math
from collections.abc import Callable, Iterator
from datetime import timedelta

from bluegreen.page.markup import Html, element
from bluegreen.page.told import NOTHING
from bluegreen.page.view import ChartView, Line

_WIDTH, _HEIGHT = 560, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 62, 12, 24
_ROW, _MOST_ROWS = 13, 3  # of words above the drawing
_TICKS = {"%": (0, 1, 5, 20, 50, 100), "ms": (10, 100, 1000, 10_000)}
_DASHES = {"blue": None, "green": "6 3"}  # a line is known by more than its colour
Scale = Callable[[float], float]


def chart(view: ChartView) -> Html:
    caption = element("figcaption", element("strong", view.title), _key(view))
    return element("figure", caption, _drawing(view), _table(view), class_="chart")


def _drawing(view: ChartView) -> Html:
    x, y = _across(view), _up(view)
    parts = [*_grid(view, y), *_levels(view, y)]
    parts += [part for line in view.lines for part in _line(line, x, y)]
    parts += [*_marks(view, x), *_times(view, x)]
    above = _ROW * _rows(view)
    box, label = f"0 {-above} {_WIDTH} {_HEIGHT + above}", f"{view.title}: {_summary(view)}"
    return element("svg", *parts, viewBox=box, role="img", aria_label=label)


def _across(view: ChartView) -> Scale:
    return lambda seconds: _LEFT + (_WIDTH - _LEFT - _RIGHT) * seconds / view.seconds


def _up(view: ChartView) -> Scale:
    """From a value to its height; the highest level and the highest point are in the picture."""
    values = [value for line in view.lines for _, value in line.points if value is not None]
    most = 1.15 * max([*values, *(level for _, level in view.levels)])
    if view.unit == "ms":
        low, high = math.log10(8), math.log10(max(most, 20))
        return lambda value: _scaled((math.log10(max(value, 8)) - low) / (high - low))
    return lambda value: _scaled(math.sqrt(max(value, 0) / most))


def _scaled(share: float) -> float:
    return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * min(max(share, 0), 1), 1)


def _grid(view: ChartView, y: Scale) -> Iterator[Html]:
    for tick in _TICKS[view.unit]:
        if y(tick) > _TOP or tick == 0:
            yield element("path", d=f"M{_LEFT} {y(tick)}H{_WIDTH - _RIGHT}", class_="grid")
            yield _text(f"{tick:,} {view.unit}", _LEFT - 6, y(tick) + 4, "end")


def _levels(view: ChartView, y: Scale) -> Iterator[Html]:
    for name, value in view.levels:
        yield element("path", d=f"M{_LEFT} {y(value)}H{_WIDTH - _RIGHT}", class_=f"level {name}")
        yield _text(name, _WIDTH - _RIGHT + 6, y(value) + 4, "start")


def _marks(view: ChartView, x: Scale) -> Iterator[Html]:
    """Words stand above what is drawn, each behind its own line; a later line begins lower, so no word crosses it."""
    rows = [(mark, _ROW * (number % _MOST_ROWS - _rows(view))) for number, mark in enumerate(view.marks)]
    for mark, top in rows:
        yield element("path", d=f"M{x(mark.at):.1f} {top}V{_HEIGHT - _BOTTOM}", class_=f"mark {mark.name}")
    for mark, top in rows:
        yield _text(mark.name, round(x(mark.at) + 4, 1), top + 10, "start", "marked")


def _rows(view: ChartView) -> int:
    return min(len(view.marks), _MOST_ROWS)


def _line(line: Line, x: Scale, y: Scale) -> Iterator[Html]:
    """A gap where nothing was counted; a point that stands alone is a dot."""
    run: list[str] = []
    dash = _DASHES.get(line.name)
    for seconds, value in (*line.points, (0.0, None)):
        if value is not None:
            run.append(f"{x(seconds):.1f} {y(value)}")
            continue
        if len(run) == 1:
            cx, cy = run[0].split()
            yield element("circle", cx=cx, cy=cy, r=2.5, class_=f"dot {line.name}")
        elif run:
            yield element("path", d=f"M{'L'.join(run)}", class_=f"line {line.name}", stroke_dasharray=dash)
        run = []


def _times(view: ChartView, x: Scale) -> Iterator[Html]:
    for seconds in range(0, int(view.seconds) + 1, 60):
        at = view.begin + timedelta(seconds=seconds)
        yield _text(f"{at:%H:%M:%S}" if seconds in (0, view.seconds) else f"{at:%H:%M}", x(seconds), _HEIGHT - 6)


def _text(text: str, x: float, y: float, anchor: str = "middle", kind: str | None = None) -> Html:
    return element("text", text, x=round(x, 1), y=round(y, 1), text_anchor=anchor, class_=kind)


def _key(view: ChartView) -> Html:
    drawn = (
        element(
            "span",
            element(
                "svg",
                element("path", d="M0 4H22", class_=f"line {line.name}", stroke_dasharray=_DASHES.get(line.name)),
                viewBox="0 0 22 8",
                aria_hidden="true",
            ),
            line.name,
        )
        for line in view.lines
    )
    return element("span", *drawn, class_="key")


def _summary(view: ChartView) -> str:
    told = []
    for line in view.lines:
        values = [value for _, value in line.points if value is not None]
        told.append(f"{line.name} at most {_number(max(values))} {view.unit}" if values else f"{line.name} not counted")
    return "; ".join([*told, *(f"{mark.name} marked" for mark in view.marks)])


def _table(view: ChartView) -> Html:
    head = element("tr", *(element("th", name, scope="col") for name in ("from", *(x.name for x in view.lines))))
    rows = [
        element("tr", element("th", f"{view.begin + timedelta(seconds=first):%H:%M:%S}", scope="row"), *cells)
        for first, cells in _cells(view)
    ]
    body = element("table", element("thead", head), element("tbody", *rows))
    return element("details", element("summary", "As a table"), body, id=f"table-{view.key}")


def _cells(view: ChartView) -> Iterator[tuple[float, list[Html]]]:
    for points in zip(*(line.points for line in view.lines), strict=True):
        yield points[0][0], [element("td", NOTHING if v is None else f"{_number(v)} {view.unit}") for _, v in points]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2f}"
