"""Slack's bot and the buttons of its messages: is the token one, what may it do, and does anybody's press count?"""

import re
from collections.abc import Iterator
from typing import Any

import httpx

from bluegreen.clients.bounded import within
from bluegreen.core.config.notify import SlackNotice
from bluegreen.settings import NONE
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine
from bluegreen_cli.doctor.patient import Patient

_ASKED = 10.0  # seconds
_MAY = "chat:write"
_SIGNING = re.compile(r"[0-9a-f]{32}")  # as Slack makes them
_SCOPES = "x-oauth-scopes"
_LOOKING = ("channels:read", "groups:read")


def bot(patient: Patient) -> Iterator[Finding]:
    """`auth.test` needs no scope and tells which ones there are: docs.slack.dev/reference/methods/auth.test."""
    if patient.secret("SLACK_BOT_TOKEN") in ("", NONE):
        return
    told, scopes = _called(patient, "auth.test", {})
    if told.get("ok") is not True:
        yield fault(f"Slack's bot: auth.test answers {_error(told)}", "a new BLUEGREEN_SLACK_BOT_TOKEN (docs/slack.md)")
        return
    if _MAY not in scopes:
        yield fault(f"Slack's bot: its token lacks the scope {_MAY}", "add it in the app's settings, install it again")
        return
    more = sorted(scopes - {_MAY, *_LOOKING})
    if more:
        yield doubt(f"Slack's bot: its token may also {', '.join(more)}, which nothing here needs", "take it away")
    yield fine("Slack's bot: its token is accepted, and may post")
    yield from _channels(patient, scopes)


def buttons(patient: Patient) -> Iterator[Finding]:
    """Whoever presses a button is known by Slack's signature, and then by bluegreen.yml."""
    secret, users = patient.secret("SLACK_SIGNING_SECRET"), patient.file.slack_users
    has_secret, has_bot = secret not in ("", NONE), patient.secret("SLACK_BOT_TOKEN") not in ("", NONE)
    if users and not has_secret:
        yield doubt("Slack's buttons: slack_users names people, and BLUEGREEN_SLACK_SIGNING_SECRET is not set")
    elif has_secret and not _SIGNING.fullmatch(secret):
        yield fault("Slack's buttons: BLUEGREEN_SLACK_SIGNING_SECRET is none: 32 hexadecimal digits are wanted")
    elif has_secret and not users:
        yield doubt("Slack's buttons: bluegreen.yml names nobody under slack_users, so there are none")
    elif has_secret and not has_bot:
        yield doubt("Slack's buttons: only a bot's messages have them, and BLUEGREEN_SLACK_BOT_TOKEN is not set")
    elif has_secret:
        yield fine(f"Slack's buttons: {', '.join(sorted(users))} may press them")


def _channels(patient: Patient, scopes: set[str]) -> Iterator[Finding]:
    """Whether the bot is in them can only be asked with a scope that it need not have."""
    named = {e.channel for s in patient.services for e in s.notify if isinstance(e, SlackNotice)}
    if "" in named:
        yield fault("Slack's bot: an entry of kind slack names no `channel`, which a bot needs")
    for channel in sorted(named - {""}):
        if not channel.startswith(("C", "G")) or not scopes & set(_LOOKING):
            continue
        told, _ = _called(patient, "conversations.info", {"channel": channel})
        if told.get("ok") is not True:
            yield fault(f"Slack's bot: does not see {channel} ({_error(told)})", f"/invite it to {channel}")
        elif not _object(told.get("channel")).get("is_member"):
            yield fault(f"Slack's bot: is not in {channel}", f"/invite it to {channel}")


def _called(patient: Patient, method: str, form: dict[str, str]) -> tuple[dict[str, Any], set[str]]:
    headers = {"Authorization": f"Bearer {patient.secret('SLACK_BOT_TOKEN')}", "User-Agent": "bluegreen"}
    try:
        with within(_ASKED):
            answer = patient.http.post(f"{patient.file.apis.slack}/{method}", data=form, headers=headers)
        told = answer.json()
    except (httpx.HTTPError, ValueError):
        return {"error": "nothing that can be read"}, set()
    scopes = {scope.strip() for scope in answer.headers.get(_SCOPES, "").split(",")} - {""}
    return _object(told), scopes


def _error(told: dict[str, Any]) -> str:
    return re.sub(r"[^a-z_ ]", "", str(told.get("error", "no reason")))[:60]


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
