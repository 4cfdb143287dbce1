"""Tags, and the Droplets that carry them. Apps cannot be tagged."""

import re
from dataclasses import dataclass, field
from typing import Any

from bluegreen_emulator.digitalocean.errors import bad_request, not_found, unprocessable

_NAME = re.compile(r"[a-zA-Z0-9_\-:]{1,255}")
_TAGGABLE = ("droplet", "image", "volume", "volume_snapshot", "database")


@dataclass
class Tags:
    """Tag → the Droplets that carry it."""

    all: dict[str, list[int]] = field(default_factory=dict)

    def create(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise bad_request(f'Error validating resource tag: "{name}" contains invalid characters')
        self.all.setdefault(name, [])

    def delete(self, name: str) -> None:
        self.shown(name)
        del self.all[name]

    def droplets(self, name: str) -> list[int]:
        return list(self.all.get(name, []))

    def attach(self, name: str, resources: list[dict[str, str]]) -> None:
        carrying = self.all[self._existing(name)]
        carrying += [droplet for droplet in _droplet_ids(resources) if droplet not in carrying]

    def detach(self, name: str, resources: list[dict[str, str]]) -> None:
        gone = _droplet_ids(resources)
        self.all[self._existing(name)] = [droplet for droplet in self.droplets(name) if droplet not in gone]

    def shown(self, name: str) -> dict[str, Any]:
        count = len(self.all[self._existing(name)])
        return {"name": name, "resources": {"count": count, "droplets": {"count": count}}}

    def _existing(self, name: str) -> str:
        if name not in self.all:
            raise not_found()
        return name


def _droplet_ids(resources: list[dict[str, str]]) -> list[int]:
    for resource in resources:
        if resource.get("resource_type") not in _TAGGABLE:
            raise unprocessable(f"{resource.get('resource_type')} cannot be tagged; taggable: {', '.join(_TAGGABLE)}")
    return [int(r["resource_id"]) for r in resources if r["resource_type"] == "droplet"]
