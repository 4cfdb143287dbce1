"""Whom Envoy asks: the environments, the agent's streams, the agent itself. The words are those of Envoy's API, v3."""

import ipaddress
import os
import ssl
from typing import Any

from bluegreen.core.environment import Environment
from bluegreen_router.settings import Origin, Settings

AGENT, ENVIRONMENTS, STREAMS = "agent", "environments", "streams"
COPIES, MIRROR = "copies", "mirror"  # the way to the idle environment for copies of requests, and itself
_MIRRORED_AT_ONCE, MIRRORED_SECONDS = 64, 10  # a copy that nobody waits for may not pile up
ROLE, NAME, SUBSET = "role", "environment", "envoy.lb"
SOCKET = "envoy.transport_socket_match"
CONNECT_SECONDS = 1.5  # TCP and TLS together
_UNUSED_SECONDS = 4  # less than the 5 after which common servers close a kept connection: they must not meet a request
_PING_SECONDS = 5
_BUFFER = 128 * 1024
_HEADERS_KB, _HEADERS_MOST = 128, 1000
_ANY = 10**9
_TYPES = "type.googleapis.com/envoy.extensions"
Config = dict[str, Any]


def typed(name: str, kind: str, **more: object) -> Config:
    """An extension of Envoy: its name, and what it is told."""
    return {"name": name, "typed_config": {"@type": f"{_TYPES}.{kind}", **more}}


HTTP = "filters.network.http_connection_manager.v3.HttpConnectionManager"
# Envoy's own numbers for each status have no use here, and cost a request a thirtieth.
ROUTER = typed(
    "envoy.filters.http.router", "filters.http.router.v3.Router", suppress_envoy_headers=True, dynamic_stats=False
)
# Names of headers come in the writing that all know, as Go's proxies write them too: Content-Type. To keep each as it
# was written costs a request twice as much. Trailers pass.
HTTP_1: Config = {"enable_trailers": True, "header_key_format": {"proper_case_words": {}}}


def clusters(settings: Settings, agent_port: int) -> list[Config]:
    """`agent_port` is where the agent says who serves."""
    return [_environments(settings), _streams(), _copies(), _mirror(settings), desk(agent_port)]


def _environments(settings: Settings) -> Config:
    """Both, told apart by their role, so that a try of a request goes to whoever serves at that moment."""
    secure = settings.origins[Environment.BLUE].scheme == "https"
    return {
        **_followed(ENVIRONMENTS),
        "connect_timeout": f"{CONNECT_SECONDS}s",
        **(_tls_to_each(settings) if secure else {}),
        **upstream_protocols({"auto_config": _versions()} if secure else {"explicit_http_config": _versions(False)}),
    }


def _streams() -> Config:
    return {
        **_followed(STREAMS),
        "connect_timeout": "5s",
        **upstream_protocols({"explicit_http_config": _versions(False)}, max_requests_per_connection=1),
    }


def _copies() -> Config:
    """A listener within Envoy that counts what becomes of copies: an account of each upstream request, which the way of
    users' own would have to keep for that, costs every request a thirtieth."""
    place = {"endpoint": {"address": {"envoy_internal_address": {"server_listener_name": COPIES}}}}
    limits = ("max_connections", "max_pending_requests", "max_requests")
    return {
        "name": COPIES,
        "type": "STATIC",
        "connect_timeout": "1s",
        "load_assignment": {"cluster_name": COPIES, "endpoints": [{"lb_endpoints": [place]}]},
        "circuit_breakers": {"thresholds": [dict.fromkeys(limits, _ANY)]},
        **upstream_protocols({"explicit_http_config": _versions(False)}),
    }


def _mirror(settings: Settings) -> Config:
    """Where copies of users' requests go. What is too much is dropped, and what hangs is given up. A limit of
    connections would have what is too much wait for one, while its time runs out: the environment would be blamed."""
    secure = settings.origins[Environment.BLUE].scheme == "https"
    limits = dict.fromkeys(("max_pending_requests", "max_requests"), _MIRRORED_AT_ONCE)
    return {
        **told_by_the_desk(MIRROR),
        "connect_timeout": f"{CONNECT_SECONDS}s",
        "circuit_breakers": {"thresholds": [{"max_connections": _ANY, **limits}]},
        **(_tls_to_each(settings) if secure else {}),
        **upstream_protocols({"auto_config": _versions()} if secure else {"explicit_http_config": _versions(False)}),
    }


