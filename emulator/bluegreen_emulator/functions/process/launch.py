"""What happens inside a function's process: load the code, then answer one call after the other.

The order of things is that of DigitalOcean's own launcher
(github.com/nimbella/openwhisk-runtime-python, core/python3Action/lib/prelauncher.py).
"""

import contextlib
import json
import os
import shutil
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterable
from io import BufferedRWPair
from pathlib import Path
from typing import Any

import functions_framework
from werkzeug.test import EnvironBuilder, run_wsgi_app

App = Callable[[dict[str, Any], Any], Iterable[bytes]]
SENTINEL = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"
CANNOT_START = "Cannot start function. Check logs for details."

_STREAMS = (sys.stdout, sys.stderr)
_main: Any = None


class CannotStartError(Exception):
    """The code cannot be loaded; the text goes to the function's stderr."""


class Context:
    """What `main(event, context)` gets as its second argument."""

    def __init__(self) -> None:
        self.function_name = os.environ["__OW_ACTION_NAME"]
        self.function_version = os.environ["__OW_ACTION_VERSION"]
        self.activation_id = os.environ["__OW_ACTIVATION_ID"]
        self.request_id = os.environ["__OW_TRANSACTION_ID"]
        self.deadline = int(os.environ["__OW_DEADLINE"])
        self.api_host = os.environ["__OW_API_HOST"]
        self.api_key = os.environ.get("__OW_API_KEY", "")
        self.namespace = os.environ["__OW_NAMESPACE"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self.deadline - int(time.time() * 1000))


def framework_app() -> App:
    """functions-framework's app around `call`, warmed up so that it imports nothing later."""
    global _main
    source = Path(__file__).with_name("framework.py")
    app: App = functions_framework.create_app("invoke", str(source))  # type: ignore[no-untyped-call]
    _main = _nothing
    _through(app, b"{}")
    return app


def run(channel: BufferedRWPair, app: App) -> None:
    """Reads the code's place and its environment from `channel`, then events; writes an answer for each."""
    order = json.loads(channel.readline())
    _forget_framework()
    os.environ.clear()
    os.environ.update(order["env"])
    try:
        _load(order)
    except CannotStartError as error:
        sys.stderr.write(f"{error}\n")
        _answer(channel, json.dumps({"error": CANNOT_START}).encode())
        return
    _answer(channel, b'{"ok": true}', ended=False)
    while line := channel.readline():
        call_order = json.loads(line)
        os.environ.update(call_order["env"])
        _answer(channel, _through(app, json.dumps(call_order["value"]).encode()))


def call(event: dict[str, Any]) -> Any:
    """What `main` makes of `event`; how many arguments it gets depends on how many it names."""
    try:
        count = _main.__code__.co_argcount
        if count == 0:
            return _main() or {}
        if count == 1:
            return _main(event) or {}
        return _main(event, Context()) or {}
    except Exception as error:  # noqa: BLE001  # every error of a function becomes its answer
        print(traceback.format_exc(), file=sys.stderr)
        return {"error": str(error)}


def _nothing() -> dict[str, Any]:
    return {}


def _through(app: App, event: bytes) -> bytes:
    request = EnvironBuilder(method="POST", data=event, content_type="application/json")
    body, _, _ = run_wsgi_app(app, request.get_environ(), buffered=True)
    return b"".join(body)


def _answer(channel: BufferedRWPair, line: bytes, ended: bool = True) -> None:
    channel.write(line + b"\n")
    channel.flush()
    if ended:
        for stream in _STREAMS:
            stream.write(f"{SENTINEL}\n")
            stream.flush()


def _forget_framework() -> None:
    """Leaves only the standard library's modules, so that a function sees its own libraries and no others."""
    for name in list(sys.modules):
        if name.partition(".")[0] not in sys.stdlib_module_names and name != "__main__":
            del sys.modules[name]


def _load(order: dict[str, Any]) -> None:
    """Unpacks the code into the working directory, activates its virtualenv and imports it as `main__`."""
    global _main
    if order["binary"]:
        _unpack(Path(order["code"]))
        if os.path.exists("__main__.py"):
            os.rename("__main__.py", "main__.py")
        if not os.path.exists("main__.py"):
            raise CannotStartError("Zip file does not include '__main__.py'.")
        _activate_virtualenv()
    else:
        Path("main__.py").write_bytes(Path(order["code"]).read_bytes())
    sys.path += [*order["preinstalled"], os.getcwd()]
    try:
        _main = getattr(__import__("main__", fromlist=[order["main"]]), order["main"])
    except Exception as error:
        raise CannotStartError(f"Invalid function: {error}") from error


def _unpack(code: Path) -> None:
    """Inflates a zip once; further processes get the same files, libraries as hard links, which is ten times faster."""
    image = code.with_suffix(".files")
    if not image.exists():
        part = Path(f"{image}-{os.getpid()}")
        with zipfile.ZipFile(code) as package:
            package.extractall(part)
        with contextlib.suppress(OSError):  # another process was quicker
            part.rename(image)

    def place(source: str, target: str) -> None:
        if Path(source).parent == image:
            shutil.copy(source, target)
        else:
            os.link(source, target)

    shutil.copytree(image, ".", copy_function=place, dirs_exist_ok=True)


def _activate_virtualenv() -> None:
    if not os.path.isdir("virtualenv"):
        return
    script = Path("virtualenv/bin/activate_this.py").absolute()
    if not script.exists():
        raise CannotStartError("Invalid virtualenv: Zip file does not include 'activate_this.py'.")
    try:
        exec(script.read_text(encoding="utf-8"), {"__file__": str(script)})
    except Exception as error:
        raise CannotStartError(f"Invalid virtualenv: Failed to active virtualenv {error}.") from error
