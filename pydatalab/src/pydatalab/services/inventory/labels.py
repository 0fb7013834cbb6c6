"""What stands on the label of a bottle."""

from typing import Any

from pydatalab.chemistry import hazards


def hazards_in(text: str) -> dict[str, Any]:
    """The hazards that the codes in a text name, in words and as pictograms."""
    codes = hazards.read_codes(text)
    shown = hazards.pictograms(codes.known)
    pairs = ((one, hazards.PICTOGRAMS[one]) for one in shown)
    return {
        "hazards": [{"code": one, "statement": hazards.statement(one)} for one in codes.known],
        "pictograms": [
            {"code": one, "name": name, "meaning": meaning} for one, (name, meaning) in pairs
        ],
        "unknown": list(codes.unknown),
    }
