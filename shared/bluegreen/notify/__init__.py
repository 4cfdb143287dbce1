"""The channels on which notices are sent to people. To add a channel: copy one, add it to the match below."""

from collections.abc import Callable
from typing import assert_never

from bluegreen.clients.github import GitHub
from bluegreen.clients.pager import Pager
from bluegreen.clients.posting import Receiver
from bluegreen.clients.slack import Slack
from bluegreen.core.config.notify import (
    CDEventsNotice,
    GitHubNotice,
    NoticeSettings,
    PagerNotice,
    SlackNotice,
    TeamsNotice,
    TraceNotice,
    named,
)
from bluegreen.core.config.service import Service
from bluegreen.notify.cdevents import CDEventsNotifier
from bluegreen.notify.github import GitHubNotifier
from bluegreen.notify.notifier import Notifier
from bluegreen.notify.pager import pager_for
from bluegreen.notify.slack import SlackNotifier
from bluegreen.notify.teams import TeamsNotifier
from bluegreen.notify.traces import TraceNotifier, Traces

__all__ = ["Notifier", "Traces", "notifiers_for"]


def notifiers_for(
    service: Service,
    slack: Slack | None,
    github: GitHub | None,
    pager: Callable[[], Pager],
    receiver: Callable[..., Receiver | None],
    traces: Traces,
) -> dict[str, Notifier]:
    """Those that can be reached with the secrets at hand, by the name of their entry in `notify`."""
    entries = named(service.notify)
    made = {
        entry: _made(settings, service, slack, github, pager, receiver, traces) for entry, settings in entries.items()
    }
    return {entry: notifier for entry, notifier in made.items() if notifier is not None}


def _made(
    settings: NoticeSettings,
    service: Service,
    slack: Slack | None,
    github: GitHub | None,
    pager: Callable[[], Pager],
    receiver: Callable[..., Receiver | None],
    traces: Traces,
) -> Notifier | None:
    match settings:
        case SlackNotice():
            return SlackNotifier(settings, service, slack) if slack else None
        case GitHubNotice():
            return GitHubNotifier(settings, service, github) if github else None
        case PagerNotice():
            return pager_for(settings, pager())
        case TeamsNotice():
            teams = receiver("Teams", "teams_webhook_url")
            return TeamsNotifier(service, teams) if teams else None
        case CDEventsNotice():
            events = receiver("the receiver of CDEvents", "cdevents_url", "cdevents_key")
            return CDEventsNotifier(service, events) if events else None
        case TraceNotice():
            collector = receiver("the collector of traces", "otlp_url")
            return TraceNotifier(service, collector, traces) if collector else None
        case _:
            assert_never(settings)
