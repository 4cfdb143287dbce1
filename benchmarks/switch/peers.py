"""nginx and HAProxy, switched as their own manuals say: a reload, and a map set on the runtime socket."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from string import Template
from typing import Protocol

from benchmarks.switch.processes import await_port, free_port, start
from bluegreen.core.environment import Environment

Ports = Mapping[Environment, int]
_FORMS = Path(__file__).parent


class Peer(Protocol):
    """Another proxy that can switch between the two environments."""

    name: str
    once: str  # its address for HTTP/1.1
    two: str  # for HTTP/2

    def flip(self, to: Environment) -> None:
        """Comes back when the proxy was told."""


class Nginx:
    """The upstream is a file that the configuration includes (nginx.org/en/docs/control.html)."""

    name = "nginx, reload"

    def __init__(self, ports: Ports, folder: Path, stack: ExitStack) -> None:
        folder.mkdir(parents=True)
        self._ports, self._folder = ports, folder
        once, two = free_port(), free_port()
        words = {"folder": folder, "user": pwd.getpwuid(os.getuid()).pw_name, "once": once, "two": two}
        (folder / "nginx.conf").write_text(
            Template((_FORMS / "nginx.conf").read_text(encoding="utf-8")).safe_substitute(words)
        )
        self._write(Environment.BLUE)
        program = [_program("nginx"), "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error")]
        self._process = start(program, stack, folder / "said")
        self.once, self.two = f"http://127.0.0.1:{once}", f"http://127.0.0.1:{two}"
        await_port(once)

    def flip(self, to: Environment) -> None:
        self._write(to)
        self._process.send_signal(signal.SIGHUP)

    def _write(self, to: Environment) -> None:
        fresh = self._folder / "fresh"
        fresh.write_text(f"upstream active {{ server 127.0.0.1:{self._ports[to]}; keepalive 64; }}\n")
        fresh.replace(self._folder / "active.conf")


class HAProxy:
    """docs.haproxy.org/2.6/management.html, 9.3: set map."""

    name = "HAProxy, set map"

    def __init__(self, ports: Ports, folder: Path, stack: ExitStack) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        once, two = free_port(), free_port()
        words = {"folder": folder, "once": once, "two": two, **{one.value: port for one, port in ports.items()}}
        (folder / "haproxy.cfg").write_text(
            Template((_FORMS / "haproxy.cfg").read_text(encoding="utf-8")).safe_substitute(words)
        )
        (folder / "active.map").write_text("active blue\n")
        start([_program("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")], stack, folder / "said")
        self.once, self.two = f"http://127.0.0.1:{once}", f"http://127.0.0.1:{two}"
        await_port(once)

    def flip(self, to: Environment) -> None:
        with socket.socket(socket.AF_UNIX) as runtime:
            runtime.connect(str(self._folder / "runtime"))
            runtime.sendall(f"set map {self._folder / 'active.map'} active {to.value}\n".encode())
            said = runtime.recv(1000).strip()
        if said:
            raise RuntimeError(f"HAProxy says {said.decode()}")


def installed(ports: Ports, folder: Path, stack: ExitStack) -> list[Peer]:
    found: list[Peer] = []
    if _program("nginx"):
        found.append(Nginx(ports, folder / "nginx", stack))
    if _program("haproxy"):
        found.append(HAProxy(ports, folder / "haproxy", stack))
    return found


def version(name: str) -> str:
    """As the program tells it; "" where it is not installed."""
    program = _program(name)
    if not program:
        return ""
    told = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    return (told.stdout + told.stderr).splitlines()[0]


def _program(name: str) -> str:
    """Its path, "" where it is not installed; Debian's administrators' folder is on few people's path."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or ""
