"""The invariants: what must hold in every run, whatever the faults. docs/reliability.md explains them."""

PROMISES = {
    1: "Production points only at an environment whose release passed its checks, or that was active before.",
    2: "Nothing is ever deployed to the active environment.",
    3: "Every accepted tag reaches a resting place, and no accepted tag is forgotten.",
    4: "What the record says and what the traffic driver does agree within one watch.",
    5: "After a rollback the bad tag does not come back by itself.",
    6: "One release in flight per service; a rollback is never blocked by anything in flight.",
    7: "The same event any number of times, in any order, has the effect of one.",
    8: "When the faults stop, everything rests within three watches.",
    9: "The journal is whole: no number skipped, the chain of hashes unbroken, records small, secrets nowhere.",
    10: "Nothing of a set is switched before all of it are ready; then one after the other, in the declared order.",
    11: "What goes back takes the others of its set release back, the last switched first.",
    12: "An alert takes production back only where the release can be at fault, and then at once; else it is told.",
    13: "An exception that nobody foresaw is a finding.",
    14: "By a journal that has lost its newest versions nothing is deployed or switched, and people are told once.",
    15: "To a bucket that keeps versions nothing is appended by who has asked, and people are told once.",
    16: "What fails for one client on one path only takes nothing back.",
    17: "However slowly others answer, each call ends within its limit, and each invocation ends by itself.",
    18: "After its bake a release that fails is told, and by policy left for a proven one, and for no other reason.",
}


class Violation(BaseException):
    """Something that must always hold did not. No `except Exception` of the product swallows it."""

    def __init__(self, invariant: int, what: str) -> None:
        super().__init__(f"invariant {invariant}: {PROMISES[invariant]} But {what}")
        self.invariant = invariant
