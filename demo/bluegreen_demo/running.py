"""The local cloud with its clients, its watcher and its files, from start to stop."""

import json
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import typer

from bluegreen_cli.faults import Faulty
from bluegreen_demo import control, hold, local_files
from bluegreen_demo.cloud import LocalCloud, NotStarted
from bluegreen_demo.local_files import AlreadyRunning
from bluegreen_demo.printer import Printer
from bluegreen_demo.settings import DemoSettings
from bluegreen_demo.stories import Stage
from bluegreen_demo.watcher import Watcher
from bluegreen_emulator.traffic import Traffic
from bluegreen_emulator.wire import Server


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


@contextmanager
def running(settings: DemoSettings, printer: Printer, quiet: bool = False) -> Iterator[Stage]:
    """Whatever happens, everything is stopped by its handle.

    `quiet`: what happens is watched, and not told.
    """
    with stoppable(), ExitStack() as stack:
        folder = stack.enter_context(local_files.only_one())
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        printer.lines("Starting the local cloud …")
        cloud = stack.enter_context(LocalCloud.start(folder, settings, local_files.BUILD))
        asks = settings.traffic
        traffic = Traffic(cloud.production, asks.paths, asks.requests_per_second, asks.clients)
        server = Server(control.create_app(cloud))
        stack.callback(server.close)
        described = json.dumps(local_files.described(cloud, server.url), indent=2) + "\n"
        shell = hold.shell(cloud, server.url)
        files = {
            local_files.LOCAL: described,
            local_files.ENV: local_files.environ(cloud),
            local_files.SHELL: shell,
        }
        stack.enter_context(local_files.shown(files))
        printer.lines(f"It runs after {(datetime.now(UTC) - printer.begun).total_seconds():.1f} s: {_where(cloud)}")
        printer.begun = datetime.now(UTC)
        traffic.start()
        stack.callback(traffic.stop)
        watcher = Watcher(cloud, traffic, printer, quiet)
        watcher.start()
        stack.callback(watcher.stop)
        yield Stage(cloud, traffic, watcher, printer)


@contextmanager
def explained() -> Iterator[None]:
    """What keeps the cloud from running is said in a sentence, without a traceback."""
    try:
        yield
    except AlreadyRunning as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    except (NotStarted, Faulty) as error:
        print(f"The local cloud did not start: {error}", file=sys.stderr)
        raise typer.Exit(1) from None


def check_writable(file: Path | None) -> Path | None:
    """For an option: better now than when everything was measured."""
    if file is not None and (file.is_dir() or not file.absolute().parent.is_dir()):
        raise typer.BadParameter(f"{file} cannot be written: is there such a folder?")
    return file


@contextmanager
def stoppable() -> Iterator[None]:
    """The first Ctrl-C or SIGTERM raises `Stopped`; what comes while everything is being stopped is not heard."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _where(cloud: LocalCloud) -> str:
    record = cloud.record
    active, idle = record.on(record.active), record.on(record.idle)
    return f"{record.active.value} is active with {active.tag}, {record.idle.value} idle with {idle.tag}"
