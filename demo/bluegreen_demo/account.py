"""The made-up account of the local cloud: its names, and keys that are new with every start."""

import secrets
from dataclasses import dataclass, field

from bluegreen_emulator.spaces.gateway import Grants

REPOSITORY = "holi-labs/holi"
NAMESPACE = "holi-bluegreen"  # a name that begins with fn- makes doctl change the API host
HOOKS_NAMESPACE = "holi-hooks"  # in the layout *hardened*, of what faces the internet
STATE, TELEMETRY, REGION = "holi-bluegreen-state", "holi-bluegreen-telemetry", "fra1"


def _new() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True)
class SpacesKey:
    id: str
    secret: str = field(default_factory=_new, repr=False)


@dataclass(frozen=True)
class Account:
    """Every party has its own key, with no more rights than it needs."""

    functions_spaces: SpacesKey = SpacesKey("DO00FUNCTIONS")
    router_spaces: SpacesKey = SpacesKey("DO00ROUTER")
    visitor_spaces: SpacesKey = SpacesKey("DO00VISITOR")
    orchestrator_token: str = field(default_factory=lambda: f"dop_v1_{_new()}", repr=False)
    owner_token: str = field(default_factory=lambda: f"dop_v1_{_new()}", repr=False)
    github_token: str = field(default_factory=lambda: f"github_pat_{_new()}", repr=False)
    webhook_secret: str = field(default_factory=_new, repr=False)
    alert_secret: str = field(default_factory=_new, repr=False)
    page_token: str = field(default_factory=lambda: f"bgt_{secrets.token_urlsafe(32)}", repr=False)
    nudge_secret: str = field(default_factory=_new, repr=False)
    key_id: str = field(default_factory=lambda: f"dof_v1_{_new()}", repr=False)
    key_secret: str = field(default_factory=_new, repr=False)
    hooks_key: str = field(default_factory=lambda: f"dof_v1_{_new()}:{_new()}", repr=False)  # of the owner alone

    @property
    def namespace_key(self) -> str:
        """The Functions access key, as doctl and the functions themselves use it."""
        return f"{self.key_id}:{self.key_secret}"

    @property
    def spaces_keys(self) -> dict[str, tuple[str, Grants]]:
        return {
            self.functions_spaces.id: (self.functions_spaces.secret, {STATE: "readwrite", TELEMETRY: "read"}),
            self.router_spaces.id: (self.router_spaces.secret, {STATE: "read", TELEMETRY: "readwrite"}),
            self.visitor_spaces.id: (self.visitor_spaces.secret, {STATE: "read", TELEMETRY: "read"}),
        }

    @property
    def digitalocean_tokens(self) -> dict[str, frozenset[str]]:
        return {
            self.orchestrator_token: frozenset({"app:read", "app:update"}),
            self.owner_token: frozenset({"*"}),
        }
