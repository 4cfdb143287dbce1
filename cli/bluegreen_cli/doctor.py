"""Checks before a deployment what would fail in it or after it."""

import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dotenv import dotenv_values

from bluegreen.clients.store.objects import self_test
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core.config import own_secrets
from bluegreen.core.errors import BluegreenError
from bluegreen.settings import NAMES, NONE, PREFIX, UNFILLED, load
from bluegreen_cli import channels, check_headers, config, layout, production, project, twins
from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import ROOT

_NUDGE = f"{PREFIX}NUDGE_SECRET"  # the platform compares it: `none` would be what everybody can send


class Finding(NamedTuple):
    """`word`: fine, fault, or doubt (it works today, and will hurt one day)."""

    fine: bool
    what: str
    word: str = ""


def examine(path: Path, env: Path, root: Path = ROOT, kind: str = "default") -> Iterator[Finding]:
    """What was looked at, in order; what rests on something faulty is not looked at."""
    try:
        written = config.read(path)
        yield Finding(True, f"{path}: services {', '.join(written['services'])}")
        environment = given(env)
        text = config.project_text(root, written)
        parts = [project.read(part.text, environment) for part in layout.parts(text, kind)]
        functions = {name: own for part in parts for name, own in _environments(part).items()}
    except Faulty as error:
        if not env.is_file():
            yield Finding(False, f"{env} is not there: cp .env.example {env}, and fill it in")
        yield from (Finding(False, fault) for fault in error.faults)
        return
    wrong = [*_unfilled(environment, env)] or [*_weak(environment)]
    looked_at = wrong or [_settings(name, given, written) for name, given in functions.items()]
    yield from looked_at
    if kind == "hardened":
        yield Finding(True, f"layout hardened: no function on the web gets {', '.join(layout.NOT_ON_THE_WEB)}")
    if not all(finding.fine for finding in looked_at):
        return
    secrets = {name: value for given in functions.values() for name, value in given.items()}
    yield from _store(written, secrets)
    for asked in (twins.examine, production.examine, channels.examine, check_headers.examine):
        yield from (Finding(word != "fault", what, word) for word, what in asked(written, secrets))


def given(env: Path) -> dict[str, str]:
    """What `env` says, and above it the environment."""
    try:
        return {name: value or "" for name, value in dotenv_values(env, interpolate=False).items()} | dict(os.environ)
    except UnicodeDecodeError:
        raise Faulty([f"{env} is not UTF-8 text"]) from None


def _unfilled(environment: Mapping[str, str], env: Path) -> Iterator[Finding]:
    """Settings that still say what .env.example says."""
    for name, value in environment.items():
        if name.startswith(PREFIX) and UNFILLED in value:
            yield Finding(False, f"{name} still holds the {UNFILLED} of .env.example: fill it in, in {env}")


def _weak(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Secrets that are guessed, or used twice: no function sees all of them. That of nudges may not be left out."""
    names = {*NAMES, *own_secrets.OWN}
    given = {name: value for name, value in environment.items() if name in names and value}
    used = {name: value for name, value in given.items() if value != NONE or name == _NUDGE}
    yield from (Finding(False, fault) for fault in own_secrets.faults(used))


def _environments(read: project.Project) -> dict[str, dict[str, str]]:
    return {p.full_name(f): f.environment for p in read.packages for f in p.functions}


def _settings(name: str, given: Mapping[str, str], written: Any) -> Finding:
    try:
        load(written, given, [setting.removeprefix(PREFIX).lower() for setting in given if setting in NAMES])
    except BluegreenError as error:
        return Finding(False, f"{name}: {error}")
    return Finding(True, f"{name}: has its {len(given)} setting{'s' if len(given) != 1 else ''}")


def _store(written: Any, given: Mapping[str, str]) -> Iterator[Finding]:
    """The state bucket must refuse to create what is there: else two writers could overwrite each other."""
    state = written["state"]
    key, secret = given.get(f"{PREFIX}SPACES_KEY", ""), given.get(f"{PREFIX}SPACES_SECRET", "")
    where = f"bucket {state['bucket']} at {state['endpoint']}"
    store = Spaces(state["endpoint"], state["region"], state["bucket"], key, secret)
    try:
        self_test(store, lambda: uuid.uuid4().hex)
        yield Finding(True, f"{where}: creates, and refuses to create again")
    except BluegreenError as error:
        yield Finding(False, f"{where}: {error}")
        return
    try:
        store.versioning()
    except BluegreenError as error:
        says = "it does not say whether it keeps versions, which it must not: If-None-Match might then be ignored"
        yield Finding(True, f"{where}: {says} ({error})", "doubt")
