"""The commands as `bluegreen --help` shows them, in groups, the most urgent first; and what other tools call them."""

from typing import Any

import typer
from typer.core import TyperGroup

_PANELS = {
    "Look": ("status", "history", "show", "logs", "health", "monitor"),
    "Act": ("rollback", "undo", "deploy", "switch", "approve", "abort", "pause", "resume", "recover"),
    "Prove": ("replay", "evidence", "trace", "checklist"),
    "Set up": ("init", "setup", "doctor", "deploy-functions", "stage", "docs", "token"),
    "Try": ("demo", "judge", "migrations"),
}
_OTHER_WORDS = {
    "watch": "status --watch",
    "get": "status",
    "promote": "switch",
    "list": "history",
    "releases": "history",
    "dora": "history --stats",
    "statistics": "history --stats",
    "retry": "deploy",
    "prove": "migrations prove",
    "check": "migrations check",
    "explain": "migrations explain",
}


class Commands(TyperGroup):
    """Whoever comes from another tool is told what does the same here."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        ours = _OTHER_WORDS.get(args[0]) if self.get_command(ctx, args[0]) is None else None
        if ours:
            ctx.fail(f"No such command '{args[0]}'. 'bluegreen {ours}' does that.")
        return super().resolve_command(ctx, args)


def arrange(app: typer.Typer) -> None:
    """Each command in its group, in this order; `ValueError` for one that has none."""
    order = [name for names in _PANELS.values() for name in names]
    panels = {name: panel for panel, names in _PANELS.items() for name in names}
    app.registered_commands.sort(key=lambda command: order.index(_name(command)))
    for command in app.registered_commands:
        command.rich_help_panel = panels[_name(command)]


def _name(command: Any) -> str:
    return str(command.name or command.callback.__name__)
