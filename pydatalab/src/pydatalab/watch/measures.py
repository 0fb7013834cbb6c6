"""What the server measures of itself."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydatalab.watch.numbers import Key, Reading, SharedNumbers

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds up to which each part of a histogram counts."""


class Counter(NamedTuple):
    """What only grows."""

    name: str
    about: str
    labels: tuple[str, ...] = ()


class Durations(NamedTuple):
    """How long things took, as a histogram."""

    name: str
    about: str
    labels: tuple[str, ...] = ()


REQUESTS = Counter(
    "pydatalab_requests_total", "Requests that were answered.", ("method", "route", "status")
)
REQUEST_SECONDS = Durations(
    "pydatalab_request_seconds", "How long requests took.", ("method", "route")
)
IN_FLIGHT = "pydatalab_requests_in_flight"
UPLOAD_BYTES = Counter("pydatalab_upload_bytes_total", "Bytes of files that were taken in.")
FIGURES = Counter(
    "pydatalab_figures_total", "Figures and exports that were asked for.", ("technique", "cache")
)
WORK_SECONDS = Durations(
    "pydatalab_work_seconds",
    "How long figures and exports took to be made, waiting for a worker included.",
    ("technique",),
)
WORK_FAILURES = Counter(
    "pydatalab_work_failures_total",
    "Figures and exports that could not be made.",
    ("technique", "reason"),
)
STORE_ERRORS = Counter(
    "pydatalab_store_errors_total",
    "Requests that failed because the database did, or was away.",
    ("reason",),
)

JOBS_RUN = Counter(
    "pydatalab_jobs_run_total",
    "Runs of jobs that are over here, by the state that the job has then.",
    ("name", "state"),
)
JOB_SECONDS = Durations("pydatalab_job_seconds", "How long runs of jobs took.", ("name",))

COUNTERS = (REQUESTS, UPLOAD_BYTES, FIGURES, WORK_FAILURES, STORE_ERRORS, JOBS_RUN)
HISTOGRAMS = (REQUEST_SECONDS, WORK_SECONDS, JOB_SECONDS)


class Measures:
    """The measures of a server, whichever of its processes took them."""

    def __init__(self, folder: Path | None = None) -> None:
        """Nothing is written before the first measure.

        Args:
            folder: where the processes of a server meet; ``None``: there is one alone.
        """
        self._numbers = SharedNumbers(folder, passing=frozenset({IN_FLIGHT}))

    def begin(self) -> None:
        """Be one of the processes that measure."""
        self._numbers.begin()

    def count(self, what: Counter, *labels: str, amount: float = 1.0) -> None:
        """Count something."""
        self._numbers.add((what.name, *labels), amount)

    def take(self, what: Durations, seconds: float, *labels: str) -> None:
        """Note how long something took."""
        part = str(bisect_left(BOUNDS, seconds))
        self._numbers.add((f"{what.name}_bucket", *labels, part))
        self._numbers.add((f"{what.name}_sum", *labels), seconds)

    def enter(self) -> None:
        """A request has begun."""
        self._numbers.add((IN_FLIGHT,))

    def leave(self) -> None:
        """A request is over."""
        self._numbers.add((IN_FLIGHT,), -1.0)

    def read(self) -> "Taken":
        """All measures so far."""
        return Taken(self._numbers.read())


class Histogram(NamedTuple):
    """How long things of one kind took."""

    parts: tuple[float, ...]
    """How many took at most each of ``BOUNDS``, and longer than the bound before; then the rest."""
    seconds: float
    """In all."""

    @property
    def number(self) -> float:
        """How many there were."""
        return sum(self.parts)

    def within(self, share: float) -> float:
        """Seconds within which that share of them was over, at most; as fine as ``BOUNDS`` are."""
        passed = 0.0
        for part, bound in zip(self.parts, BOUNDS, strict=False):
            passed += part
            if passed >= share * self.number:
                return bound
        return max(BOUNDS[-1], self.seconds / max(self.number, 1))


class Taken(NamedTuple):
    """Measures, summed over all processes."""

    reading: Reading

    def of(self, name: str) -> Mapping[Key, float]:
        """The numbers of a name, by the values of its labels."""
        return {key[1:]: number for key, number in self.reading.values.items() if key[0] == name}

    @property
    def in_flight(self) -> float:
        """Requests that are being answered."""
        return self.of(IN_FLIGHT).get((), 0.0)

    def histograms(self, what: Durations) -> Iterator[tuple[Key, Histogram]]:
        """The histograms of a name, by the values of its labels."""
        parts: dict[Key, list[float]] = {}
        for (*labels, part), number in self.of(f"{what.name}_bucket").items():
            row = parts.setdefault(tuple(labels), [0.0] * (len(BOUNDS) + 1))
            row[int(part)] += number
        seconds = self.of(f"{what.name}_sum")
        for key, row in sorted(parts.items()):
            yield key, Histogram(tuple(row), seconds.get(key, 0.0))
