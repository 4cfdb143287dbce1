"""Who serves, as Envoy's discovery of endpoints is told (EDS over REST, API version 3)."""

from collections.abc import Mapping, Sequence

from bluegreen.core.environment import Environment
from bluegreen_router.engine.clusters import (
    ENVIRONMENTS,
    MIRROR,
    NAME,
    ROLE,
    SOCKET,
    STREAMS,
    SUBSET,
    Config,
    socket_address,
)
from bluegreen_router.route import Route, label
from bluegreen_router.settings import Origin

SILENT_SECONDS = 15  # less than the 20 after which a switch counts an instance that does not report as gone
_TYPE = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"


def discovery(version: str, cluster: str, endpoints: Sequence[Config]) -> Config:
    """Unless it is told anew in time, Envoy forgets it, and serves nobody: a silent agent follows no switch."""
    assignment = {
        "@type": _TYPE,
        "cluster_name": cluster,
        "policy": {"endpoint_stale_after": f"{SILENT_SECONDS}s"},
        "endpoints": [{"locality": {}, "lb_endpoints": list(endpoints)}],
    }
    return {"version_info": version, "type_url": _TYPE, "resources": [assignment]}


def endpoints(
    route: Route | None,
    origins: Mapping[Environment, Origin],
    addresses: Mapping[Environment, Sequence[str]],
    streams: Mapping[Environment, int],
) -> dict[str, list[Config]]:
    """By cluster. Without a route there are none."""
    if route is None:
        return {name: [] for name in (ENVIRONMENTS, STREAMS, MIRROR)}
    known = [one for one in Environment if addresses.get(one)]
    places = {one: _place(route, one, origins[one], addresses[one], origins[one].port) for one in known}
    mirrored = route.active.other if route.mirrored else None
    return {
        MIRROR: [places[mirrored]] if mirrored in places else [],
        ENVIRONMENTS: list(places.values()),
        STREAMS: [_place(route, one, origins[one], ("127.0.0.1",), streams[one]) for one in Environment],
    }


def _place(route: Route, one: Environment, origin: Origin, addresses: Sequence[str], port: int) -> Config:
    """One endpoint with all its addresses: Envoy goes on to the next while a connection is not made."""
    first, *more = (socket_address(address, port) for address in addresses)
    also = {"additional_addresses": [{"address": address} for address in more]} if more else {}
    told = {
        SUBSET: {ROLE: "active" if one is route.active else "idle", NAME: one.value},
        "bluegreen": {"environment": one.value, "release": label(route.tags.get(one, ""))},
        SOCKET: {"environment": one.value},
    }
    return {
        "endpoint": {"address": first, "hostname": origin.authority, **also},
        "metadata": {"filter_metadata": told},
    }
