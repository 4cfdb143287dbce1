"""bluegreen.yml with other values in some places: all else in it, comments too, stays as it is."""

from collections.abc import Mapping
from typing import Any

import yaml

from bluegreen_cli.faults import Faulty

Place = tuple[str, ...]


def with_values(text: str, values: Mapping[Place, str]) -> str:
    """From the last place to the first, so that what was found stays where it is."""
    root = yaml.compose(text, yaml.SafeLoader)
    found = [(*_span(root, place), value) for place, value in values.items()]
    for start, end, value in sorted(found, reverse=True):
        text = text[:start] + _scalar(value) + text[end:]
    return text


def _span(node: Any, place: Place) -> tuple[int, int]:
    for step in place:
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        node = next((value for key, value in pairs if key.value == step), None)
    if not isinstance(node, yaml.ScalarNode):
        raise Faulty([f"bluegreen.yml {'.'.join(place)}: is not there, so nothing can be written in its place"])
    return node.start_mark.index, node.end_mark.index


def _scalar(value: str) -> str:
    return yaml.safe_dump(value, allow_unicode=True, width=1000).removesuffix("\n").removesuffix("\n...")
