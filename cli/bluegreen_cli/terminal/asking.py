"""health: an address asked as the product asks it: the status, the time that it took, the fields of its JSON."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bluegreen.clients import bounded
from bluegreen.clients.http import LIMITS
from bluegreen.clients.web import Web, compared
from bluegreen.core.checks.response import CheckResponse
from bluegreen.core.config.address import is_address
from bluegreen.core.config.checks import Check, Expected
from bluegreen.settings import NONE, PREFIX
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal.exits import Exit
from bluegreen_cli.terminal.place import Place

_FIELDS_SHOWN = 12
_FIELD = re.compile(r"[\w.-]+=.*", re.DOTALL)


class Asked(NamedTuple):
    """One check: its address, what came, and what is wrong with that, "" where nothing is."""

    check: Check
    address: str
    answer: CheckResponse
    fault: str


def health(place: Place, name: str, where: str, tag: str, expect: list[str], as_json: bool) -> Exit:
    url, checks = _meant(place, name, where, tag, expect)
    asked = [*_asked(place, url, checks, tag)]
    if as_json:
        screen.document({"ok": not any(each.fault for each in asked), "checks": [_facts(each) for each in asked]})
    else:
        for each in asked:
            _show(each)
    if all(not each.fault for each in asked):
        return Exit.DONE
    return Exit.NO_ANSWER if all(each.answer.error for each in asked) else Exit.REFUSED


def _meant(place: Place, name: str, where: str, tag: str, expect: list[str]) -> tuple[str, list[Check]]:
    """An address with a path is asked as it is; one without, and an environment, with the checks of bluegreen.yml."""
    url = _address(place, name, where)
    parts = urlsplit(url)
    root, path = f"{parts.scheme}://{parts.netloc}", parts.path + (f"?{parts.query}" if parts.query else "")
    wanted = Expected.model_validate({"json": dict(_expected(expect))})
    if path not in ("", "/"):
        return root, [Check(get=path, expect=wanted)]
    known = _known(place, name)
    return root, [_without_tag(check, tag) for check in known] or [Check(get="/api/health", expect=wanted)]


def _address(place: Place, name: str, where: str) -> str:
    if where in ("blue", "green", "production"):
        service = place.service(name or None)
        found = {environment.value: settings.url for environment, settings in service.environments.items()}
        return {**found, "production": service.traffic.url}[where]
    if not is_address(where) or not where.isascii() or not where.isprintable():
        known = "an address such as https://example.com/api/health, or blue, green, production"
        raise Faulty([f"{where[:60]!r}: {known} is wanted"])
    return where


def _known(place: Place, name: str) -> tuple[Check, ...]:
    """The health checks of bluegreen.yml; none where there is no such file, and nobody named a service."""
    if name:
        return place.service(name).checks.health.requests
    with suppress(Faulty):
        if len(place.services) == 1:
            return next(iter(place.services.values())).checks.health.requests
    return ()


def _without_tag(check: Check, tag: str) -> Check:
    """Whoever names no release does not expect one of it."""
    if tag:
        return check
    expected = check.expect
    kept = {path: value for path, value in expected.json_body.items() if not re.search(r"{(tag|version)}", str(value))}
    return check.model_copy(update={"expect": expected.model_copy(update={"json_body": kept})})


def _expected(given: list[str]) -> Iterator[tuple[str, Any]]:
    for each in given:
        if not _FIELD.fullmatch(each):
            raise Faulty(
                [f"--expect {each[:60]!r}: FIELD=VALUE is wanted, such as healthy=true or latency='below 1000'"]
            )
        field, _, value = each.partition("=")
        try:
            yield field, json.loads(value)
        except ValueError:
            yield field, value


def _asked(place: Place, url: str, checks: list[Check], tag: str) -> Iterator[Asked]:
    prefix = f"{PREFIX}CHECK_"
    sent = {n: v for n, v in place.environment.items() if n.startswith(prefix) and v and v != NONE}
    with bounded.client(LIMITS) as http:
        web = Web(http, time.monotonic, secrets=sent)
        for check in checks:
            answer = web.check(url, check).answer
            yield Asked(check, url + check.path, answer, compared(check, answer, tag) or "")


def _facts(asked: Asked) -> dict[str, Any]:
    answer = asked.answer
    facts = {"check": asked.check.title, "url": asked.address, "ok": not asked.fault, "status": answer.status}
    return {**facts, "ms": round(answer.ms), "json": _json(answer.body), "fault": asked.fault, "error": answer.error}


def _json(body: str) -> Any:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _show(asked: Asked) -> None:
    answer = asked.answer
    said = str(answer.status) if answer.status else f"no answer {answer.error.removeprefix('none ')}"
    sign, mood = ("✕", "bad") if asked.fault else ("✓", "good")
    screen.headline(f"{sign} {asked.check.title}: {said} in {answer.ms:.0f} ms", mood)
    fields = [*(_json(answer.body) or {}).items()][:_FIELDS_SHOWN]
    screen.rows((key, value if isinstance(value, str) else json.dumps(value)) for key, value in fields)
    if asked.fault and answer.status:
        screen.tell(asked.fault, indent="  ")
