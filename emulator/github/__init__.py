"""GitHub as the team's repositories see it: the REST calls that a release needs, and the sender of webhooks."""

from emulator.github.app import create_app
from emulator.github.model import GitHub
from emulator.github.webhooks import Delivery, Hook

__all__ = ["Delivery", "GitHub", "Hook", "create_app"]
