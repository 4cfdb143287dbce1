"""What happens in a bake: all cases that are measured, by name."""

from benchmarks.judge.drawn import FIRST
from benchmarks.judge.second import SECOND
from benchmarks.judge.third import THIRD

CASES = FIRST | SECOND | THIRD
