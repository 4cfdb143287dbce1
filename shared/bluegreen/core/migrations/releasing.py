"""What the gate's verdict means for a release: refused with what helps, or let go on with what was reviewed."""

from collections.abc import Sequence

from bluegreen.core.migrations.contracts import Contract, contract_of
from bluegreen.core.migrations.gate import GateVerdict
from bluegreen.core.migrations.kept import Migrations, numbers
from bluegreen.core.migrations.scene import Consequence, Objection

_SHOWN = 200  # characters of what one objection says
_KEPT = 10  # reviews


def judged(verdict: GateVerdict, oldest: str = "") -> Migrations:
    """`oldest`: the tag of the oldest release that can come back, where their code was read."""
    reviewed, unread = verdict.of(Consequence.REVIEWED), verdict.of(Consequence.UNREAD)
    declared = [(found, contract) for found in reviewed if (contract := contract_of(found.reviewed))]
    declared += [(found, Contract(oldest, found.readers)) for found in unread]
    floors = [contract.floor for _, contract in declared]
    return Migrations(
        refusal(verdict),
        safe_way(verdict),
        tuple(_kept(found) for found in (*reviewed, *unread)[:_KEPT]),
        "; ".join(f"{found.what}: {contract.why}" for found, contract in declared)[:_SHOWN],
        "" if "" in floors else max(floors, key=numbers, default=""),
        f"{verdict.statements} statements of {verdict.files} migrations" if verdict.files else "",
        told="; ".join([*_warned(declared), *(found.readers for found in reviewed if found.readers)])[:_SHOWN],
    )


def _warned(declared: Sequence[tuple[Objection, Contract]]) -> list[str]:
    return [f"{found.what}: {said.told}" for found, said in declared if said.since and not said.floor]


def refusal(verdict: GateVerdict) -> str:
    """The first objection, and how many more there are; "" where nothing is refused."""
    if not verdict.refused:
        return ""
    first, more = verdict.refused[0], len(verdict.refused) - 1
    others = f" ({more} more: bluegreen migrations check)" if more else ""
    return f"{first.path}:{first.line}: {first.rule.code} {first.rule.name}{others}: {first.says[:_SHOWN]}"


def safe_way(verdict: GateVerdict) -> str:
    if not verdict.refused:
        return ""
    steps = verdict.refused[0].rule.steps
    return "the safe way: " + "; ".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _kept(found: Objection) -> str:
    return f"{found.path}:{found.line}: {found.rule.code} of {found.what}: {found.reviewed or found.readers}"[:_SHOWN]
