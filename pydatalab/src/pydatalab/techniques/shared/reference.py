"""What a potential was measured against, as the titles of axes name it."""

import re
from collections.abc import Mapping
from typing import Any

_NAMELESS = re.compile(
    r"(?:the )?(?:ref\.?|reference|re)(?: ?electrode)?\.?|unspecified|unknown|not specified|none|n/?a|-+|",
    re.IGNORECASE,
)
"""What instruments write where nobody told them which electrode it is."""

_CHARGE = re.compile(r"(?<=[A-Za-z)\]])(?:(\d)\+|\+(\d)|(\+{1,3}))(?![\w+])")
_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def reference_of(header: Mapping[str, Any], unit: str = "") -> str:
    """The reference electrode in short: ``SCE``, ``Li/Li⁺``; empty where nothing names it.

    Args:
        header: what the instrument said, with its ``reference_electrode``.
        unit: that of the potential, which may name the reference: ``V vs Ag/AgCl``.
    """
    said = re.search(r"\bvs\.?\s*(\S.*)", unit)
    return reference_named(str(header.get("reference_electrode") or (said[1] if said else "")))


def reference_named(text: str) -> str:
    """A reference electrode in short: ``SCE Saturated Calomel Electrode (0.241 V)`` is ``SCE``.

    A potential in parentheses is left out, charges are raised (``Li/Li+`` is ``Li/Li⁺``), and of an
    abbreviation with what it stands for the abbreviation is kept. Words that name no electrode
    (``Ref.``, ``unspecified``) give an empty text.
    """
    text = re.sub(r"^\s*(?:vs\.?|versus)\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s*\([^()]*\d\s*m?V(?:olts?)?\b[^()]*\)\s*$", "", text).strip()
    if _NAMELESS.fullmatch(text.strip("()<>[] ")):
        return ""
    short = re.fullmatch(r"([A-Z]{2,4}) [A-Z][a-z]+ .*", text)
    return _CHARGE.sub(_raised, short[1] if short else text.rstrip("."))


def _raised(charge: re.Match[str]) -> str:
    many = charge[1] or charge[2] or str(len(charge[3]))
    return ("" if many == "1" else _SUPERSCRIPT[int(many)]) + "⁺"
