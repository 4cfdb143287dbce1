"""The process that functions' processes are forked from: Python with functions-framework loaded and nothing else.

OpenWhisk keeps such "stem cells" too. It obeys orders that come over `control`, one JSON line each, and answers each.
"""

import json
import os
import signal
import socket
import sys
import traceback
from typing import NoReturn

from bluegreen_emulator.functions.process import launch


def serve(control_fd: int, stdlib_path: list[str]) -> None:
    """Forks and ends processes until the other end of `control_fd` closes; then ends those that are left."""
    app = launch.framework_app()
    sys.path[:] = stdlib_path
    control = socket.socket(fileno=control_fd)
    children: set[int] = set()
    signal.signal(signal.SIGTERM, lambda _number, _frame: _leave(children))
    while True:
        message, fds, _, _ = socket.recv_fds(control, 65536, 3)
        if not message:
            _leave(children)
        order = json.loads(message)
        if "end" in order:
            _end(order["end"])
            children.discard(order["end"])
            control.sendall(b"{}\n")
            continue
        pid = os.fork()
        if pid == 0:
            control.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _become_function(fds, order["directory"], app)
        for fd in fds:
            os.close(fd)
        children.add(pid)
        control.sendall(json.dumps({"pid": pid}).encode() + b"\n")


def _become_function(fds: list[int], directory: str, app: launch.App) -> NoReturn:
    try:
        os.setsid()
        channel, out, err = fds
        nothing = os.open(os.devnull, os.O_RDONLY)
        for fd, place in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(fd, place)
            os.close(fd)
        os.chdir(directory)
        launch.run(socket.socket(fileno=channel).makefile("rwb"), app)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001  # whatever ends a function's process must not run the fork server's loop
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(1)


def _end(pid: int) -> None:
    """Kills a function's process and all that it started, without warning, as the platform does."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    os.waitpid(pid, 0)


def _leave(children: set[int]) -> NoReturn:
    for pid in children:
        _end(pid)
    os._exit(0)
