"""Prefixes of units, such as the m of ``mA``."""

import re

_FACTORS = {
    "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3,
    "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9,
}  # fmt: skip


def factor_of(unit: str, base: str) -> float:
    """How many of its base a unit is: 0.001 for ``mA`` over ``A``; 1 where it is of another quantity.

    Args:
        unit: as files write it; what follows the base does not matter.
        base: the unit without prefix, a regular expression.
    """
    prefix = _prefix(unit, base)
    return _FACTORS[prefix] if prefix else 1.0


def without_prefix(unit: str, base: str) -> str:
    """``ohm.cm2`` of ``kohm.cm2`` over ``ohm``."""
    return unit.removeprefix(_prefix(unit, base))


def _prefix(unit: str, base: str) -> str:
    match = re.match(rf"([{''.join(_FACTORS)}])(?:{base})", unit)
    return match[1] if match else ""
