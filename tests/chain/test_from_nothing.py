"""From nothing to a live first release by five commands, on a cloud with real processes and real HTTP."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import httpx
import pytest
import yaml

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces as Bucket
from bluegreen_cli.doctor import deployer_env
from bluegreen_demo import settings as demo
from bluegreen_emulator.digitalocean.app_host import AppHost
from bluegreen_emulator.digitalocean.host import Program, web_app
from bluegreen_emulator.digitalocean.settings import Settings as AppPlatform
from bluegreen_emulator.traffic import Traffic
from tests.cli.account import GIVEN, REPOSITORY, TAG, TOKENS, Account
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def programs(folder):
    """The router's container, as its app spec tells it; the team's application everywhere else."""

    def of(spec):
        (service,) = spec["services"]
        told = {env["key"]: env["value"] for env in service["envs"]}
        if "BLUEGREEN_SERVICE" not in told:
            return web_app(told["DEPLOYMENT_ENV"])
        own = f'BLUEGREEN_INSTANCE="router-$PORT" BLUEGREEN_RUN_DIR="{folder}/router-$PORT"'
        command = ["/bin/sh", "-c", f'{own} exec "{sys.executable}" -m bluegreen_router']
        return lambda version: Program(command, {k: v for k, v in told.items() if k.startswith("BLUEGREEN_")})

    return of


@pytest.fixture
def account(tmp_path):
    host = AppHost(tmp_path / "apps", apps=3, ready_within=120)
    phases = {"pending_build": 0.1, "building": 0.2, "pending_deploy": 0.1, "deploying": 0.2}
    project = tmp_path / "project"
    project.mkdir()
    made = Account(project, host=host, settings=AppPlatform(**phases), programs=programs(tmp_path / "routers"))
    made.cloud.start()
    made.github.webhooks.in_background = True
    yield made
    made.close()


class Terminal:
    """The command as a wheel installs it, in the project's folder."""

    def __init__(self, account):
        (script,) = entry_points(group="console_scripts", name="bluegreen")
        assert script.value == "bluegreen_cli.entry:run"
        self._program, self._folder = Path(sys.executable).with_name("bluegreen"), account.folder

    def __call__(self, *words, expected=(0,)):
        done = subprocess.run(
            [self._program, *words],
            cwd=self._folder,
            env={**os.environ, **TOKENS},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode in expected, f"{words}: {done.stdout}\n{done.stderr}"
        return done.stdout


def in_a_hurry(account):
    """The local cloud's addresses, and the demo's times in place of an hour."""
    path = account.folder / "bluegreen.yml"
    written = yaml.safe_load(path.read_text())
    apis = {"digitalocean": account.at["digitalocean"], "github": account.at["github"]}
    times = demo.load().bluegreen["services"]["web"]
    local = {"state": {"endpoint": account.at["spaces"]}, "apis": apis, "services": {"shop": {**times, "notify": []}}}
    path.write_text(yaml.safe_dump(demo.laid_over(written, local), allow_unicode=True, sort_keys=False))


def journal(account):
    env = deployer_env.parse(account.env)
    key, secret = env["BLUEGREEN_SPACES_KEY"], env["BLUEGREEN_SPACES_SECRET"]
    return Journal(Bucket(account.at["spaces"], "fra1", "shop-bluegreen-state", key, secret), "shop", nonce=str)


def test_five_commands_and_a_first_release_is_live(account):
    bluegreen = Terminal(account)
    production = account.cloud.host.open("shop-router")  # where the domain will lead
    users = Traffic(production, ["/api/health"], 50, 4)

    assert "bluegreen" in bluegreen("--version")  # what `pipx install` brings
    bluegreen("init", *GIVEN[:4], "--url", production, "--tag", TAG)
    in_a_hurry(account)
    assert "next: bluegreen deploy-functions" in bluegreen("setup", "--yes")
    names = ("shop-blue", "shop-green", "shop-router")
    until(lambda: all(app.active for app in map(account.cloud.app, names)), 200, "the apps run")
    assert httpx.get(f"{production}/api/health", trust_env=False).json()["version"] == TAG
    said = bluegreen("deploy-functions", "--python", PYTHON)
    assert "deployed 14 functions and 1 trigger to shop-bluegreen" in said
    account.platform.scheduler.start()
    users.start()
    account.github.push_tag(REPOSITORY, "v2.1.0")

    def live():
        newest = journal(account).newest()
        return newest and newest.record.on(newest.record.active).tag == "v2.1.0" and not newest.record.release

    until(live, 200, "v2.1.0 is live", seen=lambda: journal(account).newest())
    users.stop()
    assert httpx.get(f"{production}/api/health", trust_env=False).json()["version"] == "v2.1.0"
    assert "Nothing to do." in bluegreen("setup")
    assert account.cloud.violations == []
