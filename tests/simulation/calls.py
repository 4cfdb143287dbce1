"""The product's functions by name."""

from bluegreen.calls import abort, checks, deploy, github, rollback, switch, watch
from bluegreen.calls.call import Call

_ALL = (abort.CALL, checks.HEALTH, checks.SMOKE, deploy.CALL, github.CALL, rollback.CALL, switch.CALL, watch.CALL)
CALLS: dict[str, Call] = {call.name: call for call in _ALL}
