"""The two buckets: bytes in memory, and a listener who hears of every new version of the journal."""

from collections.abc import Callable

from bluegreen.core.errors import Stale


class Store:
    """The state bucket. `heard(key, body)` is called when an object is created."""

    def __init__(self, bodies: dict[str, bytes], heard: Callable[[str, bytes], None]) -> None:
        self.bodies = bodies
        self._heard = heard

    def get(self, key: str) -> bytes | None:
        return self.bodies.get(key)

    def create(self, key: str, body: bytes) -> None:
        if key in self.bodies:
            raise Stale(f"{key} exists")
        self.bodies[key] = body
        self._heard(key, body)

    def put(self, key: str, body: bytes) -> None:
        self.bodies[key] = body

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.bodies if key.startswith(prefix))


class Reports:
    """The telemetry bucket, written at the moment that it is listed. `reports()` gives instance → body."""

    def __init__(self, reports: Callable[[], dict[str, bytes]]) -> None:
        self._reports = reports
        self._written: dict[str, bytes] = {}

    def keys(self, prefix: str) -> list[str]:
        self._written = self._reports()
        return [f"{prefix}{instance}.json" for instance in self._written]

    def get(self, key: str) -> bytes | None:
        return self._written.get(key.rsplit("/", 1)[1].removesuffix(".json"))

    def create(self, key: str, body: bytes) -> None:
        raise AssertionError("the functions do not write telemetry")

    put = create
