"""The gate's objections, for people, for programs and for GitHub."""

import textwrap
from collections.abc import Iterator
from typing import Any

from bluegreen.core.migrations.contracts import contract_of
from bluegreen.core.migrations.gate import GateVerdict
from bluegreen.core.migrations.scene import Consequence, Objection

_WIDTH = 80  # columns
_LEVELS = {Consequence.REFUSED: "error", Consequence.WARNED: "warning", Consequence.REVIEWED: "notice"}
_LEVELS[Consequence.UNREAD] = "notice"


def facts(verdict: GateVerdict) -> dict[str, Any]:
    return {
        "ok": not verdict.refused,
        "files": verdict.files,
        "statements": verdict.statements,
        "left_out": list(verdict.left_out),
        "empty": list(verdict.empty),
        "objections": [_facts(found) for found in verdict.objections],
    }


def _facts(found: Objection) -> dict[str, Any]:
    return {
        "code": found.rule.code,
        "rule": found.rule.name,
        "consequence": found.consequence.value,
        "file": found.path,
        "line": found.line,
        "what": found.what,
        "breaks": found.says,
        "lock": found.lock,
        "steps": list(found.rule.steps),
        "safe": found.rule.good,
        "statement": found.statement,
        "reviewed": found.reviewed,
        "readers": found.readers,
        "floor": "; ".join(_floor(found)),
    }


def lines(verdict: GateVerdict) -> Iterator[str]:
    for found in verdict.objections:
        yield f"{found.path}:{found.line}: {found.rule.code} {found.rule.name}: {found.consequence.value}"
        yield from _wrapped(found.says, "  ")
        if found.lock:
            yield from _wrapped(f"lock: {found.lock}", "  ")
        if found.consequence is Consequence.REVIEWED:
            yield from _wrapped(f"reviewed: {found.reviewed}", "  ")
            yield from (line for told in _floor(found) for line in _wrapped(told, "  "))
        if found.consequence is Consequence.REFUSED:
            yield "  the safe way:"
            for number, step in enumerate(found.rule.steps, start=1):
                yield from _wrapped(f"{number}. {step}", "    ")
        yield ""
    yield counted(verdict)


def _floor(found: Objection) -> list[str]:
    """What a contract was understood to say."""
    contract = contract_of(found.reviewed) if found.consequence is Consequence.REVIEWED else None
    return [contract.told] if contract else []


def counted(verdict: GateVerdict) -> str:
    counts = [
        (len(verdict.of(consequence)), consequence.value) for consequence in Consequence if verdict.of(consequence)
    ]
    found = ", ".join(f"{count} {word}" for count, word in counts) or "nothing objected to"
    left_out = f"; left out, as a release does not run them: {', '.join(verdict.left_out)}" if verdict.left_out else ""
    left_out += f"; nothing to run in {', '.join(verdict.empty)}" if verdict.empty else ""
    statements = "1 statement" if verdict.statements == 1 else f"{verdict.statements} statements"
    files = "1 file" if verdict.files == 1 else f"{verdict.files} files"
    return f"{statements} in {files}: {found}{left_out}"


def annotations(verdict: GateVerdict) -> Iterator[str]:
    """Workflow commands of GitHub Actions: they stand beside the line in the pull request."""
    for found in verdict.objections:
        steps = [f"{number}. {step}" for number, step in enumerate(found.rule.steps, start=1)]
        told = [found.says, *([f"lock: {found.lock}"] if found.lock else []), *_floor(found), *steps]
        title = _property(f"{found.rule.code} {found.rule.name}")
        place = f"file={_property(found.path)},line={found.line},title={title}"
        yield f"::{_LEVELS[found.consequence]} {place}::{_message(chr(10).join(told))}"
    for path in verdict.empty:
        yield f"::notice file={_property(path)},line=1::nothing to run in {_message(path)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
