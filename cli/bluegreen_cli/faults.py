"""What is wrong with what a person wrote: every fault at once."""


class Faulty(Exception):
    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
