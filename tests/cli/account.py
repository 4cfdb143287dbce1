"""An account with nothing in it but a repository, and a folder to set up from it."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from click.testing import Result
from typer.testing import CliRunner

from bluegreen_cli.doctor import deployer_env
from bluegreen_cli.main import app as command
from bluegreen_cli.setup.command import work_on
from bluegreen_cli.setup.outside import Outside
from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean import DigitalOcean, create_app
from bluegreen_emulator.functions.app import create_app as functions_app
from bluegreen_emulator.functions.control import control_blueprint
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.settings import PlatformSettings
from bluegreen_emulator.github.app import create_app as github_app
from bluegreen_emulator.github.model import GitHub
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server

REPOSITORY, TAG = "acme/shop", "v2.0.0"
GIVEN = ("--name", "shop", "--repository", REPOSITORY, "--url", "https://shop.acme.example", "--tag", TAG)
TOKENS = {
    "DIGITALOCEAN_ACCESS_TOKEN": "dop_v1_of_a_person",
    "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_of_releases",
    "BLUEGREEN_GITHUB_TOKEN": "github_pat_of_releases",
}


class Account:
    """Calling it runs `bluegreen …` in the folder, with the tokens in the environment."""

    def __init__(self, folder: Path, **cloud: Any) -> None:
        """`cloud`: how DigitalOcean is made; without a host nothing runs in its apps."""
        self.folder, self._servers = folder, list[Server]()
        self.repository = Repository(REPOSITORY)
        self.repository.release(TAG)
        bluegreen = Repository("bluegreen-deploy/bluegreen")
        bluegreen.commit()
        self.spaces = Spaces({})
        code = {REPOSITORY: self.repository, "bluegreen-deploy/bluegreen": bluegreen}
        self.cloud = DigitalOcean(Clock(), code, spaces_keys=self.spaces.keys, **cloud)
        self.platform = Platform("fn-shop", {}, Clock(), PlatformSettings(any_python=True), folder / "platform")
        self.platform.api_host = self.serve(functions_app(self.platform))
        self.github = GitHub({REPOSITORY: self.repository}, TOKENS["BLUEGREEN_GITHUB_TOKEN"], in_background=False)
        self.at = {
            "digitalocean": self.serve(create_app(self.cloud, control_blueprint(self.platform, there=False))),
            "github": self.serve(github_app(self.github)),
            "spaces": self.serve(self.spaces.app),
        }

    def __call__(self, *words: str, environ: dict[str, str] = TOKENS) -> Result:
        where = ["--config", str(self.folder / "bluegreen.yml"), "--env", str(self.folder / ".env")]
        placed = where if words[0] in ("setup", "doctor") else []
        return CliRunner().invoke(command, [words[0], *placed, *words[1:]], env=environ)

    def init(self, *more: str) -> None:
        done = CliRunner().invoke(command, ["init", *GIVEN, "--folder", str(self.folder), *more])
        assert done.exit_code == 0, done.output
        path = self.folder / "bluegreen.yml"
        text = re.sub(r"(?m)^  endpoint: .*$", f"  endpoint: {self.at['spaces']}", path.read_text(), count=1)
        apis = f"apis:\n  digitalocean: {self.at['digitalocean']}\n  github: {self.at['github']}\n"
        path.write_text(f"{text}\n{apis}")

    def serve(self, app: Any) -> str:
        self._servers.append(Server(app))
        return self._servers[-1].url

    def work(self, outside: type[Outside] = Outside) -> Any:
        return work_on(self.folder / "bluegreen.yml", self.folder / ".env", outside)

    def deploy_watch(self) -> None:
        """The function alone, without its trigger."""
        key = deployer_env.parse(self.env)["BLUEGREEN_FUNCTIONS_KEY"].split(":")
        root = f"{self.platform.api_host}/api/v1/namespaces/_"
        code = {"exec": {"kind": "python:3.11", "code": "def main(event):\n    return {}\n"}}
        with httpx.Client(auth=(key[0], key[1]), params={"overwrite": "true"}) as http:
            http.put(f"{root}/packages/ops", json={}).raise_for_status()
            http.put(f"{root}/actions/ops/watch", json=code).raise_for_status()

    @property
    def now(self) -> datetime:
        return self.cloud.clock.now()

    @property
    def env(self) -> str:
        return (self.folder / ".env").read_text()

    def close(self) -> None:
        for server in self._servers:
            server.close()
        self.platform.close()
        self.github.close()
        self.cloud.close()


__all__ = ["GIVEN", "REPOSITORY", "TAG", "TOKENS", "Account"]
