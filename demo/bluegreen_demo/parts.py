"""The services of the local cloud, each with its own address and its own latency."""

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bluegreen_demo.account import (
    HOOKS_NAMESPACE,
    NAMESPACE,
    REGION,
    REPOSITORY,
    STATE,
    TELEMETRY,
    Account,
)
from bluegreen_demo.apps import Addresses
from bluegreen_demo.counted import Counted
from bluegreen_demo.settings import Cloud
from bluegreen_emulator import github as github_api
from bluegreen_emulator import slack as slack_api
from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean import web as digitalocean_api
from bluegreen_emulator.digitalocean.app_host import AppHost
from bluegreen_emulator.digitalocean.model import DigitalOcean
from bluegreen_emulator.digitalocean.settings import Settings as AppPlatform
from bluegreen_emulator.functions import app as functions_api
from bluegreen_emulator.functions.control import control_blueprint
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.settings import PlatformSettings
from bluegreen_emulator.github import GitHub
from bluegreen_emulator.slack import Slack
from bluegreen_emulator.spaces.gateway import Spaces
from bluegreen_emulator.wire import Front, Server

_APPS = 3
_WRITTEN_BEFORE = timedelta(minutes=40)  # a commit, before it is tagged: as a day's work looks in the statistics
_READY_WITHIN = 300.0  # seconds: the routers wait for the journal, which is there once the functions are deployed


@dataclass(frozen=True)
class Parts:
    """The services behind the addresses."""

    at: Addresses
    repository: Repository
    github: GitHub
    slack: Slack
    spaces: Counted
    digitalocean: DigitalOcean
    platform: Platform
    hooks: Platform  # of what faces the internet: the same, or in the layout *hardened* another namespace


def start_parts(folder: Path, cloud: Cloud, account: Account, stack: ExitStack, hardened: bool = False) -> Parts:
    """Each is closed by `stack`, the last started first."""
    clock = Clock()
    repository = Repository(REPOSITORY, written=lambda: clock.now() - _WRITTEN_BEFORE)
    platform = _platform(NAMESPACE, {account.key_id: account.key_secret}, clock, folder / "functions", stack)
    hooks = platform
    if hardened:
        hooks = _platform(HOOKS_NAMESPACE, dict([account.hooks_key.split(":")]), clock, folder / "hooks", stack)
    digitalocean = _digitalocean(folder, cloud, account, repository, clock)
    stack.callback(digitalocean.close)
    github = GitHub({REPOSITORY: repository}, account.github_token, clock)
    stack.callback(github.close)
    slack, spaces = Slack(clock=clock), Counted(Spaces(account.spaces_keys, [STATE, TELEMETRY], REGION).app)

    def serve(app: Any, latency: float = 0.0) -> str:
        server = Server(Front(app, latency))
        stack.callback(server.close)
        return server.url

    wait = cloud.latency
    for one in dict.fromkeys((platform, hooks)):
        one.api_host = serve(functions_api.create_app(one))
    slack_url = serve(slack_api.create_app(slack), wait.slack)
    at = Addresses(
        digitalocean=serve(digitalocean_api.create_app(digitalocean, control_blueprint(platform)), wait.digitalocean),
        functions=platform.api_host,
        spaces=serve(spaces, wait.spaces),
        github=serve(github_api.create_app(github), wait.github),
        slack=slack_url,
        slack_webhook=slack_url + slack.path,
        web=f"{hooks.api_host}/api/v1/web/{hooks.namespace}",
    )
    digitalocean.start()
    return Parts(at, repository, github, slack, spaces, digitalocean, platform, hooks)


def _platform(namespace: str, keys: dict[str, str], clock: Clock, folder: Path, stack: ExitStack) -> Platform:
    rules = PlatformSettings(any_python=sys.version_info[:2] != (3, 11))
    platform = Platform(namespace, keys, clock, rules, folder)
    stack.callback(platform.close)
    return platform


def _digitalocean(folder: Path, cloud: Cloud, account: Account, code: Repository, clock: Clock) -> DigitalOcean:
    settings = AppPlatform(**cloud.deployment.model_dump(), tokens=account.digitalocean_tokens)
    settings.run_jobs = False  # the jobs of what was there before ran long ago
    return DigitalOcean(
        clock, {REPOSITORY: code}, settings, AppHost(folder / "apps", apps=_APPS, ready_within=_READY_WITHIN)
    )
