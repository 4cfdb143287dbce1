"""What Envoy counts by itself, and which requests it writes a line about: only those that failed.

An environment's time is from the request's last byte to the response header: how slowly a client sends or reads is no
part of it. What a client can bring about is held against nobody: a request that never reached an environment has none
to be counted for, and one that its client left has another flag than one that its environment broke off.
"""

from bluegreen.core.judge.telemetry import BUCKETS_MS
from bluegreen_router.engine.clusters import MIRRORS, Config, typed
from bluegreen_router.engine.routes import CLIENT

PREFIX = "bluegreen"
FAILED = "failed"
ANSWERED, LOST, LEFT, LEFT_WHOLE = "answered", "lost", "left", "left_whole"
_ENVIRONMENT = "%UPSTREAM_METADATA(bluegreen:environment)%"
_TAGS = [{"name": "environment", "value_format": _ENVIRONMENT}, {"name": "route", "value_format": "%ROUTE_NAME%"}]
# Envoy's flags: no connection, closed, reset, no response header in time, no HTTP.
_BROKEN = {"response_flag_filter": {"flags": ["UF", "UC", "UR", "UT", "UPE"]}}
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


def access_logs(failures: str) -> list[Config]:
    """Envoy passes over a request that has no such value: no answer has come, or the request has not come whole."""
    line = {"path": failures, "log_format": {"json_format": _LINE}}
    return [
        _counts(_status("GE", 100), histogram=ANSWERED, value=_TO_THE_HEADER),
        _counts(_lost(), histogram=LOST, value="%DURATION%"),
        _counts(_left(), histogram=LEFT, value="%DURATION%"),
        _counts(_left(), histogram=LEFT_WHOLE, value="%REQUEST_DURATION%"),
        _counts(_blamed(), counter=FAILED),
        {**typed("envoy.access_loggers.file", "access_loggers.file.v3.FileAccessLog", **line), "filter": _blamed()},
    ]


_TO_THE_HEADER = "%COMMON_DURATION(US_TX_END:US_RX_BEG:ms)%"


def stats_config() -> Config:
    buckets = [float(one) for one in BUCKETS_MS]
    ours = (f"{PREFIX}.", *(f"cluster.{name}." for name in MIRRORS.values()))
    return {"histogram_bucket_settings": [{"match": {"prefix": prefix}, "buckets": buckets} for prefix in ours]}


def _blamed() -> Config:
    """The environment is to blame: it answered 5xx, or gave no answer, or none that is whole."""
    small = _expression(f"request.total_size - request.size < {_LARGE_HEAD}")
    return {"or_filter": {"filters": [_all(_BROKEN, small), _all(_status("GE", 500), _expression(_ITS_OWN))]}}


_ITS_OWN = 'response.code_details == "via_upstream" || response.code_details.startsWith("downstream")'


def _lost() -> Config:
    """There was no answer, and the client has waited to the end."""
    return _all(_BROKEN, _expression('!response.code_details.startsWith("upstream_reset_after")'))


def _left() -> Config:
    """The client went before there was an answer."""
    return _all({"response_flag_filter": {"flags": ["DC"]}}, _status("EQ", 0))


def _status(than: str, status: int) -> Config:
    value = {"default_value": status, "runtime_key": "bluegreen.unset"}
    return {"status_code_filter": {"comparison": {"op": than, "value": value}}}


def _expression(text: str) -> Config:
    name, kind = "envoy.access_loggers.extension_filters.cel", "access_loggers.filters.cel.v3.ExpressionFilter"
    return {"extension_filter": typed(name, kind, expression=text)}


def _all(*filters: Config) -> Config:
    return {"and_filter": {"filters": list(filters)}}


def _counts(when: Config, counter: str = "", histogram: str = "", value: str = "") -> Config:
    told = {
        "counters": [{"stat": _stat(counter), "value_fixed": 1}] if counter else [],
        "histograms": [{"stat": _stat(histogram), "unit": "Milliseconds", "value_format": value}] if histogram else [],
    }
    log = typed("envoy.access_loggers.stats", "access_loggers.stats.v3.Config", stat_prefix=PREFIX, **told)
    return {**log, "filter": when}


def _stat(name: str) -> Config:
    return {"name": name, "tags": _TAGS}
