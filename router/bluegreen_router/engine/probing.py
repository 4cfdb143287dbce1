"""The way of the probes: a listener at a Unix socket that only the router's user may open. It leads to an environment
by its name, whichever serves, through the cluster of users' requests: what these meet in TLS, in HTTP/2, in an answer
that Envoy refuses, probes meet too. Only the tries are left out. Users' requests pay nothing for it.
"""

from bluegreen.core.environment import Environment
from bluegreen_router.engine.clusters import ENVIRONMENTS, HTTP, HTTP_1, NAME, ROUTER, SUBSET, Config, typed
from bluegreen_router.engine.routes import header

WHOM = "x-bluegreen-environment"  # asked for in a request, and in the answer once there was one to be asked
_NAME = "probes"


def probes_listener(path: str) -> Config:
    """`path` is the socket's. Who asks gives up by itself, so there are no limits of time."""
    host = {
        "name": _NAME,
        "domains": ["*"],
        "request_headers_to_remove": [WHOM, "x-forwarded-proto", "x-envoy-internal", "x-envoy-expected-rq-timeout-ms"],
        "routes": [_to(one) for one in Environment],
    }
    manager = typed(
        "envoy.filters.network.http_connection_manager",
        HTTP,
        stat_prefix=_NAME,
        use_remote_address=False,
        skip_xff_append=True,
        generate_request_id=False,
        scheme_header_transformation={"match_upstream": True},
        normalize_path=False,
        merge_slashes=False,
        path_with_escaped_slashes_action="KEEP_UNCHANGED",
        http_protocol_options=HTTP_1,
        route_config={"name": _NAME, "virtual_hosts": [host]},
        http_filters=[ROUTER],
    )
    return {
        "name": _NAME,
        "address": {"pipe": {"path": path, "mode": 0o600}},
        "ignore_global_conn_limit": True,
        "filter_chains": [{"filters": [manager]}],
    }


def _to(one: Environment) -> Config:
    return {
        "match": {"prefix": "/", "headers": [{"name": WHOM, "string_match": {"exact": one.value}}]},
        "response_headers_to_add": [header(WHOM, "%UPSTREAM_METADATA(bluegreen:environment)%")],
        "route": {
            "cluster": ENVIRONMENTS,
            "metadata_match": {"filter_metadata": {SUBSET: {NAME: one.value}}},
            "timeout": "0s",
            "auto_host_rewrite": True,
        },
    }
