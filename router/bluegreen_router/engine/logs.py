"""What Envoy counts by itself, and which requests it writes a line about: only those that failed.

An environment's time is from the request's last byte to the response header: how slowly a client sends or reads is no
part of it. What a client can bring about is held against nobody: a request that never reached an environment has none
to be counted for, and one that its client left has another flag than one that its environment broke off.
"""

from bluegreen.core.judge.telemetry import BUCKETS_MS
from bluegreen_router.engine.admin import PLACE
from bluegreen_router.engine.clusters import COPIES, ENVIRONMENTS, Config, typed
from bluegreen_router.engine.routes import CLIENT, HEALTH_PATH, LIVE_PATH
from bluegreen_router.settings import Settings

PREFIX = "bluegreen"
FAILED, REQUESTS, ENDED = "failed", "requests", "ended"
USERS_CONNECTIONS, USERS_REQUESTS = "http.users.downstream_cx_active", "http.users.downstream_rq_active"
COPIES_ACTIVE = f"cluster.{COPIES}.upstream_rq_active"
_TRIES = ("upstream_rq_active", "upstream_rq_retry", "upstream_cx_connect_fail")
ENVOYS_OWN = (
    USERS_CONNECTIONS,
    USERS_REQUESTS,
    COPIES_ACTIVE,
    *(f"cluster.{ENVIRONMENTS}.{name}" for name in _TRIES),  # for whoever looks into a router
)
ANSWERED, LOST, LEFT, LEFT_WHOLE = "answered", "lost", "left", "left_whole"
ANSWERED_WITH_BODY, LOST_WITH_BODY = "answered_with_body", "lost_with_body"  # with any method but GET
_ENVIRONMENT = "%UPSTREAM_METADATA(bluegreen:environment)%"
# In one, since each costs a request a hundredth.
_TAGS: list[Config] = [{"name": PLACE, "value_format": f"{_ENVIRONMENT}/%ROUTE_NAME%"}]
_BY_STATUS = [*_TAGS, {"name": "status", "value_format": "%RESPONSE_CODE%"}]
# Envoy's flags: no connection, closed, reset, no response header in time, no HTTP.
_BROKEN = {"response_flag_filter": {"flags": ["UF", "UC", "UR", "UT", "UPE"]}}
_SILENT = {"response_flag_filter": {"flags": ["SI"]}}
_LARGE_HEAD = 16 * 1024  # bytes; many servers hang up on what is larger, without a word
_LINE = {
    "environment": _ENVIRONMENT,
    "route": "%ROUTE_NAME%",
    "status": "%RESPONSE_CODE%",
    "why": "%RESPONSE_CODE_DETAILS%",
    "client": CLIENT,
    "method": "%REQ(:METHOD)%",
    "path": "%REQ(:PATH)%",
}


# No query, no header but the request's id, nothing of a body: what else a client says may be a secret.
_EACH = {
    "time": "%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%",
    "request_id": "%REQ(X-REQUEST-ID):100%",
    "client": CLIENT,
    "method": "%REQ(:METHOD):20%",
    "host": "%REQ(X-FORWARDED-HOST?:AUTHORITY):255%",
    "path": "%PATH(NQ:PATH):2000%",
    "protocol": "%PROTOCOL%",
    "status": "%RESPONSE_CODE%",
    "why": "%RESPONSE_CODE_DETAILS%",
    "environment": _ENVIRONMENT,
    "release": "%UPSTREAM_METADATA(bluegreen:release)%",
    "route": "%ROUTE_NAME%",
    "ms": "%DURATION%",
    "ms_to_header": "%COMMON_DURATION(US_TX_END:US_RX_BEG:ms)%",
    "bytes_in": "%BYTES_RECEIVED%",
    "bytes_out": "%BYTES_SENT%",
}


def access_logs(settings: Settings, failures: str) -> list[Config]:
    """Envoy passes over a request that has no such value: no answer has come, or the request has not come whole."""
    line = {"path": failures, "log_format": {"json_format": _LINE}}
    return [
        *_answered(),
        _timed(_all(_lost(), _asks(True)), {LOST: "%DURATION%"}),
        _timed(_all(_lost(), _asks(False)), {LOST_WITH_BODY: "%DURATION%"}),
        _timed(_left(), {LEFT: "%DURATION%", LEFT_WHOLE: "%REQUEST_DURATION%"}),
        _counts(_blamed(), FAILED),
        {**typed("envoy.access_loggers.file", "access_loggers.file.v3.FileAccessLog", **line), "filter": _blamed()},
        *([_counts(_not_ours(), REQUESTS, _BY_STATUS)] if settings.metrics_port else []),
        *([{**_each_request(), "filter": _not_ours()}] if settings.access_log else []),
    ]


def copies() -> list[Config]:
    """What has become of copies of users' requests, which the users' access log does not tell. One that was never sent,
    since too many wait, has no environment. The environment is to blame for what it would be blamed for if they were
    users': these are what they are compared with. An answer that is not whole in time has begun, or is 504."""
    return [
        _timed(_status("GE", 100), {ANSWERED: _TO_THE_HEADER}),
        _timed(_all(_lost(), _status("GE", 500)), {LOST: "%DURATION%"}),
        _counts(_blamed(), FAILED),
    ]


