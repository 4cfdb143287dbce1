"""What a button would do, before it is pressed: where production goes, how that was proven, what is left behind."""

from typing import NamedTuple

from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import Router, longest_way
from bluegreen.core.config.units import spoken
from bluegreen.core.environment import Environment, EnvironmentState
from bluegreen.core.outline import UNKNOWN
from bluegreen.core.phases import SERVING, Phase
from bluegreen.core.record import Record

Effect = tuple[tuple[str, str], ...]


class ProductionMove(NamedTuple):
    """Production's way from one environment to another."""

    leaves: Environment
    leaves_state: EnvironmentState
    to: Environment
    to_state: EnvironmentState


def move(record: Record, to: Environment) -> ProductionMove:
    return ProductionMove(to.other, record.on(to.other), to, record.on(to))


def of_move(record: Record, service: Service, way: ProductionMove, *more: tuple[str, str]) -> Effect:
    leaves, to = way.leaves_state.tag or UNKNOWN, way.to_state.tag or UNKNOWN
    rows = [
        ("Target", f"{to} on {way.to.value} gets all requests; {leaves} on {way.leaves.value} gets none"),
        ("Proven", proof(record, way.to)),
        ("Commits", compared(service, way.leaves_state.commit, way.to_state.commit)),
        ("Configuration", "of the two apps is not read here: `bluegreen doctor` compares their specs"),
        ("Database", f"is left as it is: what {leaves} has migrated stays, and {to} has to cope with it"),
        ("Takes", duration(service)),
        *more,
    ]
    return tuple(rows)


def proof(record: Record, environment: Environment) -> str:
    """How it is known that an environment can serve production."""
    state, release = record.on(environment), record.release
    if not state.proven and state.tag in record.quarantine:
        return "no: it is quarantined"
    if not state.proven and state.may_serve:
        return "no: it passed its checks, and its watch ended without a proof"
    if not state.proven and release is not None and (release.phase, release.tag) == (Phase.ROLLING_BACK, state.tag):
        return "no: it is being taken back"
    if not state.proven:
        return "no: it has not passed its checks"
    if release is not None and release.tag == state.tag and release.target is environment:
        if release.phase is Phase.WATCHING:  # what the judge has counted by now stands where the release does
            return "it passed its checks, and is being watched"
        return f"it passed its checks: {release.reason}" if release.reason else "it passed its checks"
    served = next((past for past in record.past if past.tag == state.tag and past.outcome in SERVING), None)
    if served is not None:
        return f"{served.outcome.value}: {served.reason}" if served.reason else f"it was {served.outcome.value}"
    adopted = state.since is None and state.tag not in record.served
    return "it ran there when Bluegreen took over" if adopted else "it passed its checks, or served production before"


def compared(service: Service, before: str, after: str) -> str:
    """Where the difference can be read; commits that are no hexadecimal numbers lead nowhere."""
    if not (_is_commit(before) and _is_commit(after)):
        return "not known of both releases"
    if before == after:
        return f"the same: {after[:10]}"
    return f"{before[:10]} → {after[:10]}, https://github.com/{service.repository}/compare/{before[:12]}...{after[:12]}"


def duration(service: Service) -> str:
    longest = spoken(longest_way(service.traffic))
    if isinstance(service.traffic, Router):
        return f"about 2 s until users get it; looked at from outside for up to {longest}"
    return f"up to {longest} until all users get it"


def _is_commit(commit: str) -> bool:
    return len(commit) >= 12 and all(c in "0123456789abcdef" for c in commit)
