"""GitHub as the team's repositories see it: the REST calls that a release needs, and the sender of webhooks."""

from bluegreen_emulator.github.app import create_app
from bluegreen_emulator.github.model import GitHub
from bluegreen_emulator.github.webhooks import Delivery, Hook

__all__ = ["Delivery", "GitHub", "Hook", "create_app"]
