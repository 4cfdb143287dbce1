"""Which request goes where, and what is said on its way. Never changed: who serves is told by the endpoints' roles."""

import re

from bluegreen_router.engine.clusters import AGENT, COPIES, ENVIRONMENTS, ROLE, STREAMS, SUBSET, Config
from bluegreen_router.engine.names import CLIENT_HEADER, PREVIEW_HEADER
from bluegreen_router.settings import Settings

HEALTH_PATH, LIVE_PATH = "/_bluegreen/health", "/_bluegreen/live"
PREVIEW_COOKIE, COOKIE_FILTER = "bluegreen_preview", "cookie"
OURS, USERS, PREVIEW = "ours", "users", "preview"
STREAMED = "streamed"  # users' too, by way of the agent
MIRRORED = "mirrored"  # users' too, and sent to the idle environment besides
COPIED, _COPY_HEADER = "copied", "x-bluegreen-mirrored"  # what is sent there
SHARE = "bluegreen.mirror"  # how many of 10,000, as it is told while Envoy runs
CLIENT = "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"
_GAP = 400  # milliseconds at most between two tries
SILENCE_SECONDS = 3600  # how long a side may be silent is for the ingress and the environment to say
_LABELS = "%UPSTREAM_METADATA(bluegreen:{})%"


def virtual_host(settings: Settings) -> Config:
    told = {"x-bluegreen-client-ip": CLIENT, "x-forwarded-host": "%REQ(:AUTHORITY)%"}
    if settings.origin_secret is not None:
        told["x-bluegreen-origin-secret"] = settings.origin_secret.get_secret_value()
    upgrade, events = _has("upgrade", {"exact": "websocket"}), _has("accept", {"contains": "text/event-stream"})
    streams = [_environment(STREAMED, [one], STREAMS, "active") for one in (upgrade, events)]
    cookie = _said_in("cookie", PREVIEW_COOKIE)
    plain = [_not(one) for one in (cookie, upgrade, events)]
    with_cookie = (*streams, _environment(USERS, [], ENVIRONMENTS, "active", _tries(settings)))
    return {
        "name": "production",
        "domains": ["*"],
        "request_headers_to_remove": [CLIENT_HEADER, PREVIEW_HEADER],
        "request_headers_to_add": [
            header("x-forwarded-for", CLIENT),
            *(_new(name, value) for name, value in told.items()),
        ],
        "routes": [
            *(_own(path) for path in (HEALTH_PATH, LIVE_PATH)),
            *map(_without_the_cookie, _previews(settings)),
            # Most requests are plain, and what is looked at before theirs costs each of them.
            _mirrored(settings, plain),
            _environment(USERS, plain, ENVIRONMENTS, "active", _tries(settings)),
            *(_without_the_cookie(one, cookie) for one in with_cookie),
            *streams,
        ],
    }


