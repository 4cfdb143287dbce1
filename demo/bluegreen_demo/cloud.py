"""The local cloud: every part of it started, wired to the others by real HTTP, and stopped again by its handle."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import httpx
import yaml

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces as Bucket
from bluegreen.core.inbound.bearers import hash_of
from bluegreen.core.record import Record
from bluegreen_cli.deployer import deploy
from bluegreen_cli.layout import Layout, parts
from bluegreen_cli.stage import ROOT, stage
from bluegreen_demo import apps
from bluegreen_demo.account import (
    REGION,
    REPOSITORY,
    STATE,
    TELEMETRY,
    Account,
)
from bluegreen_demo.apps import Addresses
from bluegreen_demo.parts import Parts, start_parts
from bluegreen_demo.settings import DemoSettings, Tree, example, laid_over
from bluegreen_emulator.code import Commit
from bluegreen_emulator.digitalocean.app import App
from bluegreen_emulator.digitalocean.host import web_app
from bluegreen_emulator.github import Delivery, Hook

ACTIVE_TAG, IDLE_TAG = "v1.2.0", "v1.1.0"
SERVICE = "web"
VISITOR = "you"  # the name under which the journal keeps what is done on the page
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"  # runs the functions, whatever project.yml names
_STARTS_WITHIN = 300  # seconds
_CALL = httpx.Timeout(40.0, connect=3.0)  # a blocking call turns asynchronous after 30 s


class NotStarted(Exception):
    """A part of the local cloud did not come up."""


@dataclass
class LocalCloud:
    """`with LocalCloud.start(folder, settings.load()) as cloud:` and everything runs; at the end nothing is left."""

    folder: Path
    settings: DemoSettings
    account: Account
    parts: Parts
    environments: dict[str, App]
    router: App
    build: Path
    environ: dict[str, str]  # what the functions' `environment` is filled in from
    _closing: ExitStack

    @classmethod
    def start(cls, folder: Path, chosen: DemoSettings, build: Path | None = None, layout: Layout = "default") -> Self:
        """`folder` takes logs and the apps' files, `build` the staged functions."""
        account, folder = Account(), folder.absolute()
        with ExitStack() as stack:
            services = start_parts(folder, chosen.cloud, account, stack, layout == "hardened")
            environments = _environments(services, account)
            router = _router(services, environments, account, folder / "routers")
            environ = apps.functions_environ(services.at, account)
            cloud = cls(
                folder,
                chosen,
                account,
                services,
                environments,
                router,
                build or folder / "build",
                environ,
                stack.pop_all(),
            )
        try:
            cloud._deploy_functions(layout)
            cloud._adopt()
            cloud._await_apps()
            cloud._begin()
        except BaseException:
            cloud.close()
            raise
        return cloud

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Everything stops; safe to call twice."""
        self._closing.close()

    @property
    def at(self) -> Addresses:
        return self.parts.at

    @property
    def production(self) -> str:
        return self.router.ingress

    @property
    def routers(self) -> list[str]:
        """The router's instances, past the ingress."""
        return [instance.url for instance in self.parts.digitalocean.host.instances(self.router.key)]

    @property
    def webhook_url(self) -> str:
        return self.at.hook("github")

    @property
    def page_url(self) -> str:
        """Of ops/dashboard; it wants `account.page_token`."""
        return f"{self.at.web}/ops/dashboard"

    @property
    def journal(self) -> Journal:
        """For reading."""
        return Journal(self._bucket, SERVICE, nonce=str)

    @cached_property
    def _bucket(self) -> Bucket:
        """With a key of its own."""
        key = self.account.visitor_spaces
        return Bucket(self.at.spaces, REGION, STATE, key.id, key.secret)

    @property
    def record(self) -> Record:
        """What the journal says now."""
        newest = self.journal.newest()
        if newest is None:
            raise LookupError("the journal is empty")
        return newest.record

    def push(self, tag: str, fault: dict[str, Any] | None = None) -> list[Delivery]:
        """A release tag is pushed on a new commit; comes back when the webhook was answered."""
        return self.parts.github.push_tag(REPOSITORY, tag, fault=fault)

    def migrate(self, tag: str, path: str, text: str) -> None:
        """A release whose commit adds, or changes, one migration; it is not pushed yet."""
        self.parts.github.files[REPOSITORY][self.parts.repository.release(tag).sha] = {path: text}

    def deployments(self) -> int:
        return sum(len(app.deployments) for app in self.environments.values())

    def commit(self, tag: str) -> Commit:
        repository = self.parts.repository
        return repository.commits[repository.tags[tag].commit]

    def invoke(self, function: str, parameters: dict[str, Any] | None = None) -> httpx.Response:
        """The request that `doctl serverless functions invoke` makes: no body where there are no parameters."""
        return httpx.post(
            f"{self.at.functions}/api/v1/namespaces/_/actions/{function}",
            params={"blocking": "true", "result": "true"},
            json=parameters or None,
            auth=(self.account.key_id, self.account.key_secret),
            timeout=_CALL,
            trust_env=False,
        )

    @contextmanager
    def broken(self, fault: dict[str, Any]) -> Iterator[None]:
        """Both environments have a fault for a while."""
        for url in self._web_apps():
            httpx.put(f"{url}/_fault", json=fault, trust_env=False).raise_for_status()
        try:
            yield
        finally:
            for url in self._web_apps():
                httpx.delete(f"{url}/_fault", trust_env=False).raise_for_status()

    def _web_apps(self) -> list[str]:
        host = self.parts.digitalocean.host
        return [instance.url for app in self.environments.values() for instance in host.instances(app.key)]

    def _deploy_functions(self, layout: Layout) -> None:
        written = self._bluegreen()
        (self.folder / "bluegreen.yml").write_text(yaml.safe_dump(written, sort_keys=False))
        stage(written, self.build, _PYTHON, kind=layout, local=True)
        at, owner = self.at.digitalocean, self.account.owner_token
        for part in parts((ROOT / "project.yml").read_text(encoding="utf-8"), layout):
            apart, build = part.folder == "hooks", self.build / part.folder
            platform = self.parts.hooks if apart else self.parts.platform
            key = self.account.hooks_key if apart else self.account.namespace_key
            deploy(build, self.environ, platform.api_host, key, at, owner, platform.namespace)

    def _adopt(self) -> None:
        """The very first call writes down what runs; without a journal the routers do not know where to send."""
        answer = self.invoke("status")
        if not answer.is_success or not answer.json().get("ok"):
            raise NotStarted(f"`status` says {answer.status_code}: {answer.text[:500]}")

    def _begin(self) -> None:
        """What may come from outside: the schedule, the webhook, the nudges of deployments."""
        self.parts.github.webhooks.hooks.append(Hook(self.webhook_url, self.account.webhook_secret, REPOSITORY))
        self.parts.platform.scheduler.start()
        self.parts.digitalocean.settings.run_jobs = True

    def _await_apps(self) -> None:
        """Until what was there before is live; the first deployments take as long as others do."""
        for _ in range(_STARTS_WITHIN * 20):
            if all(app.active for app in (*self.environments.values(), self.router)):
                return
            self.parts.digitalocean.clock.sleep(0.05)
        raise NotStarted(f"the apps did not start; their logs are in {self.folder / 'apps'}")

    def _bluegreen(self) -> Tree:
        """bluegreen.yml, with the demo's times and the local addresses laid over it."""
        state = {"endpoint": self.at.spaces, "region": REGION, "bucket": STATE, "telemetry_bucket": TELEMETRY}
        local = {
            "state": state,
            "apis": {"digitalocean": self.at.digitalocean, "github": self.at.github},
            "tokens": {VISITOR: {"rights": ["operate", "release"], "hash": hash_of(self.account.page_token)}},
            "services": {
                SERVICE: {
                    "environments": {n: {"app": a.id, "url": a.ingress} for n, a in self.environments.items()},
                    "adopt": {"active": "blue", "blue": ACTIVE_TAG, "green": IDLE_TAG},
                    "traffic": {"kind": "router", "url": self.production},
                    "migrations": {"files": ["db/*.sql"]},
                }
            },
        }
        return laid_over(laid_over(example(), self.settings.bluegreen), local)


def _environments(parts: Parts, account: Account) -> dict[str, App]:
    """Blue runs what is active, green what was before; each from its own branch."""
    repository = parts.repository
    for environment, tag in (("green", IDLE_TAG), ("blue", ACTIVE_TAG)):
        repository.branches[f"deploy/{environment}"] = repository.release(tag).sha
    nudge_url = parts.at.hook("deployment")
    return {
        name: parts.digitalocean.create(apps.environment_spec(name, nudge_url, account), web_app(name), deployed=False)
        for name in ("blue", "green")
    }


def _router(parts: Parts, environments: dict[str, App], account: Account, folder: Path) -> App:
    urls = environments["blue"].ingress, environments["green"].ingress
    programs = apps.router_programs(urls, parts.at, parts.at.hook("deployment"), account, folder)
    return parts.digitalocean.create(apps.router_spec(), programs, deployed=False)
