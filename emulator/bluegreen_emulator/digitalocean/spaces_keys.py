"""Access keys of Spaces: a secret is shown once, when its key is made. The gateway keeps what is granted."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bluegreen_emulator.digitalocean.errors import bad_request, not_found
from bluegreen_emulator.digitalocean.times import stamp

Grants = dict[str, Literal["read", "readwrite", "fullaccess"]]
_PERMISSIONS = ("read", "readwrite", "fullaccess")
_MOST = 200  # of an account


@dataclass
class SpacesKeys:
    """`held` is shared with the gateway: access key → (secret, grants)."""

    held: dict[str, tuple[str, Grants]]
    _made: dict[str, tuple[str, str]] = field(default_factory=dict)  # access key → its name, and when it was made

    def listing(self, name: str = "") -> list[dict[str, Any]]:
        found = [self._shown(key) for key in self.held]
        return [each for each in found if name in ("", each["name"])]

    def get(self, access_key: str) -> dict[str, Any]:
        if access_key not in self.held:
            raise not_found("key not found")
        return self._shown(access_key)

    def create(self, name: str, grants: list[dict[str, str]], now: datetime) -> dict[str, Any]:
        wrong = next((each for each in grants if each["permission"] not in _PERMISSIONS), None)
        if not name or wrong:
            raise bad_request("name is required, and permission is one of read, readwrite, fullaccess")
        if len(self.held) >= _MOST:
            raise bad_request("key limit reached")
        whole = any(each["permission"] == "fullaccess" for each in grants)  # which goes before what else is granted
        granted: Grants = {"": "fullaccess"} if whole else {g["bucket"]: g["permission"] for g in grants}  # type: ignore[misc]
        access_key, secret = f"DO00{secrets.token_hex(8).upper()}", secrets.token_urlsafe(32)
        self.held[access_key] = (secret, granted)
        self._made[access_key] = (name, stamp(now))
        return self._shown(access_key) | {"secret_key": secret}

    def delete(self, access_key: str) -> None:
        self.get(access_key)
        del self.held[access_key]

    def _shown(self, access_key: str) -> dict[str, Any]:
        name, made = self._made.get(access_key, (access_key, "2026-01-01T00:00:00Z"))
        grants = [{"bucket": bucket, "permission": held} for bucket, held in self.held[access_key][1].items()]
        return {"name": name, "access_key": access_key, "grants": grants, "created_at": made}
