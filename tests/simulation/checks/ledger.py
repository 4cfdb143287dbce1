"""What was observed of one service in a run, independent of what the product believes; every check starts from here."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bluegreen.clients.store.journal import decode
from bluegreen.core.environment import Environment
from bluegreen.core.record import Record, Version
from tests.simulation.checks.after_bake import AfterBakeChecks
from tests.simulation.checks.invariants import Violation
from tests.simulation.checks.liveness import LivenessChecks
from tests.simulation.checks.people import PeopleChecks
from tests.simulation.checks.production import ProductionChecks
from tests.simulation.checks.releases import ReleaseChecks
from tests.simulation.checks.store import StoreChecks
from tests.simulation.world.provider_routing import READS, SPECS, WRITES
from tests.simulation.world.routers import Route
from tests.simulation.world.service_config import SECRET

if TYPE_CHECKING:
    from tests.simulation.engine.invocation import Invocation
    from tests.simulation.engine.run import Run
    from tests.simulation.world.world import World

_MAX_BYTES = 96_000
_READ_BACK_EVERY = 16  # one in so many versions is read from its bytes as well, and the last one
_SECRET_BYTES = SECRET.encode()
# Calls that are looked at before they take effect, and after it.
ROUTING_CALLS = READS | WRITES
CHECKED_BEFORE = SPECS | frozenset(
    {"digitalocean.deploy", "digitalocean.roll_back", "github.move_branch", "objects.create"}
)
CHECKED_AFTER = (
    frozenset({"web.check", "github.create_deployment", "digitalocean.roll_back", "objects.create", "functions.wake"})
    | ROUTING_CALLS
)


class Ledger:
    """`writer` is who writes the version that is just being created."""

    def __init__(self, run: "Run", world: "World", service: str = "web") -> None:
        self.run, self.world = run, world
        self.settings = run.settings.file.services[service]
        self.journal = f"services/{service}/journal/"
        self.versions: list[Version] = []
        self.checked = 0
        self.writer: Invocation | None = None
        self.production_checks, self.release_checks, self.people_checks, self.liveness = (
            ProductionChecks(self),
            ReleaseChecks(self),
            PeopleChecks(self),
            LivenessChecks(self),
        )
        self.store_checks = StoreChecks(self)
        self.after_bake_checks = AfterBakeChecks(self)
        self._hash = ""

    @property
    def record(self) -> Record:
        return self.versions[-1].record

    # What happens

    def created(self, key: str, body: bytes) -> None:
        self._check_no_secrets(body, key)
        if not key.startswith(self.journal):
            return
        try:
            version = decode(body)
        except ValidationError as error:
            raise Violation(9, f"{key} cannot be read: {error.errors()[0]['loc']}") from None
        self._check_journal(key, version, body)
        before = self.versions[-1].record if self.versions else None
        self.versions.append(version)
        self._hash = version.digest
        record = version.record
        self.world.routers.routes.append(Route(self.world.clock.t, version.seq, record.epoch, record.active))
        if before is not None:
            self.checked += 6
            self.production_checks.moved(before, record)
            self.release_checks.moved(before, record)
            self.store_checks.moved(before, record)
            self.after_bake_checks.moved(before, record)
        self.people_checks.noted(record)

    def lost(self, kept: int) -> None:
        """The bucket is as it was with so many versions; routers stay where they are. Numbers and ids come again."""
        routers, newest = self.world.routers, self.versions[-1]
        routers.lost = Route(self.world.clock.t, newest.seq, newest.record.epoch, newest.record.active)
        self.store_checks.loses()
        del self.versions[kept:], routers.routes[kept:]
        self._hash = self.versions[-1].digest
        self.release_checks.restarted()
        self.people_checks.restarted()

    def before_call(self, who: "Invocation", method: str, args: Any) -> None:
        """Before a call takes effect."""
        if method == "objects.create":
            self.writer = who
        elif method == "github.move_branch":
            environment = Environment(args[1].rpartition("/")[2].rpartition("-")[2])
            self.production_checks.check_not_active(environment, "the branch was moved")
        elif method == "digitalocean.deploy":
            environment = self.world.environment_of(args[0])
            self.production_checks.check_not_active(environment, "a deployment was started")
            self.release_checks.check_deploy(who, environment)
        elif method in SPECS:
            self.production_checks.check_spec(args[1], method == "digitalocean.update_to")
            if method == "digitalocean.update_to":
                self.release_checks.check_deploy(who, self.record.idle)
        else:
            self.release_checks.check_native_rollback(who, self.world.environment_of(args[0]), args[1])

    def after_call(self, who: "Invocation", method: str, args: Any, found: Any) -> None:
        """After a call took effect."""
        if method == "web.check":
            self.production_checks.answered(args, found)
        elif method == "github.create_deployment":
            self.people_checks.page(args[3]["bluegreen"])
        elif method == "digitalocean.roll_back":
            self.release_checks.note_native_rollback(who)
        elif method == "functions.wake":
            self.people_checks.woke(who, found)
        elif method in ROUTING_CALLS:
            self.production_checks.note_routing_call(who, method)
        elif args[0].startswith(self.journal):
            who.appended.append(self.versions[-1])
            self.people_checks.wrote(who)

    def ended(self, who: "Invocation") -> None:
        """An invocation is over; `answer` is None where it was killed."""
        if who.answer is None:
            return
        self._check_no_secrets(json.dumps(who.answer).encode(), f"the answer of {who.name}")
        self.production_checks.ended(who)
        self.people_checks.answered(who)
        self.liveness.answered(who)
        self.liveness.check_found(who)

    def logged(self, what: str, facts: dict[str, Any]) -> None:
        if what == "bug" and not any(fault.kind == "raises" for fault in self.run.schedule.faults):
            raise Violation(8, f"{facts['what_it_is']} was met although nothing had raised anything")
        text = "\n".join(map(str, facts.values()))
        if SECRET in text:
            raise Violation(9, f"a secret is in the log line {what!r}")

    # What must hold

    def check(self) -> None:
        """Whenever time has passed."""
        if self.versions:
            self.checked += 3
            self.production_checks.check()

    def check_end(self) -> None:
        """Once nothing is left to do."""
        self.checked += 5
        self._check_reads_back(self.run.store.bodies[f"{self.journal}{len(self.versions):08d}.json"])
        self.production_checks.check_end()
        self.liveness.check_end()
        self.people_checks.check_end()
        self.store_checks.check_end()
        self.after_bake_checks.check_end()

    def quiescent(self) -> bool:
        return self.liveness.quiescent()

    def check_deadline(self) -> None:
        self.liveness.check_deadline()

    def outcomes(self) -> dict[str, str]:
        """Release → where it came to rest."""
        return {one: phase.value for one, phase in self.release_checks.settled.items()}

    def _check_journal(self, key: str, version: Version, body: bytes) -> None:
        self.checked += 4
        wanted = len(self.versions) + 1
        if version.seq != wanted or key != f"{self.journal}{wanted:08d}.json":
            raise Violation(9, f"{key} holds number {version.seq}, and {wanted} is next")
        if version.previous != self._hash:
            raise Violation(9, f"{key} does not name the hash of the version before it")
        if version.seq % _READ_BACK_EVERY == 0:
            self._check_reads_back(body)
        if len(body) > _MAX_BYTES:
            raise Violation(9, f"{key} is {len(body)} bytes large")

    def _check_reads_back(self, body: bytes) -> None:
        """What is stored says what its writer meant, to one who has only the bytes."""
        self.checked += 1
        meant = decode(body)
        try:
            read = Version.model_validate_json(body)
        except ValidationError as error:
            raise Violation(9, f"number {meant.seq} cannot be read: {error}") from None
        if read.model_copy(update={"digest": hashlib.sha256(body).hexdigest()}) != meant:
            raise Violation(9, f"number {meant.seq} does not say what its writer meant")

    def _check_no_secrets(self, body: bytes, where: str) -> None:
        self.checked += 1
        if _SECRET_BYTES in body:
            raise Violation(9, f"a secret is in {where}")
