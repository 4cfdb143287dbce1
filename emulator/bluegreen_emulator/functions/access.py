"""Who may use the namespace: access keys `dof_v1_<id>:<secret>`."""

import hmac
import secrets
import threading
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bluegreen_emulator.clock import Clock

PREFIX = "dof_v1_"


@dataclass(frozen=True)
class AccessKey:
    """`id` carries its prefix; `expires` None means never."""

    id: str
    name: str
    secret: str
    created: datetime
    updated: datetime
    expires: datetime | None = None


class Access:
    """The namespace's keys; safe from any thread."""

    def __init__(self, clock: Clock, keys: dict[str, str]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        now = clock.now()
        self._keys = {
            made.id: made for made in (AccessKey(_full(id_), "given", secret, now, now) for id_, secret in keys.items())
        }

    def admits(self, user: str, password: str) -> bool:
        with self._lock:
            key = self._keys.get(user)
        if key is None or (key.expires is not None and key.expires <= self._clock.now()):
            return False
        return hmac.compare_digest(key.secret.encode(), password.encode())

    def create(self, name: str, lifetime: timedelta | None) -> AccessKey:
        now = self._clock.now()
        expires = None if lifetime is None else now + lifetime
        made = AccessKey(_full(uuid.uuid4().hex), name, secrets.token_hex(32), now, now, expires)
        with self._lock:
            self._keys[made.id] = made
        return made

    def rename(self, id_: str, name: str) -> AccessKey | None:
        with self._lock:
            key = self._keys.get(id_)
            if key is None:
                return None
            self._keys[id_] = replace(key, name=name, updated=self._clock.now())
            return self._keys[id_]

    def delete(self, id_: str) -> bool:
        with self._lock:
            return self._keys.pop(id_, None) is not None

    def listing(self) -> list[AccessKey]:
        with self._lock:
            return list(self._keys.values())


def _full(id_: str) -> str:
    return id_ if id_.startswith(PREFIX) else PREFIX + id_
