"""Slack's incoming webhook: takes the documented payloads, refuses the rest in Slack's words, shows what came."""

import html
import json
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.lazy_flask import LazyFlask

PATH = "/services/T00HOLI00/B00RELEASE/emulatedslackwebhook"
ANSWERS = "/actions"  # below it are the addresses for answers to whoever pressed a button
COLOURS = {"good": "#2eb886", "warning": "#daa038", "danger": "#a30200"}


@dataclass
class Slack:
    """One channel behind one webhook. Refusals: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""

    path: str = PATH
    clock: Clock = field(default_factory=Clock)
    messages: list[dict[str, Any]] = field(default_factory=list)  # {"received": ISO time, "payload": as sent}
    bot_token: str = ""  # "": there is no bot
    channels: dict[str, str] = field(default_factory=lambda: {"#releases": "C00RELEASE", "C00RELEASE": "C00RELEASE"})
    scopes: str = "chat:write"  # of the bot's token
    invited: bool = True  # the bot, to the channels
    posted: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # channel and ts → as it stands now
    answers: list[dict[str, Any]] = field(default_factory=list)  # to whoever pressed a button
    calls: list[tuple[str, Any]] = field(default_factory=list)
    _errors: list[str] = field(default_factory=list)
    _limited: list[int] = field(default_factory=list)  # a retry-after in seconds for each refusal ordered
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def limit_next(self, times: int = 1, retry_after: int = 1) -> None:
        """The next messages are answered 429."""
        with self._lock:
            self._limited += [retry_after] * times

    def post(self, payload: Any) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers for a decoded body; None stands for a body that could not be decoded."""
        with self._lock:
            if self._limited:
                return 429, "rate_limited", {"Retry-After": str(self._limited.pop(0))}
            fault = _fault(payload)
            if fault:
                return 400, fault, {}
            self.messages.append({"received": self.clock.now().isoformat(), "payload": payload})
            return 200, "ok", {}

    def answer(self, payload: Any) -> tuple[str, int]:
        """docs.slack.dev/interactivity/handling-user-interaction: what comes back to a `response_url`."""
        if fault := _fault(payload):
            return fault, 400
        with self._lock:
            self.answers.append(payload)
        return "ok", 200

    def call(self, method: str, token: str, body: Any) -> dict[str, Any]:
        """The Web API: https://docs.slack.dev/reference/methods/chat.postMessage and chat.update."""
        with self._lock:
            self.calls.append((method, body))
            if not self.bot_token or token != self.bot_token:
                return {"ok": False, "error": "invalid_auth"}
            if self._errors:
                return {"ok": False, "error": self._errors.pop(0)}
            fault = _fault(body)
            if fault:
                return {"ok": False, "error": fault}
            channel = self.channels.get(str(body.get("channel")), "")
            if not channel:
                return {"ok": False, "error": "channel_not_found"}
            return self._posted(channel, body) if method == "chat.postMessage" else self._updated(channel, body)

    def looked(self, method: str, token: str, channel: str) -> dict[str, Any]:
        """docs.slack.dev/reference/methods/auth.test and conversations.info."""
        if not self.bot_token or token != self.bot_token:
            return {"ok": False, "error": "invalid_auth"}
        if method == "auth.test":
            return {"ok": True, "url": "https://holi.slack.com/", "team": "holi", "user": "bluegreen", "bot_id": "B0"}
        if channel not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        return {"ok": True, "channel": {"id": channel, "is_member": self.invited}}

    def fail_next(self, error: str) -> None:
        with self._lock:
            self._errors.append(error)

    def _posted(self, channel: str, body: dict[str, Any]) -> dict[str, Any]:
        ts = f"{1_790_000_000 + len(self.posted)}.000100"
        if body.get("thread_ts") and (channel, body["thread_ts"]) not in self.posted:
            return {"ok": False, "error": "thread_not_found"}
        self.posted[channel, ts] = body
        return {"ok": True, "channel": channel, "ts": ts}

    def _updated(self, channel: str, body: dict[str, Any]) -> dict[str, Any]:
        at = channel, str(body.get("ts"))
        if at not in self.posted:
            return {"ok": False, "error": "message_not_found"}
        self.posted[at] = body
        return {"ok": True, "channel": channel, "ts": at[1]}


def create_app(slack: Slack) -> Flask:
    """The webhook at the model's path; GET /messages is JSON, GET / a page for people."""
    app = LazyFlask("slack")

    @app.post("/<path:path>")
    def webhook(path: str) -> Response:
        if f"/{path}".startswith(f"{ANSWERS}/"):
            return Response(*slack.answer(_decoded()), content_type="text/html")
        if f"/{path}" != slack.path:
            return Response("no_service", 404, content_type="text/html")
        status, text, headers = slack.post(_decoded())
        return Response(text, status, headers, content_type="text/html")

    @app.post("/api/<method>")
    def web_api(method: str) -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if method in ("auth.test", "conversations.info"):
            told = jsonify(slack.looked(method, token, request.form.get("channel", "")))
            told.headers["x-oauth-scopes"] = slack.scopes
            return told
        if method not in ("chat.postMessage", "chat.update"):
            return jsonify(ok=False, error="unknown_method")
        return jsonify(slack.call(method, token, _decoded()))

    @app.get("/messages")
    def messages() -> Response:
        return jsonify(slack.messages)

    @app.get("/")
    def page() -> str:
        shown = "".join(_message(message) for message in reversed(slack.messages))
        return PAGE.replace("<!-- messages -->", shown or "<p class=quiet>No messages yet.</p>")

    return app


