"""Section `notify`: the channels that notices are delivered to."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from bluegreen.core.model import Frozen

_NAME = r"^(|[a-z][a-z0-9-]{0,38})$"
_MENTION = r"^(|@here|@channel|@everyone|<!subteam\^S[A-Z0-9]{2,20}>|[UW][A-Z0-9]{2,20})$"


class _Entry(Frozen):
    name: str = Field(default="", pattern=_NAME)  # "": by kind and place. What waits for an entry waits for its name


class SlackNotice(_Entry):
    kind: Literal["slack"]
    channel: str = ""  # "": the webhook's own
    mention: str = Field(default="", pattern=_MENTION)  # in important notices: @here, <!subteam^S…> or a user's id U…


class GitHubNotice(_Entry):
    kind: Literal["github"]
    environment: str = "production"  # of GitHub's Deployments API
    commit_status: bool = True  # the commit gets one too, where the token has *Commit statuses: write*
    deployment_record: bool = True  # which digest runs where, where the token has *Artifact metadata: write*


class PagerNotice(_Entry):
    """Gets important notices only, and hears when the matter is over."""

    kind: Literal["pager"]
    service: Literal["pagerduty", "opsgenie", "webhook"]
    region: Literal["us", "eu"] = "us"  # where the PagerDuty or Opsgenie account is


class TeamsNotice(_Entry):
    """A channel's Workflows webhook (BLUEGREEN_TEAMS_WEBHOOK_URL)."""

    kind: Literal["teams"]


class CDEventsNotice(_Entry):
    """A program: each move of a release, and each incident, as CDEvents (BLUEGREEN_CDEVENTS_URL)."""

    kind: Literal["cdevents"]


class TraceNotice(_Entry):
    """A collector: each release as a trace, once it is over (BLUEGREEN_OTLP_URL)."""

    kind: Literal["otlp"]


NoticeSettings = Annotated[
    SlackNotice | GitHubNotice | PagerNotice | TeamsNotice | CDEventsNotice | TraceNotice, Field(discriminator="kind")
]


def named(entries: Iterable[NoticeSettings]) -> dict[str, NoticeSettings]:
    """The entries by name: their own; else the kind, for the second of a kind `kind-2`, and so on."""
    seen: Counter[str] = Counter()
    found: dict[str, NoticeSettings] = {}
    for settings in entries:
        seen[settings.kind] += 1
        number = seen[settings.kind]
        name = settings.name or (settings.kind if number == 1 else f"{settings.kind}-{number}")
        if name in found:
            raise ValueError(f"two entries are called {name} (one without a name is called by its kind and place)")
        found[name] = settings
    return found
