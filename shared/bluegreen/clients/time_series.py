"""Series of samples, as Prometheus (prometheus.io/docs/prometheus/latest/querying/api) and DigitalOcean give them."""

import math
from typing import Any, NamedTuple

from bluegreen.core.errors import Unavailable

_NO_SECONDS = 1e11  # a time of so many is one in milliseconds


class Series(NamedTuple):
    labels: dict[str, str]
    samples: tuple[tuple[float, float], ...]  # (epoch, value), oldest first; only numbers


def series(answer: Any, name: str) -> list[Series]:
    """The series of a range or of a moment. Raises Unavailable for whatever may be less than the whole truth.

    A native histogram has no samples that are numbers: it is called by its name, for it is a matter of settings.
    """
    if not isinstance(answer, dict) or answer.get("status") != "success":
        told = answer.get("error") if isinstance(answer, dict) else None
        raise Unavailable(f"{name} answered without success{f' ({str(told)[:200]})' if told else ''}")
    if answer.get("isPartial"):  # docs.victoriametrics.com, cluster: some of its storage did not answer
        raise Unavailable(f"{name} says that its answer is partial")
    if answer.get("warnings"):
        raise Unavailable(f"{name} warns of its own answer: {str(answer['warnings'])[:200]}")
    try:
        found = answer["data"]["result"]
        native = next((each for each in found if "histogram" in each or "histograms" in each), None)
        if native is not None:
            raise Unavailable(
                f"{name} answered with native histograms of {native['metric'].get('__name__', 'a metric')}: "
                "classic ones are wanted, with `le` (`always_scrape_classic_histograms: true` in its scrape settings)"
            )
        return [_one(each) for each in found]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise Unavailable(f"{name} answered with something that is not series of samples") from None


def _one(found: Any) -> Series:
    values = found["values"] if "values" in found else [found["value"]]
    samples = [(float(at), float(value)) for at, value in values]
    if not all(0 <= at < _NO_SECONDS for at, _ in samples):
        raise ValueError(samples)
    labels = {str(label): str(value) for label, value in found["metric"].items()}
    return Series(labels, tuple(sorted((at, value) for at, value in samples if math.isfinite(value))))
