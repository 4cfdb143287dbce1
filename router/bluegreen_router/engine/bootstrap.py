"""All that Envoy is told, in one file that is written once, at the start."""

from bluegreen_router.engine.clusters import Config, clusters, typed
from bluegreen_router.engine.copies import copies_listener
from bluegreen_router.engine.listener import listener
from bluegreen_router.engine.logs import stats_config
from bluegreen_router.engine.probing import probes_listener
from bluegreen_router.settings import Settings

_PATTERNS = "re2.max_program_size.error_level"  # ours are not written by strangers
_INTERNAL = "bootstrap.internal_listener.v3.InternalListener"

_LIMITS: Config = {"name": "limits", "static_layer": {_PATTERNS: 10_000}}


def bootstrap(settings: Settings, agent_port: int, doors: tuple[str, str], failures: str) -> Config:
    """`doors` are Unix sockets that only this user may open: for orders, and for probes."""
    admin, probes = doors
    return {
        "node": {"id": settings.instance, "cluster": settings.service},
        "admin": {"address": {"pipe": {"path": admin, "mode": 0o600}}, "ignore_global_conn_limit": True},
        "stats_config": stats_config(),
        "stats_flush_on_admin": True,
        "bootstrap_extensions": [typed("envoy.bootstrap.internal_listener", _INTERNAL)],
        **({"overload_manager": _no_more_than(settings.most_connections)} if settings.most_connections else {}),
        "layered_runtime": {"layers": [_LIMITS, {"name": "told", "admin_layer": {}}]},
        "static_resources": {
            "listeners": [listener(settings, failures), copies_listener(settings), probes_listener(probes)],
            "clusters": clusters(settings, agent_port),
        },
    }


def _no_more_than(connections: int) -> Config:
    """What comes besides is closed at once."""
    kind = "resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig"
    name = "envoy.resource_monitors.global_downstream_max_connections"
    return {"resource_monitors": [typed(name, kind, max_active_downstream_connections=connections)]}
