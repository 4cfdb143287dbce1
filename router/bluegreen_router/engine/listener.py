"""Where users come in, and how HTTP is read.

Trusted: on App Platform only the ingress reaches this port, from a private address, so what a private address says in
`Do-Connecting-Ip`, `X-Forwarded-For` and `X-Forwarded-Proto` is believed; what the public says is not. The environments
get the client in `X-Forwarded-For` and, since their own ingress adds to that one, in `X-Bluegreen-Client-Ip`.
"""

from bluegreen_router.engine.clusters import HTTP, HTTP_1, ROUTER, Config, socket_address, typed
from bluegreen_router.engine.logs import access_logs
from bluegreen_router.engine.names import CLIENT_HEADER, TRUSTED_HOPS, dropped, others
from bluegreen_router.engine.replies import local_replies
from bluegreen_router.engine.rewrite import rewriting
from bluegreen_router.engine.routes import virtual_host
from bluegreen_router.settings import Settings

_BUFFER = 128 * 1024
_HEADER_SECONDS = 60


def listener(settings: Settings, failures: str) -> Config:
    """`failures` is the path of the file that takes the lines about requests that failed."""
    ranges = [_range(one) for one in TRUSTED_HOPS]
    return {
        "name": "users",
        "address": socket_address(settings.bind, settings.port),
        "per_connection_buffer_limit_bytes": _BUFFER,
        "filter_chains": [
            {
                "filter_chain_match": {"source_prefix_ranges": ranges},
                "filters": [_http(settings, failures, _ingress(ranges))],
            },
            {"filters": [_http(settings, failures, {"use_remote_address": True})]},
        ],
    }


def _range(text: str) -> Config:
    address, _, length = text.partition("/")
    return {"address_prefix": address, "prefix_len": int(length)}


def _ingress(ranges: list[Config]) -> Config:
    header = "http.original_ip_detection.custom_header.v3.CustomHeaderConfig"
    forwarded = "http.original_ip_detection.xff.v3.XffConfig"
    return {
        "use_remote_address": False,
        "original_ip_detection_extensions": [
            typed("envoy.http.original_ip_detection.custom_header", header, header_name=CLIENT_HEADER),
            typed(
                "envoy.http.original_ip_detection.xff",
                forwarded,
                xff_trusted_cidrs={"cidrs": ranges},
                skip_xff_append=True,
            ),
        ],
    }


def _http(settings: Settings, failures: str, clients: Config) -> Config:
    return typed(
        "envoy.filters.network.http_connection_manager",
        HTTP,
        **clients,
        stat_prefix="users",
        skip_xff_append=True,
        generate_request_id=True,
        preserve_external_request_id=True,
        server_header_transformation="PASS_THROUGH",
        scheme_header_transformation={"match_upstream": True},
        normalize_path=False,
        merge_slashes=False,
        path_with_escaped_slashes_action="KEEP_UNCHANGED",
        max_request_headers_kb=settings.header_kb,
        common_http_protocol_options={"max_headers_count": 1000, "headers_with_underscores_action": "ALLOW"},
        http_protocol_options=_http_1(),
        http2_protocol_options={
            "initial_stream_window_size": 256 * 1024,
            "initial_connection_window_size": 1024 * 1024,
            "max_concurrent_streams": 250,
        },
        # Nothing that comes in pieces before the header is whole begins it anew, so it is the time limit of the header;
        # from there on the route's is in force. A limit of the header by itself would be one more clock a request.
        stream_idle_timeout=f"{_HEADER_SECONDS:g}s",
        request_timeout=f"{settings.body_seconds:g}s",
        upgrade_configs=[{"upgrade_type": "websocket"}],
        early_header_mutation_extensions=[_dropping(settings)],
        route_config={"name": "routes", "virtual_hosts": [virtual_host(settings)]},
        http_filters=[
            *rewriting(settings),
            ROUTER,
        ],
        access_log=access_logs(settings, failures),
        local_reply_config=local_replies(),
    )


def _http_1() -> Config:
    return {
        "accept_http_10": True,
        "default_host_for_http_10": "localhost",
        **HTTP_1,
        "ignore_http_11_upgrade": [{"safe_regex": {"regex": f"(?i){others(['websocket'])}"}}],
    }


def _dropping(settings: Settings) -> Config:
    unusual = [name.strip() for name in (settings.unusual_headers or "").split(",") if name.strip()]
    return typed(
        "envoy.http.early_header_mutation.header_mutation",
        "http.early_header_mutation.header_mutation.v3.HeaderMutation",
        mutations=[
            {"remove_on_match": {"key_matcher": {"safe_regex": {"regex": dropped(unusual)}}}},
        ],
    )
