"""Slack: one message with an attachment (docs.slack.dev/messaging/formatting-message-text)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bluegreen.clients.slack import Slack
from bluegreen.core.config.notify import SlackNotice
from bluegreen.core.config.service import Service
from bluegreen.core.errors import Misconfigured
from bluegreen.core.notices import Notice, Tone, important
from bluegreen.notify import slack_bot
from bluegreen.notify.links import links

_COLOURS = {Tone.PROGRESS: "#439FE0", Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "danger"}

_NOTHING = "\u200b"  # zero width space
# `*bold*`, `_italic_`, `~struck~` and code at a word's edge, a mention, and what Slack makes a link by itself.
_EFFECTS = re.compile(
    r"[*~`]|(?<![A-Za-z0-9_])_|_(?![A-Za-z0-9_])|@(?=[a-z])|(?i:[a-z][a-z+.-]{1,15}(?=://)|(?:mailto|tel|slack)(?=:)|www(?=\.))"
)


@dataclass(frozen=True)
class SlackNotifier:
    settings: SlackNotice
    service: Service
    slack: Slack

    def send(self, notice: Notice) -> str | None:
        channel = {"channel": self.settings.channel} if self.settings.channel else {}
        addresses = links(self.service, notice)
        said = message(notice, addresses)
        mentions = bool(self.settings.mention) and important(notice)
        if mentions:
            said |= {"text": f"{_mention(self.settings.mention)} {said['text']}"}
        if not self.slack.is_bot:
            self.slack.post({**said, **channel})
            return None
        if not channel:
            raise Misconfigured("with BLUEGREEN_SLACK_BOT_TOKEN an entry of kind slack needs `channel`")
        return slack_bot.post(self.slack, notice, {**said, **channel, "mentions": mentions}, addresses)


def message(notice: Notice, addresses: Mapping[str, str] | None = None) -> dict[str, Any]:
    """`addresses`: of our own making, so they are the only links."""
    title = f"{notice.about}: {notice.headline}"
    facts = (
        ("Environment", notice.environment, True),
        ("Status", notice.status, True),
        ("Tag", notice.tag, True),
        ("Commit", notice.commit[:12], True),
        ("Reason", notice.reason, False),
        ("Next step", notice.next_step, False),
        ("The app said last", notice.log, False),
    )
    fields = [{"title": name, "value": escaped(value), "short": short} for name, value, short in facts if value]
    if addresses:
        linked = " · ".join(f"<{address}|{name}>" for name, address in addresses.items())
        fields.append({"title": "Links", "value": linked, "short": False})
    attachment = {
        "color": _COLOURS[notice.tone],
        "fallback": escaped(title),
        "fields": fields,
        "footer": f"bluegreen · {escaped(notice.release)}",
        "ts": int(notice.at.timestamp()),
    }
    return {"text": escaped(title), "attachments": [attachment]}


def _mention(setting: str) -> str:
    """As Slack writes a mention: `<!here>`, `<!subteam^S…>`, `<@U…>`."""
    if setting.startswith("<"):
        return setting
    return f"<!{setting[1:]}>" if setting.startswith("@") else f"<@{setting}>"


def escaped(text: str) -> str:
    """A foreign text as plain words: without this a tag could mention @channel, and an alert set a link or bold.

    Slack's three control characters have a form of their own; of the others a mark without width takes the effect.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _EFFECTS.sub(rf"\g<0>{_NOTHING}", text)