def _decoded() -> Any:
    """The JSON body, or the JSON in a form's `payload`; None if it is neither."""
    text = request.form.get("payload") or request.get_data(as_text=True)
    try:
        return json.loads(text)
    except ValueError:
        return None


def _fault(payload: Any) -> str:
    """Slack's word for what is wrong with a payload; "" if nothing is."""
    if not isinstance(payload, dict):
        return "invalid_payload"
    attachments, blocks = payload.get("attachments", []), payload.get("blocks", [])
    if not _objects(attachments):
        return "invalid_attachments"
    if len(attachments) > 100:
        return "too_many_attachments"
    if not _objects(blocks) or len(blocks) > 50 or any("type" not in block for block in blocks):
        return "invalid_blocks"
    return "" if payload.get("text") or attachments or blocks else "no_text"


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _message(message: dict[str, Any]) -> str:
    payload, when = message["payload"], message["received"][11:19]
    parts = [f"<p>{_marked(payload['text'])}</p>"] if payload.get("text") else []
    parts += [_block(block) for block in payload.get("blocks", [])]
    parts += [_attachment(attachment) for attachment in payload.get("attachments", [])]
    who = html.escape(str(payload.get("username", "Bluegreen")))
    return f"<article><header><b>{who}</b> <time>{when} UTC</time></header>{''.join(parts)}</article>"


def _attachment(attachment: dict[str, Any]) -> str:
    colour = COLOURS.get(str(attachment.get("color")), str(attachment.get("color", "#dddddd")))
    colour = colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else "#dddddd"
    pretext = f"<p>{_marked(attachment['pretext'])}</p>" if attachment.get("pretext") else ""
    fields = "".join(
        f"<div class={'short' if each.get('short') else 'long'}><b>{html.escape(str(each.get('title', '')))}</b>"
        f"<br>{_marked(each.get('value', ''))}</div>"
        for each in attachment.get("fields", [])
    )
    text = f"<p>{_marked(attachment['text'])}</p>" if attachment.get("text") else ""
    blocks = "".join(_block(block) for block in attachment.get("blocks", []))
    foot = _foot(attachment)
    inside = f"{_title(attachment)}{text}<div class=fields>{fields}</div>{blocks}{foot}"
    return f'{pretext}<section style="border-color:{colour}">{inside}</section>'


def _title(attachment: dict[str, Any]) -> str:
    title = html.escape(str(attachment.get("title", "")))
    link = str(attachment.get("title_link", ""))
    if title and link.startswith(("http://", "https://")):
        title = f'<a href="{html.escape(link)}">{title}</a>'
    return f"<h3>{title}</h3>" if title else ""


def _foot(attachment: dict[str, Any]) -> str:
    parts = [_marked(attachment.get("footer", ""))]
    if str(attachment.get("ts", "")).replace(".", "", 1).isdigit():
        parts.append(datetime.fromtimestamp(float(attachment["ts"]), UTC).strftime("%d %b %Y %H:%M UTC"))
    return f"<p class=quiet>{' | '.join(part for part in parts if part)}</p>" if any(parts) else ""


def _block(block: dict[str, Any]) -> str:
    if block.get("type") == "divider":
        return "<hr>"
    texts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
    shown = [_marked(each["text"]) for each in texts if isinstance(each, dict) and isinstance(each.get("text"), str)]
    kind = {"header": "h3", "context": "small"}.get(str(block.get("type")), "p")
    return "".join(f"<{kind}>{text}</{kind}>" for text in shown)


def _marked(text: Any) -> str:
    """Slack's mrkdwn as HTML: links, bold, code and line ends; everything else is shown as it is written."""
    shown = html.escape(html.unescape(str(text)), quote=True)
    shown = re.sub(r"&lt;(https?://[^|\s]+?)\|(.+?)&gt;", r'<a href="\1">\2</a>', shown)
    shown = re.sub(r"&lt;(https?://[^|\s]+?)&gt;", r'<a href="\1">\1</a>', shown)
    shown = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"<b>\1</b>", shown)
    shown = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", shown)
    return shown.replace("\n", "<br>")


PAGE = """<!doctype html>
<html lang=en><meta charset=utf-8><meta http-equiv=refresh content=3>
<meta name=viewport content="width=device-width,initial-scale=1"><title>#releases</title>
<style>
body{font:15px/1.46 Lato,"Segoe UI",Helvetica,Arial,sans-serif;color:#1d1c1d;max-width:46rem;margin:0 auto;padding:1rem}
h1{font-size:1.1rem;border-bottom:1px solid #ddd;padding-bottom:.6rem}
article{padding:.5rem 0}p{margin:.15rem 0}h3{font-size:1rem;margin:0 0 .2rem}
section{border-left:4px solid #ddd;border-radius:3px;padding:.1rem 0 .1rem .8rem;margin:.35rem 0}
.fields{display:flex;flex-wrap:wrap;gap:.35rem 1rem}.short{flex:0 0 calc(50% - .5rem)}.long{flex:0 0 100%}
time,.quiet,small{color:#616061;font-size:.8rem}a{color:#1264a3;text-decoration:none}
code{background:#f6f6f6;border:1px solid #ddd;border-radius:3px;padding:0 .2rem;color:#c01343;overflow-wrap:anywhere}
hr{border:0;border-top:1px solid #ddd}
</style>
<h1># releases</h1>
<main><!-- messages --></main></html>
"""
