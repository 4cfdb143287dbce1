"""Caddy's configuration: written once at start, never reloaded, because a reload drops requests.

A route changes when one of the files that the `{file.…}` placeholders name is renamed into place. Which environment an
answer came from is told from the upstream that was picked, not from a second look at the file. The TLS server name is
the host that was dialled, without being told. The form is in the file Caddyfile beside this one; its words are Caddy's:
caddyserver.com/docs/caddyfile/directives/reverse_proxy, …/map, …/log, and caddyserver.com/docs/conventions.

Trusted: on App Platform only the ingress reaches this port, from a private address, so what a private address says in
`Do-Connecting-Ip`, `X-Forwarded-For` and `X-Forwarded-Proto` is believed; what the public says is not. The environments
get the client in `X-Forwarded-For` and, since their own ingress adds to that one, in `X-Bluegreen-Client-Ip`. They must
not trust the latter from anybody who does not come through the router.
"""

from collections.abc import Mapping
from pathlib import Path
from string import Template

from bluegreen.core.environment import Environment
from bluegreen_router.settings import Settings

HEALTH_PATH, LIVE_PATH = "/_bluegreen/health", "/_bluegreen/live"
SILENT_SECONDS = 15  # less than the 20 after which a switch counts an instance that does not report as gone
PREVIEW_HEADER, PREVIEW_COOKIE = "X-Bluegreen-Preview", "bluegreen_preview"
_FORM = Path(__file__).with_name("Caddyfile")


def caddyfile(settings: Settings, log_port: int, streams: Mapping[Environment, str]) -> str:
    """For a Caddy whose working folder holds the route's files. Their names have a dot and no slash, else the Caddyfile
    takes `{file.…}` for a part of the URL, or for an address that lacks its port.
    `log_port` takes its log lines, `streams` the long-lived requests to an environment."""
    blue, green = settings.origins[Environment.BLUE], settings.origins[Environment.GREEN]
    words = {
        "drain_seconds": settings.drain_seconds,
        "grace_seconds": settings.grace_seconds,
        "bind": settings.bind,
        "port": settings.port,
        "log_port": log_port,
        "blue_hostport": blue.hostport,
        "blue_authority": blue.authority,
        "green_hostport": green.hostport,
        "green_authority": green.authority,
        "blue_streams": streams[Environment.BLUE],
        "green_streams": streams[Environment.GREEN],
        "hold_ms": settings.hold_ms,
        "health_path": HEALTH_PATH,
        "live_path": LIVE_PATH,
        "silent_seconds": SILENT_SECONDS,
        "unusual_headers": _unusual(settings.unusual_headers or ""),
        "tls": "tls" if blue.scheme == "https" else "",
    }
    lines = Template(_FORM.read_text()).substitute(words).splitlines()
    return "\n".join(line for line in lines if line.strip() or not line) + "\n"


def _unusual(names: str) -> str:
    """Caddy drops all headers with _ or . in their names but the expected ones, and of these the form with dashes."""
    named = [name.strip() for name in names.split(",")]
    options = (("_", "expected_underscore_headers"), (".", "expected_dot_headers"))
    found = {option: [name for name in named if mark in name] for mark, option in options}
    return "\n\t\t".join(f"{option} {' '.join(one)}" for option, one in found.items() if one)
