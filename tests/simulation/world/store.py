"""The two buckets, in memory. A listener hears of every new object."""

from collections.abc import Callable

from bluegreen.core.errors import Corrupt, Stale


class Store:
    """The state bucket. `heard(key, body)` is called when an object is created."""

    def __init__(self, bodies: dict[str, bytes], heard: Callable[[str, bytes], None]) -> None:
        self.bodies = bodies
        self.kept = ""  # how versions are kept
        # Of the instance, so that it is no interruption point: the numbers of schedules that are kept would move.
        self.versioning = lambda: self.kept
        self._heard = heard

    def get(self, key: str) -> bytes | None:
        return self.bodies.get(key)

    def create(self, key: str, body: bytes) -> None:
        if key in self.bodies:
            raise Stale(f"{key} exists")
        self.bodies[key] = body
        self._heard(key, body)
        if self.kept:
            raise Corrupt("versions are kept")  # whoever has not asked hears of it by the answer

    def put(self, key: str, body: bytes) -> None:
        self.bodies[key] = body

    def keys(self, prefix: str, after: str = "") -> list[str]:
        return sorted(key for key in self.bodies if key.startswith(prefix) and key > after)

    def folders(self, prefix: str) -> list[str]:
        return sorted({key.removeprefix(prefix).partition("/")[0] for key in self.keys(prefix)})

    def ages(self, prefix: str) -> dict[str, float]:
        raise AssertionError("the functions ask the telemetry only how old it is")


class Reports:
    """The telemetry bucket. `ages()` gives instance → seconds since it wrote; `report(instance)` what it wrote then."""

    def __init__(self, ages: Callable[[], dict[str, float]], report: Callable[[str], bytes]) -> None:
        self._ages = ages
        self._report = report

    def ages(self, prefix: str) -> dict[str, float]:
        return {f"{prefix}{instance}.json": age for instance, age in self._ages().items()}

    def get(self, key: str) -> bytes | None:
        return self._report(key.rsplit("/", 1)[1].removesuffix(".json"))

    def folders(self, prefix: str) -> list[str]:
        raise AssertionError("the telemetry bucket has no services of its own")

    def keys(self, prefix: str, after: str = "") -> list[str]:
        return sorted(key for key in self.ages(prefix) if key > after)

    def versioning(self) -> str:
        return ""

    def create(self, key: str, body: bytes) -> None:
        raise AssertionError("the functions do not write telemetry")

    put = create
