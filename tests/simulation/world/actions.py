"""Actions: what people, GitHub, DigitalOcean and failing machines do. `push v1.3.0`: a verb, then its arguments."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bluegreen.clients.store.journal import Journal
from bluegreen.core.environment import Environment
from bluegreen.core.lost_journal import recovered
from bluegreen_emulator.digitalocean.errors import ApiError
from tests.simulation.world.provider_routing import ProviderRouting
from tests.simulation.world.service_config import REPOSITORY, SECRETS
from tests.simulation.world.world import Decay

if TYPE_CHECKING:
    from tests.simulation.engine.invocation import Invocation
    from tests.simulation.engine.run import Run

_LONG = 120.0  # seconds that an alert has been firing for before anybody hears of it
DEFECTS: dict[str, dict[str, Any]] = {
    "good": {},
    "bad-in-production": {"share": 0.3, "when": "production"},
    "unhealthy": {"share": 1.0},
    "fails-smoke": {"smoke": "down"},
    "crashes": {"crash": True},
}


def perform(run: "Run", what: str) -> "Invocation | None":
    """Does it; the invocation that it leads to, None where it leads to none."""
    word, *given = what.split()
    made, routing = _ACTIONS[word](run, *given), run.world.routing
    if isinstance(routing, ProviderRouting):
        routing.written_by("", None, run.world.clock.t)
    return made


def _push(run: "Run", tag: str, kind: str = "good") -> "Invocation | None":
    _tag(run, tag, kind)
    return _redeliver(run, tag)


def _push_unheard(run: "Run", tag: str, kind: str = "good") -> None:
    """The tag is there, its webhook never comes."""
    _tag(run, tag, kind)


def _redeliver(run: "Run", tag: str, delivery: str = "") -> "Invocation | None":
    """The webhook of a tag that was pushed; the same delivery however often, unless another is named."""
    pushed = run.world.repository.tags.get(tag)
    if pushed is None:
        return None
    payload = {
        "ref": f"refs/tags/{tag}",
        "repository": {"full_name": REPOSITORY},
        "head_commit": {"id": pushed.commit},
        "pusher": {"name": "lee"},
    }
    return run.begin("hooks/github", {"http": signed(json.dumps(payload), delivery or f"delivery-{tag}")})


def _tag(run: "Run", tag: str, kind: str) -> None:
    if tag not in run.world.repository.tags:
        run.world.image_built(tag, run.world.repository.release(tag, DEFECTS[kind]))
        run.ledger.liveness.pushed(tag)


def signed(body: str, delivery: str) -> dict[str, Any]:
    """As GitHub sends it."""
    signature = _signature("BLUEGREEN_GITHUB_WEBHOOK_SECRET", body)
    return _posted(body, {"x-github-event": "push", "x-github-delivery": delivery, "x-hub-signature-256": signature})


def _signature(secret: str, body: str) -> str:
    return f"sha256={hmac.new(SECRETS[secret].encode(), body.encode(), hashlib.sha256).hexdigest()}"


def _posted(body: str, headers: dict[str, str]) -> dict[str, Any]:
    return {"headers": {"content-type": "application/json", **headers}, "body": body, "isBase64Encoded": False}


def _nudge(run: "Run", function: str) -> "Invocation | None":
    """A wake-up that nobody sent just now; monitoring says the same again."""
    if function == "hooks/alert":
        return _alert(run, "again")
    event = {"specversion": "1.0", "type": "bluegreen.release.nudged", "subject": run.ledger.settings.name}
    return run.begin(function, event) if function != "hooks/github" else None


def _deploy(run: "Run", tag: str, *lift: str) -> "Invocation | None":
    return run.begin("deploy", {"tag": tag} | dict.fromkeys(lift, "true"))


def _rollback(run: "Run", how: str) -> "Invocation | None":
    """To a tag (`to:v1.2.0`), or by App Platform itself (`native:true`)."""
    name, _, value = how.partition(":")
    return run.begin("rollback", {name: value})


def _alert(run: "Run", *said: str) -> "Invocation | None":
    """Critical, of the service, and beginning now, unless something else is said of it."""
    sent = run.world.alerts
    if not {"again", "resolved"} & {*said}:
        sent.append(_alert_body(run, *said))
    if not sent:
        return None
    body = sent[-1].replace('"firing"', '"resolved"') if "resolved" in said else sent[-1]
    proof = {"x-bluegreen-signature-256": _signature("BLUEGREEN_ALERT_SECRET", body)}
    return run.begin("hooks/alert", {"http": _posted(body, {} if "unsigned" in said else proof)})


def _alert_body(run: "Run", *said: str) -> str:
    began = run.world.clock.at(run.world.clock.t - (_LONG if "old" in said else 0.0))
    body: dict[str, Any] = {"name": "TooManyErrors", "status": "firing"}
    body |= {"severity": "warning" if "warning" in said else "critical"}
    body |= {"service": "another" if "another" in said else run.ledger.settings.name}
    body |= {} if "undated" in said else {"started_at": began.isoformat()}
    about = next((which for which in ("idle", "active") if which in said), "")
    return json.dumps(body | ({"labels": {"environment": _environment(run, about).value}} if about else {}))


def _move_tag(run: "Run", tag: str) -> "Invocation | None":
    """Somebody forces a tag onto another commit."""
    if tag not in run.world.repository.tags:
        return None
    made = run.world.repository.commit(version=f"{tag}-moved", message="forced")
    run.world.repository.tag(tag, made.sha)
    run.world.image_built(tag, made)
    return _redeliver(run, tag, f"delivery-{tag}-moved")


def _maintenance(run: "Run", which: str) -> None:
    """While a deployment of ours is under way there, what ran before it comes back after it."""
    if run.world.platform.app(_name(run, which)).unfinished:
        run.ledger.production_checks.tampered(_environment(run, which), for_good=True)
    _if_accepted(lambda: run.world.platform.maintenance(_name(run, which)))


def _foreign(run: "Run", which: str) -> None:
    """Somebody builds something else on an environment, without asking."""
    environment = _environment(run, which)
    made = run.world.repository.commit(version="v0.0.1-foreign", message="foreign")
    run.world.repository.branches[f"deploy/{run.world.prefix}{environment.value}"] = made.sha
    run.ledger.production_checks.tampered(environment)
    _if_accepted(lambda: run.world.platform.supersede(_name(run, which)))


def _pin(run: "Run", which: str) -> None:
    run.world.platform.pin(_name(run, which))


def _unpin(run: "Run", which: str) -> None:
    run.world.platform.unpin(_name(run, which))


def _fails_next(run: "Run", which: str) -> None:
    run.world.platform.fail_next_deployment(_name(run, which), "the build broke", phase="BUILDING")


def _rolls_back_by_itself(run: "Run", which: str) -> None:
    run.world.platform.auto_rollback(_name(run, which))


def _never_ends(run: "Run", which: str) -> None:
    run.world.platform.never_end(_name(run, which))


def _instance_dies(run: "Run", number: str, seconds: str) -> None:
    instance, t = run.world.routers.instances[int(number)], run.world.clock.t
    instance.dies_at, instance.back_at = t, _lasts(run, seconds)


def _instance_stalls(run: "Run", number: str, seconds: str) -> None:
    instance, t = run.world.routers.instances[int(number)], run.world.clock.t
    instance.stalls = (t, _lasts(run, seconds))


def _silence(run: "Run", seconds: str) -> None:
    run.world.routers.silent = (run.world.clock.t, _lasts(run, seconds))


def _redirect(run: "Run", where: str) -> None:
    """Somebody changes, at the provider, what leads users: to an environment, or to neither."""
    routing = run.world.routing
    if isinstance(routing, ProviderRouting):
        routing.point(None if where == "elsewhere" else _environment(run, where))


def _outage(run: "Run", seconds: str) -> None:
    run.world.routers.outage = (run.world.clock.t, _lasts(run, seconds))


def _decay(run: "Run", seconds: str) -> None:
    """What serves production begins to fail, for so long."""
    record, t = run.ledger.record, run.world.clock.t
    tag = run.world.tag_on(record.active)
    run.world.decay = Decay(tag, t, t + float(seconds), record.on(record.idle).proven)
    _lasts(run, seconds)


def _one_client(run: "Run", seconds: str) -> None:
    """No disturbance: the release is as good as any, and comes to rest as it does at any other time."""
    run.world.routers.one_client = (run.world.clock.t, run.world.clock.t + float(seconds))


def _refuse_wake_ups(run: "Run", seconds: str) -> None:
    """No disturbance: while it lasts, everything has to come to rest as it does at any other time."""
    run.wake_ups.refused = (run.world.clock.t, run.world.clock.t + float(seconds))


def _swallow_wake_ups(run: "Run", seconds: str) -> None:
    """As above; and the platform says that all is well."""
    run.wake_ups.swallowed = (run.world.clock.t, run.world.clock.t + float(seconds))


def _answer_slowly(run: "Run", client: str, how: str, seconds: str) -> None:
    """A whole service, or everybody, answers so."""
    run.interrupter.slow_clients[client] = (how, _lasts(run, seconds))


def _lasts(run: "Run", seconds: str) -> float:
    until = run.world.clock.t + float(seconds)
    run.quiet_since = max(run.quiet_since, until)
    return until


def _lose_versions(run: "Run") -> None:
    """The bucket is restored from a copy of the first day."""
    copy = run.first_day()
    run.store.bodies.clear()
    run.store.bodies |= copy
    run.ledger.lost(sum(key.startswith(run.ledger.journal) for key in copy))


def _versioning(run: "Run", kept: str = "") -> None:
    run.store.kept = kept
    run.ledger.store_checks.keeps_versions(kept)


def _recover(run: "Run") -> None:
    """As `bluegreen recover` does."""
    service, now = run.ledger.settings, run.world.clock.now
    journal = Journal(run.store, service.name, lambda: f"recover-{run.world.clock.t}", now)
    newest, served = journal.newest(), run.world.routers.lost
    if newest is None or served is None:
        return
    missing = max(served.seq - newest.seq, 0)
    run.ledger.writer = None
    journal.update(
        newest,
        lambda record, at: recovered(record, service, served.active, served.epoch, at, missing),
        "bluegreen recover",
        "the routers' word",
        now,
    )


def _name(run: "Run", which: str) -> str:
    return run.world.apps[_environment(run, which)].name


def _environment(run: "Run", which: str) -> Environment:
    if which in ("idle", "active"):
        record = run.ledger.record
        return record.active if which == "active" else record.idle
    return Environment(which)


def _if_accepted(do: Callable[[], Any]) -> None:
    """DigitalOcean refuses this to others too, while an app is busy or pinned."""
    try:
        do()
    except ApiError:
        return


_ACTIONS: dict[str, Callable[..., "Invocation | None"]] = {
    "push": _push,
    "push-unheard": _push_unheard,
    "redeliver": _redeliver,
    "deploy": _deploy,
    "rollback": _rollback,
    "alert": _alert,
    "nudge": _nudge,
    "move-tag": _move_tag,
    "maintenance": _maintenance,
    "foreign-deployment": _foreign,
    "pin": _pin,
    "unpin": _unpin,
    "fail-next": _fails_next,
    "auto-rollback": _rolls_back_by_itself,
    "never-ends": _never_ends,
    "instance-dies": _instance_dies,
    "instance-stalls": _instance_stalls,
    "silence": _silence,
    "outage": _outage,
    "one-client": _one_client,
    "decay": _decay,
    "refuse-wake-ups": _refuse_wake_ups,
    "swallow-wake-ups": _swallow_wake_ups,
    "answers": _answer_slowly,
    "point": _redirect,
    "lose-versions": _lose_versions,
    "versioning": _versioning,
    "recover": _recover,
}
