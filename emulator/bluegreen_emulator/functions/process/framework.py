"""The function that functions-framework serves: its request becomes a call of `main(event, context)`."""

import json
import traceback

import flask

from bluegreen_emulator.functions.process import launch


def invoke(request: flask.Request) -> flask.Response:
    answer = launch.call(request.get_json())
    try:
        body = json.dumps(answer, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        # Outside the launcher's `try`: an answer that is not JSON ends the process.
        traceback.print_exc()
        raise SystemExit(1) from None
    return flask.Response(body, content_type="application/json")
