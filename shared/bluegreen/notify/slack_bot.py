"""Slack with a bot's token: one message a release, kept up to date, and what happened in its thread (Block Kit)."""

from collections.abc import Iterable, Mapping
from typing import Any

from bluegreen.clients.slack import Posted, Slack
from bluegreen.core.notices import ACTION_ID, Notice, SlackButton

_LONGEST = 1900  # characters of a field; Slack takes 2,000
_FIELDS = 10
_LABEL, _TITLE, _ASKED = 75, 100, 300  # characters of a button, and of what is asked before it is pressed
_STYLES = {"rollback": "danger", "abort": "danger", "switch": "primary"}
_LOOK_ALIKE = str.maketrans("<>&", "\uff1c\uff1e\uff06")


def post(slack: Slack, notice: Notice, told: dict[str, Any], addresses: Mapping[str, str]) -> str:
    """`told` is the message as a webhook gets it. Gives where the release's message is, for the next notice."""
    message = {"text": told["text"], "blocks": blocks(told, addresses, notice.buttons), "unfurl_links": False}
    if notice.release == notice.service:  # about the service, while no release is in flight
        slack.post_message({**message, "channel": told["channel"]})
        return ""
    at, shown = read(notice.thread)
    moment = notice.at.timestamp()
    if at is None or (moment >= shown and not slack.update(at, message)):
        at = slack.post_message({**message, "channel": told["channel"]})
        return f"{at.channel} {at.ts} {moment}"
    slack.post_message({**_reply(told), "channel": at.channel, "thread_ts": at.ts})
    return f"{at.channel} {at.ts} {max(moment, shown)}"


def read(thread: str) -> tuple[Posted | None, float]:
    """Where a message is, and of which moment it tells."""
    parts = thread.split(" ")
    try:
        return Posted(parts[0], parts[1]), float(parts[2])
    except (IndexError, ValueError):
        return None, 0.0


def blocks(
    told: dict[str, Any], addresses: Mapping[str, str], buttons: Iterable[SlackButton] = ()
) -> list[dict[str, Any]]:
    (attachment,) = told["attachments"]
    fields = [
        _words(f"*{each['title']}*\n{each['value']}") for each in attachment["fields"] if each["title"] != "Links"
    ]
    found: list[dict[str, Any]] = [{"type": "section", "text": _words(f"*{told['text']}*")}]
    if fields:
        found.append({"type": "section", "fields": fields[:_FIELDS]})
    if addresses:
        found.append({"type": "actions", "elements": [_button(*each) for each in addresses.items()]})
    if pressed := [_that_acts(each) for each in buttons]:
        found.append({"type": "actions", "block_id": ACTION_ID, "elements": pressed})
    return [*found, {"type": "context", "elements": [_words(attachment["footer"])]}]


def _reply(told: dict[str, Any]) -> dict[str, Any]:
    """What happened, in the thread; with a mention also in the channel."""
    (attachment,) = told["attachments"]
    wanted = ("Reason", "Next step", "The app said last")
    lines = [f"*{each['title']}*: {each['value']}" for each in attachment["fields"] if each["title"] in wanted]
    text = "\n".join([told["text"], *lines])[:_LONGEST]
    return {"text": text, "unfurl_links": False, **({"reply_broadcast": True} if told.get("mentions") else {})}


def _words(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text[:_LONGEST]}


def _that_acts(button: SlackButton) -> dict[str, Any]:
    """Slack shows what it would do, and asks, before it is pressed."""
    label, effect = _plain(button.label), _plain(button.effect or button.label)
    asked = {"title": label[:_TITLE], "text": effect[:_ASKED], "confirm": "Do it", "deny": "Leave it"}
    return {
        "type": "button",
        "text": _plain_text(label[:_LABEL]),
        "action_id": button.action_id,
        "value": button.value,
        "confirm": {name: _plain_text(text) for name, text in asked.items()},
        **({"style": _STYLES[button.action]} if button.action in _STYLES else {}),
    }


def _plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _plain(text: str) -> str:
    """Signs that Slack might take for its own, as signs that look like them."""
    return text.translate(_LOOK_ALIKE)


def _button(name: str, address: str) -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": name},
        "url": address,
        "action_id": f"open-{name}",
    }
