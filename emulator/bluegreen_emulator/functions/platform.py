"""The emulated Functions platform of one namespace: what is deployed, what runs, who may ask for it."""

from pathlib import Path
from typing import Any

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions.access import PREFIX, Access
from bluegreen_emulator.functions.accidents import Accidents
from bluegreen_emulator.functions.activations import Activations
from bluegreen_emulator.functions.catalog import Catalog
from bluegreen_emulator.functions.entities import Action
from bluegreen_emulator.functions.execution import Runtime
from bluegreen_emulator.functions.invoker import Caller, Invocation, Invoker
from bluegreen_emulator.functions.refusals import PARAMETERS_NOT_ALLOWED, ApiError
from bluegreen_emulator.functions.settings import PlatformSettings
from bluegreen_emulator.functions.throttle import Throttle
from bluegreen_emulator.functions.triggers import Scheduler


class Platform:
    """`keys` maps access key ids to secrets. Set `api_host` once the server's URL is known."""

    def __init__(
        self,
        namespace: str,
        keys: dict[str, str],
        clock: Clock,
        settings: PlatformSettings,
        workdir: Path,
    ) -> None:
        self.namespace = namespace
        self.api_host = ""
        self.clock = clock
        self.settings = settings
        self.access = Access(clock, keys)
        self.catalog = Catalog(clock, settings)
        self.activations = Activations(clock)
        self.accidents = Accidents(settings)
        self.scheduler = Scheduler(clock, settings, self.invoke)
        self._runtime = Runtime(settings, workdir)
        self.throttle = Throttle(clock, settings)
        self._invoker = Invoker(self._runtime, self.throttle, self.accidents, self.activations)

    def invoke(self, name: str, values: dict[str, Any], awaited: bool = False, key: str = "") -> Invocation:
        """Calls `pkg/fn` as the REST API does; `awaited` is a blocking call, `key` the caller's `id:secret`."""
        action = self.catalog.action(name)
        self.refuse_final(action, set(values))
        given = key if self.settings.provide_api_key and action.annotations.get("provide-api-key") is True else ""
        caller = Caller(self.namespace, self.api_host, api_key=given, awaited=awaited)
        return self._invoker.start(action, action.bound | values, caller)

    def invoke_web(self, action: Action, event: dict[str, Any]) -> Invocation:
        """Calls a web function; `event` is what the request became."""
        caller = Caller(self.namespace, self.api_host, recorded=False, awaited=True)
        return self._invoker.start(action, action.bound | event, caller)

    def refuse_final(self, action: Action, names: set[str]) -> None:
        if self.settings.final_parameters == "refuse" and names & action.final_names:
            raise ApiError(400, PARAMETERS_NOT_ALLOWED)

    def log_file(self, name: str) -> Path:
        """Where the log lines of every run of a function are, web calls included: for looking at the emulator."""
        return self._runtime.log_file(self.catalog.action(name))

    def admits(self, user: str, password: str) -> bool:
        if user.startswith(PREFIX):
            return self.access.admits(user, password)
        return self.settings.legacy_key and (user, password) == self.legacy_key

    @property
    def legacy_key(self) -> tuple[str, str]:
        """The namespace's uuid and key, which its description still shows."""
        return f"uuid-of-{self.namespace}", f"key-of-{self.namespace}"

    def close(self) -> None:
        """Ends the scheduler and every process; calls in flight end as if their process had died."""
        self.scheduler.close()
        self._runtime.close()
        self._invoker.close()
