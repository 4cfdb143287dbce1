"""One app: its spec, its deployments, and how it is shown."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bluegreen_emulator.digitalocean.deployment import TERMINAL, Deployment, Order
from bluegreen_emulator.digitalocean.deployment_shape import deployment_shape
from bluegreen_emulator.digitalocean.host import Programs
from bluegreen_emulator.digitalocean.sources import Version
from bluegreen_emulator.digitalocean.spec import Spec
from bluegreen_emulator.digitalocean.times import stamp


@dataclass
class App:
    id: str
    key: str  # its name when it was made: what the host knows it by
    spec: Spec
    programs: Programs
    ingress: str  # the starter URL
    created_at: datetime
    updated_at: datetime
    versions: dict[str, Version] = field(default_factory=dict)  # what a deployment that re-resolves nothing uses
    deployments: list[Deployment] = field(default_factory=list)  # oldest first
    active: Deployment | None = None
    pinned: Deployment | None = None
    domains_active: dict[str, datetime] = field(default_factory=dict)  # domain → when its certificate is there
    orders: deque[Order] = field(default_factory=deque)  # for its next deployments

    @property
    def name(self) -> str:
        return str(self.spec["name"])

    @property
    def unfinished(self) -> list[Deployment]:
        return [deployment for deployment in self.deployments if deployment.phase not in TERMINAL]

    @property
    def current(self) -> Deployment | None:
        """The one whose turn it is; a queued one waits behind it."""
        for deployment in self.deployments:
            if deployment.phase not in TERMINAL:
                return deployment
        return None

    def deployment(self, identity: str) -> Deployment | None:
        return next((d for d in self.deployments if d.id == identity), None)

    def shown(self, now: datetime, owner: str) -> dict[str, Any]:
        """The app as the API shows it; a slot without a deployment is left out."""
        live = self.live_url
        out: dict[str, Any] = {
            "id": self.id,
            "owner_uuid": owner,
            "spec": self.spec,
            "default_ingress": self.ingress,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
            "region": {"slug": self.spec["region"]},
            "tier_slug": "basic",
        }
        if self.active:
            out |= {"live_url": live, "live_url_base": live, "live_domain": live.split("://")[-1]}
        if self.deployments:
            out["last_deployment_created_at"] = stamp(self.deployments[-1].created_at)
        if self.spec.get("domains"):
            out["domains"] = [self._domain(domain, now) for domain in self.spec["domains"]]
        return out | {slot: deployment_shape(found, now) for slot, found in self.slots().items() if found}

    def _domain(self, domain: dict[str, Any], now: datetime) -> dict[str, Any]:
        name = domain["domain"]
        phase = "ACTIVE" if now >= self.domains_active.get(name, now) else "CONFIGURING"
        return {"id": f"{self.id}/{name}", "spec": domain, "phase": phase}

    @property
    def live_url(self) -> str:
        """The PRIMARY domain if there is one, else the starter URL."""
        primary = [d["domain"] for d in self.spec.get("domains", []) if d.get("type") == "PRIMARY"]
        return f"https://{primary[0]}" if primary else self.ingress

    def slots(self) -> dict[str, Deployment | None]:
        """Under the names that the API shows them by."""
        pending = [d for d in self.unfinished if d.phase == "PENDING_BUILD"]
        begun = [d for d in self.unfinished if d.phase != "PENDING_BUILD"]
        return {
            "active_deployment": self.active,
            "in_progress_deployment": begun[0] if begun else None,
            "pending_deployment": pending[-1] if pending else None,
            "pinned_deployment": self.pinned,
        }
