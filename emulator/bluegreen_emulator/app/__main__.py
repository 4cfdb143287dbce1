"""Runs the app as App Platform runs it: the port and the release come from the environment."""

import json
import os
import sys

import uvicorn

from bluegreen_emulator.app.fault import parse
from bluegreen_emulator.app.web import Release, create_app

GRACE = 30  # seconds that requests in flight get to finish after SIGTERM
UNUSED_SECONDS = 65  # that a connection without a request is kept: longer than whoever stands before the app keeps it


def main() -> None:
    try:
        fault = parse(json.loads(os.environ.get("APP_FAULT") or "{}"))
    except ValueError as problem:
        sys.exit(f"APP_FAULT: {problem}")
    if fault.crash and fault.when == "always":
        sys.exit("fatal: the release crashes at start, as its fault says")
    release = Release(os.environ.get("APP_VERSION", ""), os.environ.get("APP_ENVIRONMENT", ""), fault)
    uvicorn.run(
        create_app(release),
        host="127.0.0.1",
        port=int(os.environ.get("PORT", "8080")),
        access_log=False,
        log_level="warning",
        lifespan="off",
        timeout_keep_alive=UNUSED_SECONDS,
        timeout_graceful_shutdown=GRACE,
    )


if __name__ == "__main__":
    main()
