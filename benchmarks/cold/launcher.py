"""What the action proxy starts in a function's folder: loads the function, then answers a line with a line.

The order is that of DigitalOcean's own (github.com/nimbella/openwhisk-runtime-python, core/python3Action/lib): the
virtualenv first, then the image's libraries, the folder last. Standard library only.
"""

import json
import os
import sys
import time
import traceback
from typing import Any, BinaryIO

_FACTS = ("api_host", "api_key", "namespace", "action_name", "action_version")
_OF_A_CALL = ("activation_id", "transaction_id", "deadline")


class Context:
    def __init__(self) -> None:
        self.function_name = os.environ.get("__OW_ACTION_NAME", "")
        self.function_version = os.environ.get("__OW_ACTION_VERSION", "")
        self.activation_id = os.environ.get("__OW_ACTIVATION_ID", "")
        self.request_id = os.environ.get("__OW_TRANSACTION_ID", "")
        self.deadline = int(os.environ.get("__OW_DEADLINE", "0"))
        self.api_host = os.environ.get("__OW_API_HOST", "")
        self.api_key = os.environ.get("__OW_API_KEY", "")
        self.namespace = os.environ.get("__OW_NAMESPACE", "")

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self.deadline - int(time.time() * 1000))


def load() -> Any:
    script = os.path.abspath("virtualenv/bin/activate_this.py")
    if os.path.isdir("virtualenv"):
        with open(script, encoding="utf-8") as code:
            exec(code.read(), {"__file__": script})
    sys.path.append(os.getcwd())
    from main__ import main  # type: ignore[import-not-found]  # the function's

    return main


def answer(main: Any, request: dict[str, Any]) -> Any:
    for name in (*_FACTS, *_OF_A_CALL):
        if name in request:
            os.environ[f"__OW_{name.upper()}"] = request[name]
    try:
        count = main.__code__.co_argcount
        return main(*(request.get("value") or {}, Context())[:count]) or {}
    except Exception as error:  # noqa: BLE001 - every error of a function becomes its answer
        traceback.print_exc()
        return {"error": str(error)}


def serve(out: BinaryIO) -> None:
    try:
        main = load()
    except Exception as error:  # noqa: BLE001 - whatever its import raises
        print(f"Invalid function: {error}", file=sys.stderr)
        out.write(b'{"ok": false}\n')
        return
    out.write(b'{"ok": true}\n')
    for line in sys.stdin.buffer:
        out.write(json.dumps(answer(main, json.loads(line))).encode() + b"\n")


if __name__ == "__main__":
    with os.fdopen(int(sys.argv[1]), "wb", buffering=0) as answers:
        serve(answers)
