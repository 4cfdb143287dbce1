"""A recording as one SVG: rows come when they came, the picture follows, and at the end it begins anew.

It has no script and no font of its own, is light or dark as its reader's machine is, and stands still for who wants no
motion. A wait is shown for two seconds at most.
"""

from xml.sax.saxutils import escape

LETTER, LINE, EDGE = 8.0, 17, 14  # pixels
LONGEST_WAIT, LAST_LOOK = 2.0, 6.0  # seconds
_STYLE = """
text { font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #1f2328; white-space: pre }
.b { fill: #f6f8fa; stroke: #d0d7de } .o { font-weight: 700 }
.green { fill: #116329 } .red { fill: #a40e26 } .brown { fill: #7d4e00 } .cyan { fill: #0550ae }
@media (prefers-color-scheme: dark) {
 text { fill: #e6edf3 } .b { fill: #0d1117; stroke: #30363d }
 .green { fill: #56d364 } .red { fill: #ff7b72 } .brown { fill: #e3b341 } .cyan { fill: #79c0ff }
}
"""


def drawing(rows, columns, shown, title):
    """`shown` rows of it at a time."""
    times = _times([row.at for row in rows])
    inner, high = columns * LETTER, shown * LINE
    width, height = inner + 2 * EDGE, high + 2 * EDGE
    texts = "\n".join(_row(number, row) for number, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" width="{width:g}" role="img">\n'
        f"<title>{escape(title)}</title><style>{_STYLE}{_motion(times, shown)}</style>\n"
        f'<rect class="b" x=".5" y=".5" width="{width - 1:g}" height="{height - 1}" rx="8"/>\n'
        f'<svg x="{EDGE}" y="{EDGE}" width="{inner:g}" height="{high}"><g id="s">\n{texts}\n</g></svg>\n</svg>\n'
    )


def _times(found):
    """Without the waits that nobody wants to see."""
    times, now = [], 0.0
    for before, at in zip([0.0, *found], found, strict=False):
        now += min(at - before, LONGEST_WAIT)
        times.append(now)
    return times


def _row(number, row):
    """Each run at its column, whatever font is there."""
    spans = "".join(
        f'<tspan x="{run.column * LETTER:g}" textLength="{len(run.text) * LETTER:g}"{_look(run)}>'
        f"{escape(run.text)}</tspan>"
        for run in row.runs
    )
    return f'<text id="r{number}" y="{(number + 0.78) * LINE:.1f}">{spans}</text>'


def _look(run):
    names = [*([run.colour] if run.colour != "default" else []), *(["o"] if run.bold else [])]
    return f' class="{" ".join(names)}"' if names else ""


def _motion(times, shown):
    """Rows are hidden until they come; the picture is moved up, a row at a time, once it is full."""
    whole = times[-1] + LAST_LOOK
    beat = f"{whole:.1f}s steps(1, end) infinite"
    still = f"#s {{ transform: translateY({-max(0, len(times) - shown) * LINE}px) }}"
    moves = "".join(
        f" {100 * at / whole:.2f}% {{ transform: translateY({(shown - 1 - number) * LINE}px) }}"
        for number, at in enumerate(times)
        if number >= shown
    )
    comes = "\n".join(
        f"@keyframes k{number} {{ 0% {{ opacity: 0 }} {100 * at / whole:.2f}% {{ opacity: 1 }} }} "
        f"#r{number} {{ animation: k{number} {beat} }}"
        for number, at in enumerate(times)
        if at > 0
    )
    return (
        f"@media (prefers-reduced-motion: reduce) {{ {still} }}\n@media (prefers-reduced-motion: no-preference) {{\n"
        f"{comes}\n@keyframes up {{ 0% {{ transform: none }}{moves} }} #s {{ animation: up {beat} }}\n}}\n"
    )
