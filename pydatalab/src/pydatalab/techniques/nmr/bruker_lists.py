"""What changes from row to row of a Bruker experiment that is a series: delays, gradients ...

Layout
    Text files in the experiment's folder, one value a line: ``vdlist`` (delays, with ``u``, ``m``
    or ``s``), ``vclist`` (counts), ``vplist`` (pulse lengths), ``difflist`` (gradients, G/cm). A list
    is in use where the pulse program names it.
Source
    "Pulse Programming Reference Manual", TopSpin, Bruker.
"""

import re
from typing import Protocol

import numpy as np

from pydatalab.techniques.shared.measurement import Column

SECONDS = {"": 1.0, "s": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
MICROSECONDS = {"": 1.0, "s": 1e6, "m": 1e3, "u": 1.0, "n": 1e-3}
NO_SUFFIX = {"": 1.0}

LISTS = (
    ("difflist", r"Difframp|difflist", "gradient", "G/cm", "Gradient", NO_SUFFIX),
    ("vdlist", r"\b(?:i?vd|vdlist|vdidx)\b", "delay", "s", "Delay", SECONDS),
    ("vclist", r"\b(?:i?vc|vclist|vcidx)\b", "count", "", "Count", NO_SUFFIX),
    ("vplist", r"\b(?:i?vp|vplist|vpidx)\b", "pulse_length", "us", "Pulse length", MICROSECONDS),
)
"""File, what names it in a pulse program, column, unit, label, and factors of suffixes."""


class Texts(Protocol):
    """An experiment's text files."""

    def text(self, name: str) -> str: ...


def arrayed_column(experiment: Texts, rows: int) -> Column | None:
    """The list that the pulse program runs through, if it has a value for each row."""
    program = _program(experiment)
    for file, named, name, unit, label, factors in LISTS:
        if re.search(named, program):
            values = _values(experiment.text(file), factors)
            if len(values) >= rows:
                return Column(name, unit, np.array(values[:rows]), label=label)
    return None


def has_increments(experiment: Texts) -> bool:
    """Whether the pulse program lengthens a delay from row to row, as 2-D experiments do."""
    grows = r"\bid\d+\b|\bdd\d+\b|\b(d\d+)\s*=\s*\1\s*[-+]|\bcaldel\("
    return re.search(grows, _program(experiment)) is not None


def _program(experiment: Texts) -> str:
    return re.sub(r";.*", "", experiment.text("pulseprogram"))


def _values(text: str, factors: dict[str, float]) -> list[float]:
    found = re.findall(
        r"^[ \t]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([a-z]?)\s*$", text, re.MULTILINE
    )
    return [float(number) * factors[suffix] for number, suffix in found if suffix in factors]
