"""Invocations: admitted or refused, run in the background, recorded when they end."""

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from bluegreen_emulator.functions import outcomes
from bluegreen_emulator.functions.accidents import Accidents
from bluegreen_emulator.functions.activations import Activation, Activations
from bluegreen_emulator.functions.entities import Action
from bluegreen_emulator.functions.execution import Job, Run, Runtime
from bluegreen_emulator.functions.representations import limits
from bluegreen_emulator.functions.throttle import Throttle


@dataclass
class Invocation:
    """An accepted call. `wait` gives its record, or None while it runs."""

    id: str
    _done: threading.Event = field(default_factory=threading.Event)
    _activation: Activation | None = None

    def wait(self, seconds: float) -> Activation | None:
        self._done.wait(seconds)
        return self._activation

    def finish(self, activation: Activation) -> None:
        self._activation = activation
        self._done.set()


@dataclass(frozen=True)
class Caller:
    """Where a call comes from: what the function is told of it, and what becomes of it afterwards."""

    namespace: str
    api_host: str
    api_key: str = ""
    transaction: str = field(default_factory=lambda: uuid.uuid4().hex)
    recorded: bool = True  # web calls are not
    awaited: bool = False  # only calls that nobody waits for can be lost or run twice


class Invoker:
    def __init__(self, runtime: Runtime, throttle: Throttle, accidents: Accidents, activations: Activations) -> None:
        self._runtime = runtime
        self._throttle = throttle
        self._accidents = accidents
        self._activations = activations
        self._at_work: set[threading.Thread] = set()

    def start(self, action: Action, event: dict[str, Any], caller: Caller) -> Invocation:
        """Refuses with 429 what is over the namespace's limits."""
        self._throttle.enter()
        invocation = Invocation(uuid.uuid4().hex)
        runs = 1 if caller.awaited else self._accidents.runs()
        work = threading.Thread(target=self._work, args=(invocation, action, event, caller, runs), daemon=True)
        self._at_work.add(work)
        work.start()
        return invocation

    def close(self) -> None:
        """Waits for the calls in flight; the runtime has to be closed before."""
        for work in list(self._at_work):
            work.join(timeout=5)

    def _work(self, invocation: Invocation, action: Action, event: dict[str, Any], caller: Caller, runs: int) -> None:
        try:
            for _ in range(runs):
                self._run(invocation, action, event, caller)
        finally:
            self._throttle.leave()
            self._at_work.discard(threading.current_thread())

    def _run(self, invocation: Invocation, action: Action, event: dict[str, Any], caller: Caller) -> None:
        start = time.time()
        try:
            run = self._runtime.run(Job(action, event, _facts(invocation.id, action, caller, start)))
        except (OSError, RuntimeError) as error:
            run = Run(outcomes.internal_error(f"The emulator could not run the function: {error}"), [], None)
        activation = _record(invocation.id, action, caller, start, run)
        if caller.recorded:
            self._activations.add(activation)
        else:
            self._activations.unrecorded.append(activation)
        invocation.finish(activation)


def _facts(id_: str, action: Action, caller: Caller, start: float) -> dict[str, str]:
    key = {"API_KEY": caller.api_key} if caller.api_key else {}
    return key | {
        "ACTION_NAME": f"/{caller.namespace}/{action.full_name}",
        "ACTION_VERSION": action.version,
        "ACTIVATION_ID": id_,
        "TRANSACTION_ID": caller.transaction,
        "DEADLINE": str(int(start * 1000) + action.limits.timeout),
        "API_HOST": caller.api_host,
        "NAMESPACE": caller.namespace,
    }


def _record(id_: str, action: Action, caller: Caller, start: float, run: Run) -> Activation:
    begin, end = int(start * 1000), int(time.time() * 1000)
    billed = max(100, end - begin) / 1000  # digitalocean.com/pricing/functions: at least 100 ms
    annotations = {
        "path": f"{caller.namespace}/{action.full_name}",
        "kind": action.code.kind,
        "entry": action.code.main,
        "limits": limits(action),
        "waitTime": 0,
        "timeout": run.outcome.timed_out,
        "gbs": round(billed * action.limits.memory / 1024, 6),
    }
    if run.init_ms is not None:
        annotations["initTime"] = run.init_ms
    return Activation(
        id_,
        caller.namespace,
        action.name,
        action.full_name,
        action.version,
        begin,
        end,
        run.outcome,
        run.logs,
        annotations,
    )
