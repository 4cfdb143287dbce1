"""`python -m router`: the agent and its Caddy, until either ends or SIGTERM comes."""

import os
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from bluegreen.clients.spaces import Spaces
from bluegreen.core.errors import Misconfigured
from router.agent import Agent
from router.caddy import Caddy
from router.log import Log
from router.settings import Settings, unknown


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
        folder = settings.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bluegreen-router-")))
        folder.mkdir(parents=True, exist_ok=True)
        return serve(settings, folder, log)


def serve(settings: Settings, folder: Path, log: Log) -> int:
    """0 after SIGTERM or SIGINT, 1 when Caddy ended by itself: the platform then starts the container anew."""
    ending = threading.Event()
    asked = _on_signals(ending)
    agent = Agent(settings, folder, _bucket(settings, settings.state_bucket), _telemetry(settings), log)
    caddy = Caddy(settings, folder, agent.log_port, agent.streams.hostports)
    threading.Thread(target=caddy.when_ended, args=(ending.set,), name="caddy", daemon=True).start()
    agent.start()
    log.say("info", f"listening on {settings.bind}:{settings.port}", pid=os.getpid(), caddy=caddy.pid)
    ending.wait()
    log.say("info", "stopping: answers that have begun are finished" if asked else "caddy has ended")
    agent.streams.end()
    caddy.stop()
    agent.stop()
    log.say("info", "stopped")
    return 0 if asked else 1


def _on_signals(ending: threading.Event) -> list[int]:
    """Sets the event on the first signal; the list holds which came."""
    came: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return came


def _telemetry(settings: Settings) -> Spaces:
    return _bucket(settings, settings.telemetry_bucket)


def _bucket(settings: Settings, name: str) -> Spaces:
    return Spaces(
        settings.state_endpoint,
        settings.state_region,
        name,
        settings.spaces_key.get_secret_value(),
        settings.spaces_secret.get_secret_value(),
    )


if __name__ == "__main__":
    sys.exit(main())
