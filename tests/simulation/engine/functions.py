"""The product's functions by name."""

from bluegreen.entrypoints import (
    abort,
    checks,
    deploy,
    hooks_alert,
    hooks_github,
    ops_watch,
    rollback,
    switch,
)
from bluegreen.invocation.call import Call

_HOOKS = (hooks_alert.CALL, hooks_github.CALL)
_ALL = (abort.CALL, checks.HEALTH, checks.SMOKE, deploy.CALL, rollback.CALL, switch.CALL, ops_watch.CALL, *_HOOKS)
FUNCTIONS: dict[str, Call] = {call.name: call for call in _ALL}
