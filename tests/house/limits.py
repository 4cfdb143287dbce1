"""The limits of the house, in one place. `make house` prints what stands against each.

A limit goes down when there is room, and up only with a capability that needs it: the commit says which.
"""

from typing import NamedTuple

FILES_IN_A_FOLDER = 20  # of shared/
FILE_MEDIAN = 90  # lines
FILE_IN_SHARED = 250
FILE = 250
TEST_FILE = 400
DOOR = 15
FUNCTION_MEDIAN = 9
FUNCTION_P90 = 25
FUNCTION = 40
COMPLEXITY = 10
COMPLEX: dict[str, str] = {}  # "path name" of a function that may have more → why
LINES_PER_COMMENT = 25
COMMENTS_IN_A_SMALL_FILE = 3
CLASS_NAMES_TWICE = 0
PAGES_WITHOUT_LINK = 0


class Reach(NamedTuple):
    """Files and functions that a reader enters: at most, and what is aimed at."""

    files: int
    functions: int
    aim_files: int
    aim_functions: int


WALKS = {
    "push": Reach(files=122, functions=498, aim_files=45, aim_functions=180),
    "rollback": Reach(files=70, functions=265, aim_files=30, aim_functions=100),
    "idle": Reach(files=44, functions=110, aim_files=20, aim_functions=40),
}
