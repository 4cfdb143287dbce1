"""The product's functions by name."""

from bluegreen.entrypoints import (
    abort,
    checks_health,
    checks_smoke,
    deploy,
    hooks_alert,
    hooks_github,
    ops_watch,
    rollback,
    status,
    switch,
)
from bluegreen.invocation.entry_point import EntryPoint

_MODULES = (
    *(abort, checks_health, checks_smoke, deploy, rollback, status, switch),
    *(ops_watch, hooks_alert, hooks_github),
)
FUNCTIONS: dict[str, EntryPoint] = {module.ENTRY_POINT.name: module.ENTRY_POINT for module in _MODULES}
