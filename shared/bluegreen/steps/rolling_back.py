"""Rolling back: production was pointed back by one appended version; here that is carried out and proven.

And what is asked right before: does the idle environment still run what production would go back to? The watch looks
now and then, but somebody may have deployed there a minute ago. Without an answer in little time production goes back
by what was known before, for users suffer now.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bluegreen.clients import bounded
from bluegreen.clients.digitalocean_answers import AppDeployment
from bluegreen.cloud import Cloud
from bluegreen.core import orders, unsettled
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import AppIngress
from bluegreen.core.environment import EnvironmentState, UnsettledDeployment
from bluegreen.core.errors import BluegreenError, NotFound, described
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.orders import Outcome
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record
from bluegreen.core.rollback import lost_way_back, settling
from bluegreen.sources.redeployed import PutThere, can_be_compared, redeployed, since_adopted, taken_out
from bluegreen.steps import native_rollback, production
from bluegreen.steps.native_rollback import NativeRollbackProgress
from bluegreen.steps.step import Step, StepResult
from bluegreen.steps.turn import Turn
from bluegreen.traffic import PublicAnswer

LOOKED_AT = "the way back was looked at"
_WAITED = 2.0  # seconds that users wait for it
_LOST_AFTER = 90.0  # seconds without a trace, after which a deployment was never made
_UNDER_WAY = ("UNKNOWN", "PENDING_BUILD", "BUILDING", "PENDING_DEPLOY", "DEPLOYING")
Change = Callable[[Record, datetime], Outcome]


def look(turn: Turn) -> PublicAnswer | NativeRollbackProgress:
    if turn.release.native is not None:
        return native_rollback.look(turn, turn.release.native)
    production.send_traffic(turn.cloud, turn.record)
    return production.verify_traffic(turn)


def judge(record: Record, seen: PublicAnswer | NativeRollbackProgress, service: Service, now: datetime) -> StepResult:
    if isinstance(seen, NativeRollbackProgress) and record.in_flight.native is not None:
        return native_rollback.judge(record, record.in_flight.native, seen, now)
    if not isinstance(seen, PublicAnswer):
        return StepResult(record, Finding(verdict=Verdict.WAIT, says="looked at once more", again_in=2))
    verdict = Verdict.GOOD if seen.followed else Verdict.WAIT
    record = production.with_idle_kept_free(record, seen, now)
    return StepResult(record, Finding(verdict=verdict, says=seen.says, again_in=2))


def look_at_way_back(cloud: Cloud, record: Record) -> Change | None:
    """What has to be written of the idle environment; None where it is as it is known."""
    idle = record.on(record.idle)
    if idle.unsettled is not None:
        return _settling(cloud, record)
    left = PutThere(record.idle, idle.tag, idle.commit, idle.digest, idle.deployment)
    if not orders.has_way_back(record) or idle.pinned or not can_be_compared(cloud.service, left, adopted=True):
        return None
    api, app = cloud.clients.digitalocean, cloud.service.app(record.idle)
    try:
        found, traffic = api.app(app), cloud.service.traffic
        if isinstance(traffic, AppIngress):
            why = taken_out(found, record.idle, traffic.components[record.idle])
        else:
            why = redeployed(found, left, deploying=False) or since_adopted(found, left, partial(api.deployment, app))
    except NotFound:
        api.app(cloud.service.app(record.active))  # a token of another team sees neither: that says nothing
        why = f"{record.idle.value}'s app {app} is gone: name another in bluegreen.yml and deploy the functions first"
    return partial(_taken_away, cloud=cloud, known=idle, why=why) if why else None


def _settling(cloud: Cloud, record: Record) -> Change | None:
    known = unsettled.is_due(record)
    return partial(_settled, cloud=cloud, known=known, end=_end(cloud, record, known)) if known else None


def look_at_once(cloud: Cloud, record: Record) -> Change | None:
    """Right before production goes there. An API that is away, or slow, stops nothing."""
    try:
        with bounded.within(min(_WAITED, cloud.clock.remaining()), cloud.clock.seconds):
            return look_at_way_back(cloud, record)
    except Exception as error:  # noqa: BLE001 - a way back is never blocked by what is asked first
        why = str(error) if isinstance(error, BluegreenError) else described(error)
        cloud.log("where production goes back to was not looked at", why=why, level="warning")
        return None


def confirm(turn: Turn) -> None:
    """The release in its bake is at fault: what is not there any more is written down, so that nothing leads there."""
    change = look_at_once(turn.cloud, turn.record)
    if change is not None:
        now = turn.cloud.clock.now()
        turn.change(LOOKED_AT, lambda record: change(record, now).record)


def _settled(record: Record, now: datetime, cloud: Cloud, known: UnsettledDeployment, end: AppDeployment) -> Outcome:
    after = settling.settled(record, cloud.service, known, end.id, end.phase, now)
    return Outcome(True, after, f"the deployment of {known.tag} is {end.phase}")


def _taken_away(record: Record, now: datetime, cloud: Cloud, known: EnvironmentState, why: str) -> Outcome:
    return lost_way_back.taken_away(record, cloud.service, known, why, now)


def _end(cloud: Cloud, record: Record, known: UnsettledDeployment) -> AppDeployment:
    """Its deployment as it is now; where it is still under way it is cancelled once more."""
    app, api = cloud.service.app(record.idle), cloud.clients.digitalocean
    try:
        made = api.deployment(app, known.id) if known.id else _traced(cloud, record, known)
    except NotFound:
        return _without_it(cloud, app, known)
    if made.phase not in _UNDER_WAY or not made.id:
        return made
    try:
        return api.cancel(app, made.id)
    except BluegreenError as error:
        cloud.log("deployment could not be cancelled", deployment=made.id, why=str(error), level="warning")
        return made


def _traced(cloud: Cloud, record: Record, known: UnsettledDeployment) -> AppDeployment:
    """It was asked for, and the answer was lost."""
    made = cloud.source.trace(record.idle, known.commit, known.digest, known.before)
    lost = (cloud.clock.now() - known.intended_at).total_seconds() >= _LOST_AFTER
    return made or AppDeployment(id="", phase=settling.NEVER_MADE if lost else "UNKNOWN")


def _without_it(cloud: Cloud, app: str, known: UnsettledDeployment) -> AppDeployment:
    """DigitalOcean does not know it: only what is live tells."""
    found = cloud.clients.digitalocean.app(app)
    live = found.active_deployment.id if found.active_deployment else ""
    as_before = live and live == known.ran.deployment and found.under_way is None
    return AppDeployment(id=known.id, phase=settling.NEVER_MADE if as_before else "UNKNOWN")


STEP = Step(Phase.ROLLING_BACK, look, judge)
