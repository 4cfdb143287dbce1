"""Families of metrics as text: Prometheus' format 0.0.4, and OpenMetrics 1.0 for whoever asks for it.

Sources: prometheus.io/docs/instrumenting/exposition_formats and prometheus.io/docs/specs/om/open_metrics_spec. They
differ in three points that matter here: in OpenMetrics a counter's family is named without `_total`, the text ends
with `# EOF`, and timestamps are seconds (none are written).
"""

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import NamedTuple

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_TOTAL = "_total"
_LABEL = 200  # characters of a foreign word
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Kind(Enum):
    COUNTER = "counter"
    GAUGE = "gauge"
    SUMMARY = "summary"
    HISTOGRAM = "histogram"


class Family(NamedTuple):
    """`name` as it is asked for: of a counter, with `_total`."""

    name: str
    kind: Kind
    help: str


class Point(NamedTuple):
    """One number of a family. `suffix`: `_sum`, `_count` or `_bucket`, of those that have several."""

    family: Family
    labels: Mapping[str, str]
    value: float
    suffix: str = ""


def exposition(families: Iterable[Family], points: Iterable[Point], open_metrics: bool = False) -> str:
    """Each family's points stand together, below its HELP and TYPE; a family without any is left out."""
    by_family: dict[str, list[Point]] = {}
    for point in points:
        by_family.setdefault(point.family.name, []).append(point)
    lines: list[str] = []
    for family in families:
        found = by_family.get(family.name, [])
        if found:
            name = family.name.removesuffix(_TOTAL) if open_metrics else family.name
            lines += [f"# HELP {name} {_help(family.help)}", f"# TYPE {name} {family.kind.value}"]
            lines += [_line(point) for point in found]
    return "\n".join([*lines, *(["# EOF"] if open_metrics else [])]) + "\n"


def wants_open_metrics(accept: str) -> bool:
    """Prometheus asks for both, and prefers OpenMetrics where it names it."""
    return "application/openmetrics-text" in accept.lower()


def _line(point: Point) -> str:
    labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in point.labels.items())
    written = f"{{{labels}}}" if labels else ""
    return f"{point.family.name}{point.suffix}{written} {_number(point.value)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _escaped(text: str) -> str:
    """A foreign word as a label's value: nothing in it can end the value or the line."""
    shown = _CONTROL.sub("\ufffd", text[:_LABEL]).encode("utf-8", "replace").decode()
    return shown.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")
