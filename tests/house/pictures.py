"""The pictures and the table of docs/architecture.md, drawn from the code."""

import ast
import re
from itertools import groupby

from bluegreen.core.phases import CARETAKER, RESTING, Phase
from bluegreen.core.table import TABLE
from bluegreen_cli.stage import ROOT
from tests.house.doors import FUNCTIONS, PLACES
from tests.house.imports import layers
from tests.house.sequences import sequence
from tests.house.walks import walk

PAGE = ROOT / "docs" / "architecture.md"
_MARKED = re.compile(r"(<!-- generated: make house ARGS=--write, (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_LIBRARY = ROOT / "shared" / "bluegreen"

_OPENS = {
    "spaces_key": "Spaces",
    "spaces_secret": "Spaces",
    "digitalocean_token": "DigitalOcean",
    "github_token": "GitHub",
    "slack_webhook_url": "Slack",
    "slack_bot_token": "Slack",
    "slack_signing_secret": "the signature of Slack's buttons",
    "pager_key": "the pager",
    "pager_url": "the pager",
    "teams_webhook_url": "Teams",
    "cdevents_url": "a receiver of events",
    "cdevents_key": "a receiver of events",
    "otlp_url": "a collector of traces",
    "otlp_headers": "a collector of traces",
    "functions_key": "Functions",
    "registry_credentials": "the image registry",
    "prometheus_token": "Prometheus",
    "insights_token": "DigitalOcean Insights",
    "github_webhook_secret": "the webhook's signature",
    "alert_secret": "the alerts' signature",
}


def drawn(text: str) -> str:
    """A page with everything between its marks drawn anew."""
    return _MARKED.sub(lambda mark: f"{mark[1]}{_PICTURES[mark['name']]()}\n{mark[3]}", text)


def states() -> str:
    """Every move of the table that leads to another phase; a phase that waits or holds stays where it is."""
    moves: dict[tuple[Phase, Phase], list[str]] = {}
    for row in TABLE:
        if row.next is not row.phase:
            moves.setdefault((row.phase, row.next), []).append(row.verdict.value)
    named = dict.fromkeys(phase for move in moves for phase in move)
    resting = ",".join(_id(phase) for phase in named if phase in RESTING)
    lines = ["stateDiagram-v2", f"    [*] --> {_id(TABLE[0].phase)}"]
    lines += [f"    {_id(a)} --> {_id(b)}: {', '.join(verdicts)}" for (a, b), verdicts in moves.items()]
    lines += [f"    {_id(phase)}: {phase.value}" for phase in named if _id(phase) != phase.value]
    return _mermaid(*lines, "    classDef resting font-style:italic", f"    class {resting} resting")


def floors() -> str:
    """The layers of import-linter's contracts: an arrow means that what is above may import what is below."""
    rows = layers("bluegreen")
    lines = ["flowchart TB", f'    packages["<b>packages/</b><br/>{len(FUNCTIONS)} functions, a few lines each"]']
    lines += [f'    {floor}["<b>{floor}</b><br/>{says(floor)}"]' for row in rows for floor in row]
    return _mermaid(*lines, f"    {' --> '.join(' & '.join(row) for row in [['packages'], *rows])}")


def functions() -> str:
    """Who wakes whom on the way of a release, with the phase that it is handed over in."""
    woken = [list(looks)[-1] for _, looks in groupby(walk("push").invocations, key=lambda made: made[0])]
    names, phases = (
        [*(name for name, _ in woken), CARETAKER[Phase.WATCHING]],
        ["tag pushed", *(phase for _, phase in woken)],
    )
    steps = (
        f'-->|{phase}| f{number}["{name}"]' for number, (phase, name) in enumerate(zip(phases, names, strict=True))
    )
    return _mermaid("flowchart LR", f'    start(["GitHub"]) {" ".join(steps)}')


def webhook() -> str:
    return _mermaid(sequence("GitHub", "push", walk("webhook")))


def rollback() -> str:
    return _mermaid(sequence("a person", "rollback", walk("rollback")))


def rights() -> str:
    """A table: what each function is for, who may call it, whose keys it holds."""
    lines = ["| function | does | may be called by | holds the keys of |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {_does(name)} | {_callers(name)} | {_keys(name)} |" for name in FUNCTIONS]
    return "\n".join(lines)


_PICTURES = {picture.__name__: picture for picture in (states, floors, functions, webhook, rollback, rights)}


def _mermaid(*lines: str) -> str:
    return "\n".join(["```mermaid", *lines, "```"])


def _id(phase: Phase) -> str:
    return phase.value.replace(" ", "_")


def says(floor: str) -> str:
    """The first sentence of the floor's own description."""
    place = _LIBRARY / floor / "__init__.py"
    text = (place if place.exists() else _LIBRARY / f"{floor}.py").read_text()
    return _sentence(ast.get_docstring(ast.parse(text)) or "")


def _does(name: str) -> str:
    """What the entry point says that the function's door opens."""
    door = ast.parse((ROOT / PLACES[name] / "__main__.py").read_text())
    modules = [node.module or "" for node in ast.walk(door) if isinstance(node, ast.ImportFrom)]
    [entry_point] = [module for module in modules if module.startswith("bluegreen.entrypoints.")]
    text = (ROOT / "shared" / f"{entry_point.replace('.', '/')}.py").read_text()
    return _sentence((ast.get_docstring(ast.parse(text)) or "").partition(": ")[2])


def _sentence(text: str) -> str:
    return re.split(r"[.:;](?= )|\n|\.$", text)[0].replace('"', "'")


def _callers(name: str) -> str:
    function = FUNCTIONS[name]
    if name in ("ops/dashboard", "ops/metrics"):
        return "anyone with a token of bluegreen.yml"
    if function.web == "raw":
        return "anyone whose body is signed"
    if function.web:
        return "anyone with the nudge secret"
    return "holders of a key of the namespace" + ("; the schedule, each minute" if function.triggers else "")


def _keys(name: str) -> str:
    held = (setting.removeprefix("BLUEGREEN_").lower() for setting in FUNCTIONS[name].environment)
    return ", ".join(dict.fromkeys(_OPENS[setting] for setting in held))
