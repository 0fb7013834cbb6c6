"""Measures in the text format of Prometheus.

Source
    Prometheus documentation, "Exposition formats", text-based format, version 0.0.4.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydatalab.watch.measures import BOUNDS, COUNTERS, HISTOGRAMS, IN_FLIGHT, Durations, Taken


@dataclass(frozen=True)
class Sample:
    """One number with its labels."""

    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Family:
    """What is known of one measure at this moment."""

    name: str
    about: str
    samples: tuple[Sample, ...]
    kind: str = "gauge"


def gauge(name: str, about: str, value: float | None, /, **labels: str) -> Family:
    """A number as it stands now; nothing where it is not known."""
    return Family(name, about, () if value is None else (Sample(value, labels),))


def gauges(name: str, about: str, label: str, values: Mapping[str, float]) -> Family:
    """Numbers as they stand now, by one label."""
    return Family(name, about, tuple(Sample(n, {label: text}) for text, n in values.items()))


def exposed(taken: Taken, more: Iterable[Family]) -> str:
    """All measures as Prometheus reads them."""
    lines: list[str] = []
    for what in COUNTERS:
        found = taken.of(what.name) or ({(): 0.0} if not what.labels else {})
        samples = (
            Sample(number, dict(zip(what.labels, labels, strict=True)))
            for labels, number in sorted(found.items())
        )
        lines += _family(Family(what.name, what.about, tuple(samples), "counter"))
    for durations in HISTOGRAMS:
        lines += _histogram(durations, taken)
    now = gauge(IN_FLIGHT, "Requests that are being answered.", taken.in_flight)
    for family in (now, *more):
        lines += _family(family)
    return "\n".join(lines) + "\n"


def _family(family: Family) -> Iterator[str]:
    yield from _head(family.name, family.about, family.kind)
    for sample in family.samples:
        yield _line(family.name, sample.labels, sample.value)


def _histogram(what: Durations, taken: Taken) -> Iterator[str]:
    yield from _head(what.name, what.about, "histogram")
    for values, histogram in taken.histograms(what):
        labels = dict(zip(what.labels, values, strict=True))
        passed = 0.0
        for bound, part in zip((*map(str, BOUNDS), "+Inf"), histogram.parts, strict=True):
            passed += part
            yield _line(f"{what.name}_bucket", labels | {"le": bound}, passed)
        yield _line(f"{what.name}_sum", labels, histogram.seconds)
        yield _line(f"{what.name}_count", labels, histogram.number)


def _head(name: str, about: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    number = str(int(value)) if value == int(value) else repr(value)
    return f"{name}{{{told}}} {number}" if told else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
