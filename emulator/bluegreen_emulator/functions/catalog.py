"""What is deployed in the namespace: packages and their functions."""

import threading
from dataclasses import replace
from typing import Any

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions import definitions
from bluegreen_emulator.functions.entities import Action, Package, merged
from bluegreen_emulator.functions.refusals import ApiError, not_found
from bluegreen_emulator.functions.settings import PlatformSettings

EXISTS = ApiError(409, "resource already exists")


class Catalog:
    """Functions are named `pkg/fn`, or `fn` in the default package."""

    def __init__(self, clock: Clock, settings: PlatformSettings) -> None:
        self._clock = clock
        self._settings = settings
        self._packages: dict[str, Package] = {}
        self._actions: dict[str, Action] = {}
        self._lock = threading.RLock()

    def put_package(self, name: str, body: dict[str, Any], overwrite: bool) -> Package:
        with self._lock:
            old = self._packages.get(name)
            if old and not overwrite:
                raise EXISTS
            made = replace(definitions.package(name, body, old), updated=self._now())
            self._packages[name] = made
            return made

    def put_action(self, name: str, body: dict[str, Any], overwrite: bool) -> Action:
        with self._lock:
            package, _, short = name.rpartition("/")
            if package:
                self.package(package)
            old = self._actions.get(name)
            if old and not overwrite:
                raise EXISTS
            made = replace(definitions.action((package, short), body, old, self._settings), updated=self._now())
            self._actions[name] = made
            return made

    def package(self, name: str) -> Package:
        with self._lock:
            if name not in self._packages:
                raise not_found()
            return self._packages[name]

    def action(self, name: str) -> Action:
        """With its package's parameters merged in."""
        with self._lock:
            if name not in self._actions:
                raise not_found()
            found = self._actions[name]
            outer = self._packages[found.package].parameters if found.package else ()
            return replace(found, parameters=merged(outer, found.parameters))

    def packages(self) -> list[Package]:
        with self._lock:
            return sorted(self._packages.values(), key=lambda package: package.updated, reverse=True)

    def actions(self, package: str | None = None) -> list[Action]:
        """Newest first; of one package if it is named."""
        with self._lock:
            found = [action for action in self._actions.values() if package in (None, action.package)]
            return sorted(found, key=lambda action: action.updated, reverse=True)

    def delete_package(self, name: str, force: bool = False) -> Package:
        with self._lock:
            gone = self.package(name)
            inside = self.actions(name)
            if inside and not force:
                count = f"{len(inside)} {'entity' if len(inside) == 1 else 'entities'}"
                text = f"Package not empty (contains {count}). Set force param or delete package contents."
                raise ApiError(409, text)
            for action in inside:
                del self._actions[action.full_name]
            del self._packages[name]
            return gone

    def delete_action(self, name: str) -> Action:
        with self._lock:
            gone = self.action(name)
            del self._actions[name]
            return gone

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
