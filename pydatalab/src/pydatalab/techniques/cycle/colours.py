"""Colours that tell cycles and files apart: they are data, and the same on light and dark pages."""

from collections.abc import Sequence

VIRIDIS = (
    (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137),
    (53, 183, 121), (110, 206, 88), (181, 222, 43),
)  # fmt: skip
"""matplotlib's viridis at each tenth, less its palest, which white pages swallow (CC0)."""

BY_FILE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#A6761D")
"""After M. Okabe and K. Ito, Color Universal Design (2008): told apart with any colour vision."""


def along_viridis(part: float) -> str:
    """A colour of the scale: 0 its dark end, 1 its bright one."""
    place = min(max(part, 0.0), 1.0) * (len(VIRIDIS) - 1)
    lower = min(int(place), len(VIRIDIS) - 2)
    between = place - lower
    mixed = (
        round(a + (b - a) * between)
        for a, b in zip(VIRIDIS[lower], VIRIDIS[lower + 1], strict=True)
    )
    return "rgb({}, {}, {})".format(*mixed)


def colours_of_cycles(cycles: Sequence[int]) -> dict[int, str]:
    """A colour for each cycle, by its place among those that are shown."""
    last = max(len(cycles) - 1, 1)
    return {cycle: along_viridis(0.15 + 0.85 * place / last) for place, cycle in enumerate(cycles)}


def colour_of_file(place: int) -> str:
    """A colour for the file at that place; they begin again after the last."""
    return BY_FILE[place % len(BY_FILE)]