def _without_the_cookie(route: Config, *more: Config) -> Config:
    """The filter that takes the preview's cookie away is dear: it is there for requests that have such a cookie."""
    there = {"@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "config": {}}
    match = {**route["match"], "headers": [*more, *route["match"]["headers"]]}
    return {**route, "match": match, "typed_per_filter_config": {COOKIE_FILTER: there}}


def _said_in(name: str, text: str) -> Config:
    return {"name": name, "string_match": {"contains": text}}


def _not(said: Config) -> Config:
    """Without such a header, too."""
    return {**said, "invert_match": True, "treat_missing_header_as_empty": True}


def header(name: str, value: str) -> Config:
    return {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}


def _new(name: str, value: str) -> Config:
    """A header that no client's request still has (`dropped`), which is cheaper than one that may be there."""
    return {"header": {"key": name, "value": value}, "append_action": "APPEND_IF_EXISTS_OR_ADD"}


def _own(path: str) -> Config:
    return {"match": {"path": path}, "name": OURS, "route": {"cluster": AGENT, "timeout": "1s"}}


def _previews(settings: Settings) -> list[Config]:
    if settings.preview_secret is None:
        return []
    secret = settings.preview_secret.get_secret_value()
    by_header: Config = {"name": PREVIEW_HEADER, "string_match": {"exact": secret}}
    pattern = f"(?s)(.*;)?\\s*{PREVIEW_COOKIE}={re.escape(secret)}\\s*(;.*)?"
    by_cookie: Config = {"name": "cookie", "string_match": {"safe_regex": {"regex": pattern}}}
    said = [
        header("cache-control", "private, no-store"),
        {"header": {"key": "vary", "value": "Cookie, X-Bluegreen-Preview"}, "append_action": "APPEND_IF_EXISTS_OR_ADD"},
    ]
    routes = [_environment(PREVIEW, [one], ENVIRONMENTS, "idle", _tries(settings)) for one in (by_header, by_cookie)]
    for route in routes:
        route["response_headers_to_add"] += said
    return routes


def _has(name: str, value: Config) -> Config:
    """In any case of its letters."""
    return {"name": name, "string_match": {**value, "ignore_case": True}}


def _environment(name: str, headers: list[Config], cluster: str, role: str, more: Config | None = None) -> Config:
    return {
        "name": name,
        "match": {"prefix": "/", "headers": headers},
        "response_headers_to_add": [
            header("x-bluegreen-environment", _LABELS.format("environment")),
            header("x-bluegreen-release", _LABELS.format("release")),
        ],
        "route": {
            "cluster": cluster,
            "metadata_match": {"filter_metadata": {SUBSET: {ROLE: role}}},
            "timeout": "0s",
            "idle_timeout": f"{SILENCE_SECONDS:g}s",
            "auto_host_rewrite": True,
            **(more or {}),
        },
    }


def _mirrored(settings: Settings, plain: list[Config]) -> Config:
    """A share of what only asks, has no body and tells no secret that the settings spare. Nobody waits for the copy."""
    spared = {"none": ("authorization", "cookie"), "cookies": ("authorization",), "all": ()}
    no_body: Config = {"string_match": {"safe_regex": {"regex": "0*"}}, "treat_missing_header_as_empty": True}
    asks: list[Config] = [
        *plain,
        {"name": ":method", "string_match": {"safe_regex": {"regex": "GET|HEAD"}}},
        {"name": "content-length", **no_body},
        *(_has_not(name) for name in ("content-type", *spared[settings.mirror_credentials])),
    ]
    copies = {"request_mirror_policies": [_copy()]}
    route = _environment(MIRRORED, asks, ENVIRONMENTS, "active", {**_tries(settings), **copies})
    none: Config = {"default_value": {"numerator": 0, "denominator": "TEN_THOUSAND"}, "runtime_key": SHARE}
    route["match"]["runtime_fraction"] = none
    return route


def _copy() -> Config:
    return {
        "cluster": COPIES,
        "disable_shadow_host_suffix_append": True,
        "request_headers_mutations": [{"append": header(_COPY_HEADER, "1")}],
    }


def _has_not(name: str) -> Config:
    return {"name": name, "present_match": True, "invert_match": True}


def _tries(settings: Settings) -> Config:
    """Only what cannot have been heard is tried again: no connection, or a stream that HTTP/2 says was not looked at.
    Envoy draws each pause between nothing and the gap. A try ends where the response header does not come in time; the
    longest time is that of a connection on which nothing comes, and needs no clock for each try."""
    gap = min(_GAP, max(settings.hold_ms, 1))
    limited = settings.answer_seconds < SILENCE_SECONDS
    return {
        "retry_policy": {
            "retry_on": "connect-failure,refused-stream",
            "num_retries": settings.hold_ms // gap,
            "retry_back_off": {"base_interval": f"{gap / 1000}s", "max_interval": f"{gap / 1000}s"},
            **({"per_try_timeout": f"{settings.answer_seconds:g}s"} if limited else {}),
        }
    }
