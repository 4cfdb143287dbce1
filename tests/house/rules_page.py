"""docs/migrations/rules.md, from the rules of the gate: each with its code, what it guards and the safe way."""

from bluegreen.core.migrations import rules
from bluegreen.core.migrations.rules import busy, removed, rows, stricter
from bluegreen.core.migrations.rules.rule import Rule
from bluegreen_cli.stage import ROOT

PAGE = ROOT / "docs" / "migrations" / "rules.md"
_HEAD = f"""# The {len(rules.ALL)} rules for migrations

Generated from the code that judges: `make house ARGS=--write`. `bluegreen migrations explain M101` prints one.
How to live with them: [the shared database](README.md).
A code never changes its meaning. A rule that *warns* stops nothing.
"""
_FAMILIES = {
    "What a release that still runs would miss": removed,
    "What a release that still runs would be refused": stricter,
    "What makes everybody wait": busy,
    "Rows, and what cannot be judged": rows,
}


def written() -> str:
    parts = [_HEAD]
    for title, family in _FAMILIES.items():
        parts += [f"## {title}\n", *(_section(rule) for rule in family.ALL)]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    steps = "\n".join(f"{number}. {_plain(step)}" for number, step in enumerate(rule.steps, start=1))
    says = _plain(rule.breaks.format(what="…"))
    warns = " It warns." if rule.warns else ""
    return (
        f"### {rule.code} {rule.name}\n\n{says}.{warns}\n\n{steps}\n\n"
        f"Bad:\n\n```sql\n{rule.bad}\n```\n\nGood:\n\n```sql\n{rule.good}\n```\n"
    )


def _plain(text: str) -> str:
    return text.replace("<", "&lt;")
