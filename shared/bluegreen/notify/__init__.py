"""The channels on which notices are sent to people. To add a channel: copy one, add it to the match below."""

from typing import assert_never

from bluegreen.clients.github import GitHub
from bluegreen.clients.slack import Slack
from bluegreen.core.config.notify import GitHubNotice, SlackNotice
from bluegreen.core.config.service import Service
from bluegreen.core.notices import Channel
from bluegreen.notify.github import GitHubNotifier
from bluegreen.notify.notifier import Notifier
from bluegreen.notify.slack import SlackNotifier

__all__ = ["Notifier", "notifiers_for"]


def notifiers_for(service: Service, slack: Slack | None, github: GitHub | None) -> dict[Channel, Notifier]:
    """The channels that can be reached with the secrets at hand."""
    made: dict[Channel, Notifier] = {}
    for settings in service.notify:
        match settings:
            case SlackNotice():
                made |= {Channel.SLACK: SlackNotifier(settings, slack)} if slack else {}
            case GitHubNotice():
                made |= {Channel.GITHUB: GitHubNotifier(settings, service, github)} if github else {}
            case _:
                assert_never(settings)
    return made
