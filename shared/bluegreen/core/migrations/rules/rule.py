"""What a rule about migrations says, whatever statement breaks it."""

from typing import NamedTuple


class Rule(NamedTuple):
    """A code stays what it is: teams name it in their reviews. `breaks` has a place for what the statement is about."""

    code: str
    name: str
    breaks: str
    steps: tuple[str, ...]  # the safe way
    bad: str
    good: str
    warns: bool = False  # it stops nothing: whoever writes the code has to know
