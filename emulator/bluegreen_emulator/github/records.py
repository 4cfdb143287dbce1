"""Which artifact runs where: https://docs.github.com/rest/orgs/artifact-metadata"""

import re
from dataclasses import dataclass, field
from typing import Any

from bluegreen_emulator.github.errors import GitHubError, not_found, required

_WANTED = ("name", "digest", "status", "logical_environment", "deployment_name")
_WHERE = ("logical_environment", "physical_environment", "cluster", "deployment_name")


@dataclass
class Records:
    """By organization and place: a place has one record, and who runs there now. A user's account has none."""

    organizations: set[str]
    kept: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    def set(self, organization: str, sent: dict[str, Any]) -> dict[str, Any]:
        if organization not in self.organizations:
            raise not_found()
        for name in _WANTED:
            required(sent, name)
        if not re.fullmatch(r"sha256:[a-f0-9]{64}", sent["digest"]):
            raise GitHubError(422, "Invalid request. `digest` does not match /^sha256:[a-f0-9]{64}$/.")
        if sent["status"] not in ("deployed", "decommissioned"):
            raise GitHubError(422, "Invalid request. `status` is not included in the list")
        self.kept[organization, *(str(sent.get(name, "")) for name in _WHERE)] = sent
        return {"id": len(self.kept), **sent}
