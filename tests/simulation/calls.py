"""The product's functions by name."""

from bluegreen.calls import abort, alert, checks, deploy, github, rollback, switch, watch
from bluegreen.calls.call import Call

_HOOKS = (alert.CALL, github.CALL)
_ALL = (abort.CALL, checks.HEALTH, checks.SMOKE, deploy.CALL, rollback.CALL, switch.CALL, watch.CALL, *_HOOKS)
CALLS: dict[str, Call] = {call.name: call for call in _ALL}
