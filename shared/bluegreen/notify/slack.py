"""Slack: one message with an attachment (docs.slack.dev/messaging/formatting-message-text)."""

from dataclasses import dataclass
from typing import Any

from bluegreen.clients.slack import Slack
from bluegreen.core.config.notify import SlackNotice
from bluegreen.core.notices import Notice, Tone

_COLOURS = {Tone.PROGRESS: "#439FE0", Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "danger"}


@dataclass(frozen=True)
class SlackNotifier:
    settings: SlackNotice
    slack: Slack

    def send(self, notice: Notice) -> None:
        channel = {"channel": self.settings.channel} if self.settings.channel else {}
        self.slack.post({**message(notice), **channel})


def message(notice: Notice) -> dict[str, Any]:
    title = f"{notice.service} {notice.tag}: {notice.headline}"
    facts = (
        ("Environment", notice.environment, True),
        ("Status", notice.status, True),
        ("Tag", notice.tag, True),
        ("Commit", notice.commit[:12], True),
        ("Reason", notice.reason, False),
        ("Next step", notice.next_step, False),
    )
    attachment = {
        "color": _COLOURS[notice.tone],
        "fallback": _escaped(title),
        "fields": [{"title": name, "value": _escaped(value), "short": short} for name, value, short in facts if value],
        "footer": f"bluegreen · {notice.release}",
        "ts": int(notice.at.timestamp()),
    }
    return {"text": _escaped(title), "attachments": [attachment]}


def _escaped(text: str) -> str:
    """Slack's three control characters; without this a tag could mention @channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
