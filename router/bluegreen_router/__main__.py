"""`python -m bluegreen_router`: the agent and its Envoy, until either ends or SIGTERM comes."""

import os
import resource
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType

from bluegreen.core.errors import Misconfigured
from bluegreen_router.agent import Agent
from bluegreen_router.engine.process import Envoy
from bluegreen_router.log import Log
from bluegreen_router.settings import Settings, unknown
from bluegreen_router.usual import UsualSpaces

_LOOK = 1.0  # seconds
_PREFIX, _IN_MEMORY = "bluegreen-router-", "/dev/shm"


def main() -> int:
    try:
        settings = Settings.from_environment(os.environ)
    except Misconfigured as fault:
        Log(os.environ.get("BLUEGREEN_SERVICE", ""), "").say("error", str(fault))
        return 2
    log = Log(settings.service, settings.instance)
    if slips := unknown(os.environ):
        log.say("warning", f"not settings of the router, ignored: {', '.join(slips)}")
    with ExitStack() as stack:
        try:
            folder = settings.folder or Path(stack.enter_context(_fresh_folder()))
            folder.mkdir(parents=True, exist_ok=True)
            return serve(settings, folder, log)
        except (OSError, Misconfigured) as fault:
            log.say("error", f"cannot run: {fault}")
            return 2


def serve(settings: Settings, folder: Path, log: Log) -> int:
    """0 after SIGTERM or SIGINT, 1 when Envoy or a part of the agent ended by itself: the platform then starts the
    container anew."""
    _open_many_files()
    ending = threading.Event()
    asked = _on_signals(ending)
    agent = Agent(settings, folder, _bucket(settings, settings.state_bucket), _telemetry(settings), log)
    envoy = Envoy(settings, folder, agent.desk_port, agent.take)
    threading.Thread(target=envoy.when_ended, args=(ending.set,), name="envoy", daemon=True).start()
    agent.start(envoy.admin)
    log.say("info", f"listening on {settings.bind}:{settings.port}", pid=os.getpid(), envoy=envoy.pid)
    while not ending.wait(_LOOK) and agent.whole:
        pass
    log.say(*_why(bool(asked), ending.is_set()))
    agent.leave()
    envoy.stop(agent.gather)
    agent.stop()
    log.say("info", "stopped")
    return 0 if asked else 1


def _fresh_folder() -> "tempfile.TemporaryDirectory[str]":
    """In memory where the disk is full or read-only: there is no more to be written than a socket's name."""
    try:
        return tempfile.TemporaryDirectory(prefix=_PREFIX)
    except OSError:
        return tempfile.TemporaryDirectory(prefix=_PREFIX, dir=_IN_MEMORY)


def _why(asked: bool, ended: bool) -> tuple[str, str]:
    if asked:
        return "info", "stopping: answers that have begun are finished"
    return "error", "envoy has ended" if ended else "a part of the agent has ended"


def _open_many_files() -> None:
    """As many as are allowed, which Envoy does by itself: containers often begin with 1,024."""
    with suppress(OSError, ValueError):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _on_signals(ending: threading.Event) -> list[int]:
    """Sets the event on the first signal; the list holds which came."""
    came: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return came


def _telemetry(settings: Settings) -> UsualSpaces:
    return _bucket(settings, settings.telemetry_bucket)


def _bucket(settings: Settings, name: str) -> UsualSpaces:
    return UsualSpaces(
        settings.state_endpoint,
        settings.state_region,
        name,
        settings.spaces_key.get_secret_value(),
        settings.spaces_secret.get_secret_value(),
    )


if __name__ == "__main__":
    sys.exit(main())
