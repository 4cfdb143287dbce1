"""A DigitalOcean load balancer that selects Droplets by tag: the tag is the switch.

An update replaces everything (docs.digitalocean.com/reference/api, "Update a Load Balancer"), so what was read goes
back whole, with another tag.
"""

from datetime import datetime
from typing import Any

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.web import Web
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import LoadBalancer
from bluegreen.core.environment import Environment
from bluegreen.core.errors import NotFound, Refused
from bluegreen.core.record import Record
from bluegreen.traffic.driver import ProviderSetting, PublicAnswer, Unknown
from bluegreen.traffic.outside import Outside
from bluegreen.traffic.provider import disagreement, environment_of, required

_IN_A_ROW = 5  # of several Droplets, more than one should have been met
_READ_ONLY = ("id", "ip", "ipv6", "status", "created_at", "droplet_ids")


class LoadBalancerTraffic:
    follows_journal = False
    look_every = 2.0

    def __init__(self, service: Service, settings: LoadBalancer, web: Web, digitalocean: DigitalOcean | None) -> None:
        self._settings = settings
        self._outside = Outside(service, web)
        self._digitalocean_or_none = digitalocean

    def current(self) -> Environment | Unknown:
        return self._outside.current()

    def send(self, environment: Environment, epoch: int, digest: str = "", other_is_unfit: bool = False) -> None:
        tag, read = self._settings.tags[environment], self._read()
        if read.get("tag") == tag:
            return
        if not self._droplets(tag):
            raise Refused(f"no Droplet carries tag {tag}: production would have nobody to answer it")
        self._digitalocean.update_load_balancer(self._settings.load_balancer, selecting(read, tag))

    def setting(self) -> ProviderSetting:
        return self._setting(self._read())

    def why_lagging(self, record: Record, now: datetime) -> str | None:
        """Until a change has landed, users are sent to the Droplets that were selected before it."""
        read = self._read()
        setting = self._setting(read)
        return disagreement(setting, record) or self._under_way(setting, read, self._settings.tags[record.active])

    def verify(self, environment: Environment, epoch: int, now: datetime) -> PublicAnswer:
        read, tag = self._read(), self._settings.tags[environment]
        setting = self._setting(read)
        if setting.environment is not environment:
            return PublicAnswer(False, f"{setting.says}, not tag {tag}")
        under_way = self._under_way(setting, read, tag)
        if under_way:
            return PublicAnswer(False, under_way)
        seen, serving = self._outside.answers_as(environment, _IN_A_ROW), len(read.get("droplet_ids") or ())
        return PublicAnswer(True, f"{setting.says} with {serving} Droplets; {seen.says}") if seen.followed else seen

    def shrink_idle(self, active: Environment) -> None:
        """Its environments are as large as their owners make them."""

    def doubts(self) -> list[str]:
        read = self._read()
        doubts = [f"no Droplet carries tag {tag}" for tag in self._settings.tags.values() if not self._droplets(tag)]
        if read.get("type") == "GLOBAL":
            doubts.append("a global load balancer knows no tags: a regional one is wanted")
        if not read.get("tag"):
            tags = " or ".join(self._settings.tags.values())
            doubts.append(
                f"it selects Droplets by id: no release begins before it selects them by the tag of what serves now "
                f"({tags}; in the control panel, or by the command of docs/spaces-away.md)"
            )
        return doubts

    @property
    def _digitalocean(self) -> DigitalOcean:
        return required(self._digitalocean_or_none)

    def _read(self) -> dict[str, Any]:
        return self._digitalocean.load_balancer(self._settings.load_balancer)

    def _under_way(self, setting: ProviderSetting, read: dict[str, Any], tag: str) -> str | None:
        """Why what the load balancer says may not be what it does yet."""
        if read.get("status") != "active":
            return f"{setting.says}, and its status is {read.get('status')}, not active"
        serving, wanted = len(read.get("droplet_ids") or ()), self._droplets(tag)
        return f"{setting.says}, but lists {serving} Droplets where {wanted} carry it" if serving != wanted else None

    def _droplets(self, tag: str) -> int:
        try:
            return self._digitalocean.droplets_tagged(tag)
        except NotFound:
            return 0

    def _setting(self, read: dict[str, Any]) -> ProviderSetting:
        tag = str(read.get("tag") or "")
        selects = f"tag {tag}" if tag else f"Droplets {read.get('droplet_ids') or 'none'} by id"
        return ProviderSetting(environment_of(self._settings.tags, tag), f"the load balancer selects {selects}")


def selecting(read: dict[str, Any], tag: str) -> dict[str, Any]:
    """What was read, in the form that an update takes, with another tag and without the Droplets of the one before."""
    whole = {name: value for name, value in read.items() if name not in _READ_ONLY and value is not None}
    region = whole.get("region")
    if isinstance(region, dict):
        whole["region"] = region.get("slug")
    return {**whole, "tag": tag}
