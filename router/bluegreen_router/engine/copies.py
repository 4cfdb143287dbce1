"""The way of copies of users' requests to the idle environment: a listener that only Envoy itself reaches.

What becomes of a copy is told by the access log of this listener, so that users' requests pay nothing for it.
"""

from bluegreen_router.engine import clusters
from bluegreen_router.engine.clusters import COPIES, HTTP, HTTP_1, MIRROR, ROUTER, Config, typed
from bluegreen_router.engine.logs import copies
from bluegreen_router.engine.routes import COPIED, header
from bluegreen_router.settings import Settings


def copies_listener(settings: Settings) -> Config:
    """Headers pass as the users' listener has left them, but for the host, which is the idle environment's. Where Envoy
    makes a copy it adds its own address to the clients'."""
    route = {"cluster": MIRROR, "timeout": f"{clusters.MIRRORED_SECONDS}s", "auto_host_rewrite": True}
    host = {
        "name": COPIES,
        "domains": ["*"],
        "request_headers_to_remove": ["x-envoy-internal"],
        "request_headers_to_add": [header("x-forwarded-for", "%REQ(X-BLUEGREEN-CLIENT-IP)%")],
        "routes": [{"match": {"prefix": "/"}, "name": COPIED, "route": route}],
    }
    manager = typed(
        "envoy.filters.network.http_connection_manager",
        HTTP,
        stat_prefix=COPIES,
        use_remote_address=False,
        skip_xff_append=True,
        generate_request_id=False,
        preserve_external_request_id=True,
        scheme_header_transformation={"match_upstream": True},
        normalize_path=False,
        merge_slashes=False,
        path_with_escaped_slashes_action="KEEP_UNCHANGED",
        stream_idle_timeout=f"{2 * clusters.MIRRORED_SECONDS}s",  # also where a request does not come whole
        max_request_headers_kb=settings.header_kb + 1,  # with what the router has added
        common_http_protocol_options={"max_headers_count": 1000, "headers_with_underscores_action": "ALLOW"},
        http_protocol_options=HTTP_1,
        route_config={"name": COPIES, "virtual_hosts": [host]},
        http_filters=[*_no_bodies(), ROUTER],
        access_log=copies(),
    )
    return {"name": COPIES, "internal_listener": {}, "filter_chains": [{"filters": [manager]}]}


def _no_bodies() -> list[Config]:
    """A request whose body no header tells of, as in HTTP/2 and in chunks, does not leave the router a second time. One
    byte is the least that the first filter can be told to let pass; it says how long a body was, to the second."""
    has_one = {"name": "content-length", "string_match": {"safe_regex": {"regex": "0*[1-9].*"}}}
    policy = {"permissions": [{"header": has_one}], "principals": [{"any": True}]}
    return [
        typed("envoy.filters.http.buffer", "filters.http.buffer.v3.Buffer", max_request_bytes=1),
        typed(
            "envoy.filters.http.rbac",
            "filters.http.rbac.v3.RBAC",
            rules={"action": "DENY", "policies": {"a body": policy}},
        ),
    ]
