"""A cold start by the real protocol: a container with the action proxy, `/init` with the zip, `/run` with an event."""

import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

_HERE = Path(__file__).parent
_LONGEST = 120.0  # seconds of a start or of a call
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Start(NamedTuple):
    """`awake`: seconds from `/init` until the store got the function's first request, or, where it sends none, until
    the answer; `answered`: until the answer. `cpu`: seconds of the proxy and the function together, which a busy
    machine does not stretch as it does time. `peak_mb`: of the function's process."""

    awake: float
    answered: float
    cpu: float
    peak_mb: float
    answer: dict[str, Any]


class FirstRequest:
    """A store that knows when it was first asked."""

    def __init__(self, store: Wsgi) -> None:
        self._store = store
        self.at: float | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self.at is None:
            self.at = time.perf_counter()
        return self._store(environ, start_response)


@contextmanager
def container(python: str = sys.executable) -> Iterator[httpx.Client]:
    """An action proxy that waits for a function, under that Python."""
    with tempfile.TemporaryDirectory(prefix="cold.") as scratch:
        command = [python, "-I", "-S", "-B", str(_HERE / "action_proxy.py"), str(_HERE / "launcher.py"), f"{scratch}/1"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
            try:
                assert process.stdout is not None
                port = int(process.stdout.readline())
                with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_LONGEST, trust_env=False) as proxy:
                    yield proxy
            finally:
                process.terminate()  # it ends what it has started


def start(
    code: bytes, environment: Mapping[str, str], event: Any, store: FirstRequest, python: str = sys.executable
) -> Start:
    """One function, started and called once. `RuntimeError` where the proxy refuses it."""
    store.at = None
    with container(python) as proxy:
        began = time.perf_counter()
        value = {"main": "main", "binary": True, "code": base64.b64encode(code).decode(), "env": dict(environment)}
        _taken(proxy.post("/init", json={"value": value}))
        facts = {"deadline": str(int((time.time() + 60) * 1000)), "activation_id": "0" * 32, "api_host": "127.0.0.1:9"}
        answer = _taken(proxy.post("/run", json={"value": event, **facts}))
        answered = time.perf_counter()
        took = proxy.get("/").json()
    return Start((store.at or answered) - began, answered - began, took["cpu"], took["peak_mb"], answer)


def _taken(response: httpx.Response) -> dict[str, Any]:
    if not response.is_success:
        raise RuntimeError(f"the action proxy answered {response.status_code}: {response.text[:300]}")
    found: dict[str, Any] = json.loads(response.content)
    return found
