"""Flask as the emulated services use it: they match addresses with every request, and build one almost never."""

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class _Route(Rule):
    """Werkzeug compiles code for each route that builds its address: four fifths of what an app takes to be made."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        def build(rule: Rule, /, **values: str) -> tuple[str, str]:
            made: Builder = Rule._compile_builder(self, append_unknown).__get__(rule)
            return made(**values)

        return build


class LazyFlask(Flask):
    url_rule_class = _Route
