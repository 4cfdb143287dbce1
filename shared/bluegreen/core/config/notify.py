"""Section `notify`: the channels that notices are delivered to."""

from typing import Annotated, Literal

from pydantic import Field

from bluegreen.core.model import Frozen


class SlackNotice(Frozen):
    kind: Literal["slack"]
    channel: str = ""  # "": the webhook's own


class GitHubNotice(Frozen):
    kind: Literal["github"]
    environment: str = "production"  # of GitHub's Deployments API


NoticeSettings = Annotated[SlackNotice | GitHubNotice, Field(discriminator="kind")]
