"""SECRET values: given in clear once, and from then on shown and taken back only as `EV[...]`."""

import base64
import hashlib
from dataclasses import dataclass, field

from bluegreen_emulator.digitalocean.errors import bad_request


@dataclass
class Vault:
    """Remembers what it encrypted, so that an encrypted value may be sent back as it was read."""

    _clear: dict[str, str] = field(default_factory=dict)

    def seal(self, value: str, where: str) -> str:
        if value.startswith("EV["):
            if value not in self._clear:
                raise bad_request(
                    f"error validating app spec: {where}: the encrypted value was not made by this account"
                )
            return value
        digest = hashlib.sha256(f"{len(self._clear)}/{value}".encode()).digest()
        sealed = f"EV[1:{base64.b64encode(digest[:24]).decode()}:{base64.b64encode(digest[8:]).decode()}]"
        self._clear[sealed] = value
        return sealed

    def open(self, value: str) -> str:
        return self._clear.get(value, value)
