"""The limits of the house, in one place. A limit only ever goes down; `make house` prints what stands against it."""

from typing import NamedTuple


class Reach(NamedTuple):
    """Files and functions that a reader enters: at most, and what is aimed at."""

    files: int
    functions: int
    aim_files: int
    aim_functions: int


WALKS = {
    "push": Reach(files=65, functions=268, aim_files=45, aim_functions=180),
    "rollback": Reach(files=45, functions=144, aim_files=30, aim_functions=100),
    "idle": Reach(files=29, functions=51, aim_files=20, aim_functions=40),
}
