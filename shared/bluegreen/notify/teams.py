"""Microsoft Teams by a channel's Workflows webhook: one Adaptive Card a notice (adaptivecards.io/explorer, 1.4).

Foreign words stand in text runs, which know no Markdown; what Teams makes of words by itself takes no effect either.
"""

import re
from dataclasses import dataclass
from typing import Any

from bluegreen.clients.posting import Receiver
from bluegreen.clients.statuses import error_for
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Notice, Tone
from bluegreen.notify.links import links

_COLOURS = {Tone.PROGRESS: "Accent", Tone.GOOD: "Good", Tone.WARNING: "Warning", Tone.BAD: "Attention"}
_LONGEST = 1_500  # characters of one text; a message may have 28 KB
# Teams may say that it did not deliver, and answer 200 (github.com/MicrosoftDocs/msteams-docs/issues/400, 7425).
_FAILED = re.compile(r"delivery failed(?:.{0,80}?HTTP error (\d{3}))?", re.IGNORECASE | re.DOTALL)
_QUOTED = 120  # characters of the answer
_BURST = 60.0  # seconds of a rate limit's window: it names no time to wait
_NOTHING = "\u200b"  # zero width space
# A function such as {{DATE(…)}}, a mention, Markdown, and what becomes a link by itself.
_EFFECTS = re.compile(r"[*_~`\[<{]|(?i:[a-z][a-z+.-]{1,15}(?=://)|(?:mailto|tel)(?=:)|www(?=\.))|@(?=\w)")


@dataclass(frozen=True)
class TeamsNotifier:
    service: Service
    receiver: Receiver

    def send(self, notice: Notice) -> None:
        said = self.receiver.post(message(notice, links(self.service, notice)), own=False)
        failed = _FAILED.search(said)
        if failed:
            raise error_for(int(failed[1] or 500), f"Teams answered 200, and in words: {said[:_QUOTED]}", _BURST)


def message(notice: Notice, addresses: dict[str, str]) -> dict[str, Any]:
    """`addresses`: of our own making, so they are the only links."""
    facts = (
        ("Environment", notice.environment),
        ("Status", notice.status),
        ("Commit", notice.commit[:12]),
        ("Reason", notice.reason),
        ("Next step", notice.next_step),
        ("The app said last", notice.log),
    )
    title = _run(f"{notice.about}: {notice.headline}")
    lines = [_line(_run(f"{name}: ", weight="Bolder"), _run(value)) for name, value in facts if value]
    heading = _line({**title, "weight": "Bolder", "size": "Medium", "color": _COLOURS[notice.tone]})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [heading, *lines, _line(_run(f"bluegreen · {notice.release}", isSubtle=True))],
        "actions": [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in addresses.items()],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _line(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [*runs]}


def _run(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": _EFFECTS.sub(rf"\g<0>{_NOTHING}", text[:_LONGEST]), **more}