def _followed(name: str) -> Config:
    return {
        **told_by_the_desk(name),
        "lb_subset_config": {
            "fallback_policy": "NO_FALLBACK",
            "subset_selectors": [{"keys": [ROLE]}, {"keys": [NAME]}],
        },
        "per_connection_buffer_limit_bytes": _BUFFER,
    }


def told_by_the_desk(name: str) -> Config:
    """A cluster whose endpoints the desk tells, without Envoy's usual limits of 1,024 at once."""
    rest = {"api_type": "REST", "transport_api_version": "V3", "cluster_names": [AGENT]}
    often = {"refresh_delay": "0.005s", "request_timeout": "10s"}
    where = {"resource_api_version": "V3", "initial_fetch_timeout": "10s", "api_config_source": {**rest, **often}}
    limits = ("max_connections", "max_pending_requests", "max_requests", "max_retries")
    return {
        "name": name,
        "type": "EDS",
        "eds_cluster_config": {"eds_config": where},
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "circuit_breakers": {"thresholds": [dict.fromkeys(limits, _ANY)]},
    }


def desk(port: int) -> Config:
    return {
        "name": AGENT,
        "type": "STATIC",
        "connect_timeout": "2s",
        "load_assignment": {"cluster_name": AGENT, "endpoints": [{"lb_endpoints": [endpoint("127.0.0.1", port)]}]},
    }


def endpoint(address: str, port: int) -> Config:
    return {"endpoint": {"address": socket_address(address, port)}}


def socket_address(address: str, port: int) -> Config:
    return {"socket_address": {"address": address, "port_value": port}}


def upstream_protocols(upstream: Config, **more: object) -> Config:
    """How a cluster speaks to its servers; `more` is common to all versions of HTTP."""
    limits = {"max_headers_count": _HEADERS_MOST, "max_response_headers_kb": _HEADERS_KB}
    options = {
        "common_http_protocol_options": {"idle_timeout": f"{_UNUSED_SECONDS}s", **limits, **more},
        **upstream,
    }
    name = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    return {"typed_extension_protocol_options": {name: {"@type": f"type.googleapis.com/{name}", **options}}}


def _versions(both: bool = True) -> Config:
    """HTTP/1.1, and HTTP/2 with pings: a connection that has gone silent is noticed."""
    plain: Config = {"http_protocol_options": HTTP_1}
    ping = {"interval": f"{_PING_SECONDS}s", "timeout": f"{_PING_SECONDS}s"}
    windows = {"initial_stream_window_size": 1024 * 1024, "initial_connection_window_size": 16 * 1024 * 1024}
    return {**plain, "http2_protocol_options": {"connection_keepalive": ping, **windows}} if both else plain


def _tls_to_each(settings: Settings) -> Config:
    """Envoy wants a socket besides for endpoints that match none, of which there are none here."""
    sockets = [_tls(settings, one) for one in Environment]
    return {"transport_socket_matches": sockets, "transport_socket": sockets[0]["transport_socket"]}


def _tls(settings: Settings, environment: Environment) -> Config:
    origin = settings.origins[environment]
    context = {
        "common_tls_context": {
            "tls_params": {"tls_maximum_protocol_version": "TLSv1_3"},  # else a client's is 1.2
            "validation_context": {
                "trusted_ca": {"filename": _authorities()},
                "match_typed_subject_alt_names": [_name(origin)],
            },
        },
        **({} if _is_address(origin.host) else {"sni": origin.host}),
    }
    kind = "transport_sockets.tls.v3.UpstreamTlsContext"
    socket = typed("envoy.transport_sockets.tls", kind, **context)
    return {"name": environment.value, "match": {"environment": environment.value}, "transport_socket": socket}


def _name(origin: Origin) -> Config:
    kind = "IP_ADDRESS" if _is_address(origin.host) else "DNS"
    return {"san_type": kind, "matcher": {"exact": origin.host}}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _authorities() -> str:
    """Where the system keeps the authorities that it trusts."""
    paths = ssl.get_default_verify_paths()
    return os.environ.get("SSL_CERT_FILE") or paths.cafile or paths.openssl_cafile
