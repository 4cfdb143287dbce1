"""The README tells the truth: its table of five states is what happens."""

from pathlib import Path

from bluegreen.core import outline
from bluegreen.core.phases import Phase
from tests.chain.laptop import Laptop

README = Path(__file__).parent.parent / "README.md"


def rows():
    """The table as it stands: number → (active, idle, traffic)."""
    lines = [line.strip("| ").split(" | ") for line in README.read_text().splitlines() if line[:3] in "| 1| 2| 3| 4| 5"]
    return {cells[0][0]: tuple(cell.strip() for cell in cells[1:]) for cells in lines if len(cells) == 4}


def state(laptop):
    record = laptop.record()
    return outline.active(record), outline.idle(record), outline.traffic(record)


def test_the_table_of_five_states_is_what_happens():
    laptop = Laptop(options={"auto_switch": False})
    laptop.invoke("status")
    seen = {"1": state(laptop)}
    laptop.push("v1.3.0")
    laptop.until(Phase.DEPLOYING)
    seen["2"] = state(laptop)
    laptop.drain()
    seen["3"] = state(laptop)
    laptop.invoke("switch")
    seen["4"] = state(laptop)
    laptop.rest()
    laptop.push("v1.4.0")
    laptop.until(Phase.DEPLOYING)
    seen["5"] = state(laptop)
    assert rows() == seen
