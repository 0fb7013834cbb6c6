"""Structures that the names of substances mean, for rows of an inventory that have none."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydatalab.chemistry import formulas, names
from pydatalab.models.progress import Progress
from pydatalab.store.query import Document

SAME_MASS = 0.005
"""Part by which the molar masses of one substance may differ: they are rounded."""


class NamedStructures:
    """The structures that some names mean."""

    def __init__(self, found: Iterable[str], progress: Progress) -> None:
        asked = set(found)

        def told(done: int) -> None:
            progress.tell("Understanding names", done, len(asked))

        self._smiles = names.smiles_of_names(asked, told)

    def meant(self, said: Mapping[str, Any]) -> str | None:
        """The SMILES that a row's name means, unless the row has one, or says what contradicts it."""
        name = said.get("name") or ""
        smiles = self._smiles.get(name)
        if smiles is None or said.get("smiles") or said.get("inchi"):
            return None
        from pydatalab.chemistry.structures import canonical, check_smiles, formula_and_mass

        if check_smiles(smiles):
            return None
        mass = said.get("molar_mass") or formulas.molar_mass(said.get("chemform") or "")
        if mass is None:
            is_right = names.is_certain(name, smiles)
        else:
            is_right = abs(formula_and_mass(smiles)[1] - mass) <= SAME_MASS * mass
        return canonical(smiles) if is_right else None


def change_by_name(
    meant: str | None, before: str | None, item: Document
) -> dict[str, tuple[Any, Any]]:
    """What a name changes in an item: its structure, once, and where people gave it none.

    Args:
        meant: the SMILES that the name means.
        before: the one that it meant at the last import.
        item: what is there; empty for a new item.
    """
    mine = item.get("smiles")
    is_new = meant is not None and meant != before
    return {"smiles": (mine, meant)} if is_new and mine in (None, "", before) else {}
