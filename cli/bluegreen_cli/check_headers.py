"""Headers of checks that hold a secret in bluegreen.yml, of which a copy lies in every function."""

from collections.abc import Iterator, Mapping
from typing import Any

from bluegreen.core.config.check_secrets import PREFIX, names
from bluegreen.core.credentials import hidden
from bluegreen.settings import parse


def examine(written: Any, secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    file, _ = parse(written)
    for service in file.services.values() if file else ():
        for check in (*service.checks.health.requests, *service.checks.smoke.requests):
            for name, value in check.headers.items():
                if not names(value) and hidden(f"{name}: {value}") != f"{name}: {value}":
                    how = f"write ${{{PREFIX}…}}, and its value into .env"
                    yield "doubt", f"checks of {service.name}: {hidden(check.title)} has a secret in {name}: {how}"
