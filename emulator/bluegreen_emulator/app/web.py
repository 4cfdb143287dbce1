"""The app's routes, each behind the fault switch; every answer names the release in `X-Release`."""

import asyncio
import json
import os
from dataclasses import asdict, dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bluegreen_emulator.app import pages
from bluegreen_emulator.app.fault import Fault, Spread, parse


@dataclass
class Release:
    """What runs here: its version, where, and what is wrong with it."""

    version: str
    environment: str
    fault: Fault = field(default_factory=Fault)
    spread: Spread = field(default_factory=Spread)


def create_app(release: Release) -> Starlette:
    async def faulty(request: Request, call_next: RequestResponseEndpoint) -> Response:
        answer = await _suffer(release, request) or await call_next(request)
        answer.headers["X-Release"] = release.version
        return answer

    return Starlette(routes=_routes(release), middleware=[Middleware(BaseHTTPMiddleware, dispatch=faulty)])


def _routes(release: Release) -> list[Route]:
    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": release.version, "environment": release.environment})

    async def front(_: Request) -> Response:
        return HTMLResponse(pages.front(release.version, release.environment))

    async def login(_: Request) -> Response:
        return HTMLResponse(pages.login(release.environment))

    async def db(request: Request) -> Response:
        return _dependency(_fault_for(release, request).db, 3)

    async def redis(request: Request) -> Response:
        return _dependency(_fault_for(release, request).redis, 1)

    async def signin(request: Request) -> Response:
        if _fault_for(release, request).db == "down":
            return JSONResponse({"error": "the database does not answer"}, 503)
        return JSONResponse({"error": "wrong email or password"}, 401)

    async def fault(request: Request) -> Response:
        return await _switch(release, request)

    return [
        Route("/", front),
        Route("/login", login),
        Route("/api/health", health),
        Route("/api/health/db", db),
        Route("/api/health/redis", redis),
        Route("/api/auth/signin", signin, methods=["POST"]),
        Route("/_fault", fault, methods=["GET", "PUT", "DELETE"]),
    ]


def _fault_for(release: Release, request: Request) -> Fault:
    return release.fault if release.fault.applies(request.headers) else Fault()


async def _suffer(release: Release, request: Request) -> Response | None:
    """What the fault does to this request before its route sees it; None lets it pass."""
    fault = _fault_for(release, request)
    if request.url.path == "/_fault":
        return None
    if fault.crash:
        print("fatal: the release crashes, as its fault says", flush=True)
        os._exit(1)
    if fault.slow_ms:
        await asyncio.sleep(fault.slow_ms / 1000)
    if fault.share and release.spread.fails(fault.share):
        return JSONResponse({"error": "internal server error"}, 500)
    return None


async def _switch(release: Release, request: Request) -> Response:
    if request.method == "DELETE":
        release.fault = Fault()
    if request.method == "PUT":
        try:
            release.fault = parse(json.loads(await request.body()))
        except ValueError as problem:
            return JSONResponse({"error": str(problem)}, 400)
    return JSONResponse(asdict(release.fault))


def _dependency(state: str, latency: int) -> Response:
    healthy = state == "up"
    return JSONResponse({"healthy": healthy, "latency": latency if healthy else None}, 200 if healthy else 503)
