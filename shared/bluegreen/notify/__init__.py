"""How people are told. To add a channel: copy one, add it to the match below."""

from typing import assert_never

from bluegreen.clients.github import GitHub
from bluegreen.clients.slack import Slack
from bluegreen.core.config.notify import GitHubNotice, NoticeSettings, SlackNotice
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Channel
from bluegreen.notify.github import GitHubNotifier
from bluegreen.notify.notifier import Notifier
from bluegreen.notify.slack import SlackNotifier

__all__ = ["Notifier", "notifiers_for"]


def notifiers_for(service: Service, slack: Slack | None, github: GitHub | None) -> dict[Channel, Notifier]:
    """The channels that can be reached with the secrets at hand."""
    made = {Channel(settings.kind): _notifier(settings, service, slack, github) for settings in service.notify}
    return {channel: notifier for channel, notifier in made.items() if notifier is not None}


def _notifier(
    settings: NoticeSettings, service: Service, slack: Slack | None, github: GitHub | None
) -> Notifier | None:
    match settings:
        case SlackNotice():
            return SlackNotifier(settings, slack) if slack else None
        case GitHubNotice():
            return GitHubNotifier(settings, service, github) if github else None
        case _:
            assert_never(settings)
