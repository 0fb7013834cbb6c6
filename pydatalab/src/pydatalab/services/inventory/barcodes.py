"""Which of several rows with one barcode keeps it.

The row that says most like the container of this barcode, as the lab knows it; where the lab knows
none, the row that says most. The order of rows means nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydatalab.services.inventory.entries import Fault, Inventory, Slip
from pydatalab.services.inventory.matching import Said, likeness

KnownOf = Callable[[Iterable[str]], Mapping[str, Said]]
"""What the lab knows of the containers of these barcodes."""


def settle(inventory: Inventory, known_of: KnownOf) -> None:
    """Leave each barcode to one entry; the others go without, and are told in the faults."""
    rivals = _rivals(inventory.entries)
    if not rivals:
        return
    known = known_of(rivals)
    heading = next(one for one, name in inventory.columns.items() if name == "barcode")
    for barcode, slips in rivals.items():
        keeps = min(slips, key=lambda slip: _rank(slip, known.get(barcode, {})))
        why = f"Row {keeps.row} has this barcode, and keeps it."
        for slip in slips:
            if slip is not keeps:
                slip.lose_barcode()
                inventory.faults.append(Fault(slip.row, heading, barcode, why))
    inventory.faults.sort(key=lambda fault: fault.row)


def _rivals(slips: Sequence[Slip]) -> dict[str, list[Slip]]:
    """Entries that have their barcode in common with others, by it."""
    first: dict[str, Slip] = {}
    rivals: defaultdict[str, list[Slip]] = defaultdict(list)
    for slip in slips:
        if slip.barcode and first.setdefault(slip.barcode, slip) is not slip:
            rivals[slip.barcode].append(slip)
    return {barcode: [first[barcode], *others] for barcode, others in rivals.items()}


def _rank(slip: Slip, known: Said) -> tuple[int, int, str]:
    """The lower, the more the barcode is its own."""
    entry = slip.entry()
    told: dict[str, Any] = entry.said | {f"beside {one}": text for one, text in entry.extra.items()}
    filled = {name: value for name, value in told.items() if value is not None}
    return -likeness(entry.said, known), -len(filled), repr(sorted(filled.items()))
