"""deploy: takes a tag into hand for a person, and looks after releases that are requested."""

from bluegreen.calls import set_orders
from bluegreen.calls.call import STORE, TELL, WAKE, Answer, Call, Visit, told
from bluegreen.calls.ordering import asked_service, place, tell
from bluegreen.core import admission, parameters
from bluegreen.core.admission import Order
from bluegreen.core.errors import BadRequest
from bluegreen.steps import deploying, requested
from bluegreen.steps.turn import take_all

_STEPS = (requested.STEP, deploying.STEP)
_PARAMETERS = ("tag", "service", "target", "auto_switch", "skip_smoke_tests", "lift", "fix", "set")


def run(visit: Visit) -> Answer:
    if parameters.is_nudge(visit.event):
        return told(True, take_all(_STEPS, visit.cloud(asked_service(visit))).says)
    given = parameters.read(visit.event, _PARAMETERS)
    if not given.get("tag"):
        raise BadRequest(f"which tag? pass -p tag:v1.3.0 (allowed: {', '.join(_PARAMETERS)})")
    if "set" in given:
        return set_orders.deploy(visit, given, _STEPS)
    service = asked_service(visit)
    options, purpose = parameters.options(given, service.options), parameters.purpose(given)
    order = Order(tag=given["tag"], commit="", options=options, by="a person (deploy)", purpose=purpose)
    cloud = visit.cloud(service)
    placed = place(cloud, f"{order.tag} asked for", lambda record, now: admission.request(record, service, order, now))
    if not placed.outcome.ok:
        return told(False, placed.outcome.says, "`status` shows where everything is")
    tell(cloud, placed)
    done = take_all(_STEPS, cloud)
    what = f"{placed.outcome.says}; {done.says}" if done.taken else placed.outcome.says
    return told(True, what, f"doctl serverless functions invoke status -p service:{service.name}")


CALL = Call("deploy", (*STORE, *TELL, *WAKE, "digitalocean_token", "registry_credentials"), run)
