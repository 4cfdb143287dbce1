"""YAML as bluegreen.yml has it: read as a tree of nodes, looked over, and only then made into values.

What an alias stands for is written once and read as often as it is named: eight lists of nine aliases each are 9^8
nodes. So the nodes are counted as if all were written out, each anchor once, before any value is made of them.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bluegreen_cli.faults import Faulty

NAME_WANTED = "small letters, digits, hyphens between; at most {most}, no word of YAML"
MOST_NODES = 100_000  # a hundred services with everything that there is are a third of it
_CHARACTERS = 100  # of a long text count as one node more
_NAMED = ("services", "sets", "tokens", "slack_users")
_TAG = "tag:yaml.org,2002:"
_VALUES = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
_KNOWN = {f"{_TAG}{kind}" for kind in _VALUES}
_WORDS = {f"{_TAG}bool", f"{_TAG}null"}


class Reader(yaml.SafeLoader):
    """A day stays the text that was written, and so does a time of day: YAML has numbers of base 60."""

    def as_written(self, node: yaml.ScalarNode) -> Any:
        return node.value

    def whole(self, node: yaml.ScalarNode) -> Any:
        return node.value if ":" in node.value else self.construct_yaml_int(node)


Reader.add_constructor(f"{_TAG}timestamp", Reader.as_written)
Reader.add_constructor(f"{_TAG}int", Reader.whole)


def value(path: Path, text: str) -> Any:
    """`Faulty` with file, line and column; None where nothing is written."""
    try:
        reader = Reader(text)
        root = reader.get_single_node()
        if root is None:
            return None
        _weight(path, root, {})
        faults = [*_faults(reader, root, path, (), set())]
        if faults:
            raise Faulty(faults)
        return reader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        raise Faulty([_marked(path, error)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Faulty([f"{path}:{line} is not YAML: a character that no text may hold, {error.reason}"]) from None


def _marked(path: Path, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    says = ", ".join(part for part in (error.problem, error.context) if part)
    if "'\\t'" in says:
        says = "a tab stands here, and YAML moves lines in by blanks alone"
    return f"{_at(path, mark) if mark else path} is not YAML: {' '.join(says.split())}"


def _at(path: Path, mark: Any) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}"


def _weight(path: Path, node: Any, known: dict[int, int]) -> int:
    """Nodes below, aliases written out. 0 stands for a node that is being counted: it holds itself."""
    if isinstance(node, yaml.ScalarNode):
        return 1 + len(node.value) // _CHARACTERS
    if id(node) not in known:
        known[id(node)] = 0
        below = [part for each in node.value for part in (each if isinstance(each, tuple) else (each,))]
        known[id(node)] = 1 + sum(_weight(path, part, known) for part in below)
        if known[id(node)] > MOST_NODES:
            says = f"is too large: with its aliases written out it has more than {MOST_NODES:,} values"
            raise Faulty([f"{_at(path, node.start_mark)} {says}"])
    elif not known[id(node)]:
        raise Faulty([f"{_at(path, node.start_mark)} holds itself, by an alias"])
    return known[id(node)]


def _faults(reader: Reader, node: Any, path: Path, at: tuple[str, ...], seen: set[int]) -> Iterator[str]:
    """Of what is written, each anchor once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if node.tag not in _KNOWN:
        yield f"{_at(path, node.start_mark)} {node.tag.replace(_TAG, '!!')[:60]} has no place here"
    elif node.tag == f"{_TAG}float" and not math.isfinite(reader.construct_yaml_float(node)):
        yield f"{_at(path, node.start_mark)} {'.'.join(at)}: {node.value[:40]} is no number to compare with"
    elif isinstance(node, yaml.SequenceNode):
        for number, part in enumerate(node.value):
            yield from _faults(reader, part, path, (*at, str(number)), seen)
    elif isinstance(node, yaml.MappingNode):
        yield from _of_names(node, path, at)
        for key, part in node.value:
            yield from _faults(reader, part, path, (*at, str(key.value)[:60]), seen)


def _of_names(node: yaml.MappingNode, path: Path, at: tuple[str, ...]) -> Iterator[str]:
    """Of two of one name YAML's reader would take the last, and say nothing of the first."""
    first: dict[str, int] = {}
    for key, _ in node.value:
        where = _at(path, key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            yield f"{where} a name is wanted here, and not a list or a section"
            continue
        if key.value in first and key.value != "<<":
            yield f"{where} {key.value!r} is written twice; the first is in line {first[key.value]}"
        first.setdefault(key.value, key.start_mark.line + 1)
        if key.tag in _WORDS:
            says = NAME_WANTED.format(most=31) if at in {(name,) for name in _NAMED} else "a word of YAML, and no name"
            yield f"{where} {'.'.join((*at, key.value))}: {says}; in quotes it is a text"