def _answered() -> list[Config]:
    """What may have a body is counted besides, since its answer may come before its last byte, and then has no time: of
    an upload that is answered early, or a call of gRPC that streams both ways. A count costs a request a fiftieth, so
    GET goes without."""
    some = _status("GE", 100)
    times = _milliseconds({ANSWERED_WITH_BODY: _TO_THE_HEADER})
    return [
        _timed(_all(some, _asks(True)), {ANSWERED: _TO_THE_HEADER}),
        _stats(_all(some, _asks(False)), counters=[_one(ENDED, _TAGS)], histograms=times),
    ]


def _asks(only: bool) -> Config:
    """With GET, or with any other method."""
    return {
        "header_filter": {"header": {"name": ":method", "string_match": {"exact": "GET"}, "invert_match": not only}}
    }


def _each_request() -> Config:
    """On standard error, which nothing else uses: lines of two writers would run into each other."""
    kind = "access_loggers.stream.v3.StderrAccessLog"
    return typed("envoy.access_loggers.stderr", kind, log_format={"json_format": _EACH})


def _not_ours() -> Config:
    """Also what never came to a route, since it was no HTTP."""
    regex = rf"({HEALTH_PATH}|{LIVE_PATH})(\?.*)?"
    own = {"name": ":path", "string_match": {"safe_regex": {"regex": regex}}, "treat_missing_header_as_empty": True}
    return {"header_filter": {"header": {**own, "invert_match": True}}}


_TO_THE_HEADER = "%COMMON_DURATION(US_TX_END:US_RX_BEG:ms)%"


def stats_config() -> Config:
    """Of Envoy's own thousand numbers only those are kept that somebody asks for: each costs a request, and each look
    at ours goes through all of them."""
    buckets = [float(one) for one in BUCKETS_MS]
    ours = {"prefix": f"{PREFIX}."}
    return {
        "histogram_bucket_settings": [{"match": ours, "buckets": buckets}],
        "stats_matcher": {"inclusion_list": {"patterns": [ours, *({"exact": name} for name in ENVOYS_OWN)]}},
    }


def _blamed() -> Config:
    """The environment is to blame: it answered 5xx, or gave no answer, or none that is whole. How a WebSocket ends
    tells nothing: whichever side ends it, the environment is the one to close. A 101 that nobody has asked for is no
    answer; it passes, since to hold it back would cost every request."""
    broken = _all(_broken(), _status("GE", 200), _small_head())
    its_own = _all(_status("GE", 500), _expression(_ITS_OWN))
    unasked = _all(_status("EQ", 101), _expression('!("upgrade" in request.headers)'))
    return {"or_filter": {"filters": [broken, its_own, unasked]}}


def _small_head() -> Config:
    return _expression(f"request.total_size - request.size < {_LARGE_HEAD}")


_ITS_OWN = 'response.code_details == "via_upstream" || response.code_details.startsWith("downstream")'


def _broken() -> Config:
    """Also where nothing came for the longest time: 504. A request that had not come whole by then is answered 408."""
    return {"or_filter": {"filters": [_BROKEN, _all(_SILENT, _status("EQ", 504))]}}


def _lost() -> Config:
    """There was no answer, and the client has waited to the end."""
    return _all(_broken(), _expression('!response.code_details.startsWith("upstream_reset_after")'))


def _left() -> Config:
    """The client went before there was an answer."""
    return _all({"response_flag_filter": {"flags": ["DC"]}}, _status("EQ", 0))


def _status(than: str, status: int) -> Config:
    return {"status_code_filter": _compared(than, status)}


def _compared(than: str, number: int) -> Config:
    return {"comparison": {"op": than, "value": {"default_value": number, "runtime_key": "bluegreen.unset"}}}


def _expression(text: str) -> Config:
    name, kind = "envoy.access_loggers.extension_filters.cel", "access_loggers.filters.cel.v3.ExpressionFilter"
    return {"extension_filter": typed(name, kind, expression=text)}


def _all(*filters: Config) -> Config:
    return {"and_filter": {"filters": list(filters)}}


def _counts(when: Config, counter: str, tags: list[Config] = _TAGS) -> Config:
    return _stats(when, counters=[_one(counter, tags)])


def _one(counter: str, tags: list[Config]) -> Config:
    return {"stat": {"name": counter, "tags": tags}, "value_fixed": 1}


def _timed(when: Config, values: dict[str, str]) -> Config:
    return _stats(when, histograms=_milliseconds(values))


def _milliseconds(values: dict[str, str]) -> list[Config]:
    """Into histograms, by their names."""
    return [
        {"stat": {"name": name, "tags": _TAGS}, "unit": "Milliseconds", "value_format": value}
        for name, value in values.items()
    ]


def _stats(when: Config, **told: list[Config]) -> Config:
    log = typed("envoy.access_loggers.stats", "access_loggers.stats.v3.Config", stat_prefix=PREFIX, **told)
    return {**log, "filter": when}
