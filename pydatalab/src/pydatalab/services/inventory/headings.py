"""Which row of a table names its columns, and which field each of them is."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from pydatalab.chemistry import hazards, quantities
from pydatalab.chemistry.cas import cas_numbers
from pydatalab.chemistry.formulas import composition
from pydatalab.errors import Invalid, UnreadableFile
from pydatalab.models.folding import folded
from pydatalab.services.inventory.tables import Row, Sheet, open_sheet
from pydatalab.services.inventory.values import is_blank, text_of

SYNONYMS: Mapping[str, str] = {
    "name": (
        "container name, name, chemical name, substance name, substance, chemical, compound, product, product name, item,"
        " item name, material, reagent, title, bezeichnung, stoff, stoffname, chemikalie, produkt, produktname,"
        " artikelbezeichnung, nom, nom du produit, produit, denomination, nombre, nombre del producto, producto, sustancia,"
        " nome, prodotto, sostanza, naam, stofnaam, namn, navn, nazwa"
    ),
    "barcode": (
        "barcode, bar code, barcode number, container barcode, container id, bottle id, bottle number, bottle no, inventory id,"
        " inventory number, inventory no, asset tag, asset number, id, code, internal code, tag, strichcode, inventarnummer,"
        " inventar nr, gebinde nr, gebindenummer, flaschennummer, code barre, code barres, numero d inventaire, codigo de barras,"
        " codigo, numero de inventario, codice a barre, streepjescode, streckkod, stregkode, kod kreskowy"
    ),
    "CAS": (
        "substance cas, cas, cas number, cas no, cas nr, cas rn, casrn, cas registry number, cas nummer, numero cas, n cas,"
        " no cas, numero de cas"
    ),
    "chemform": (
        "molecular formula, formula, chemical formula, chemform, empirical formula, sum formula, mf, summenformel, formel,"
        " molekulformel, formule, formule brute, formule chimique, formula molecular, formula quimica, formula bruta"
    ),
    "molar_mass": (
        "molecular weight, molar mass, molar weight, mol weight, mw, molmass, fw, formula weight, molar_mass, molmasse,"
        " molare masse, molekulargewicht, molgewicht, masse molaire, masse molaire g mol, poids moleculaire, masa molar,"
        " peso molecular, massa molare, peso molecolare"
    ),
    "smiles": "smiles, smiles code, canonical smiles, isomeric smiles, structure smiles, structure",
    "inchi": "inchi, inchi string, standard inchi",
    "inchi_key": "inchikey, inchi key, inchi_key, standard inchikey",
    "GHS_codes": (
        "ghs h codes, ghs codes, h codes, h code, h statements, h statement, hazard codes, hazard code, hazard statements, hazards,"
        " hazard, ghs, ghs_codes, h satze, h saetze, gefahren, gefahrenhinweise, gefahrencodes, mentions de danger, phrases h,"
        " dangers, frases h, indicaciones de peligro, peligros, frasi h"
    ),
    "location": (
        "location, storage location, storage, place, position, room, cabinet, shelf, where, lab, storage area, lagerort, lager,"
        " ort, standort, raum, schrank, emplacement, localisation, lieu, lieu de stockage, ubicacion, localizacion, posizione,"
        " ubicazione, locatie, plats, plassering, lokalizacja"
    ),
    "supplier": (
        "supplier, vendor, manufacturer, company, brand, source, provider, distributor, lieferant, hersteller, anbieter, firma,"
        " fournisseur, fabricant, marque, proveedor, fabricante, marca, fornitore, produttore, leverancier, leverantor, dostawca"
    ),
    "date": (
        "date acquired, acquired, acquisition date, date of acquisition, date received, received, received date, receipt date,"
        " date, date added, purchase date, date of purchase, purchased, purchased on, bought, bought on, ordered on, order date,"
        " delivered, delivered on, delivery date, entry date, gekauft, gekauft am, bestellt am, geliefert am, angeschafft,"
        " eingang, eingangsdatum, kaufdatum, lieferdatum, erhalten, erhalten am, datum, date de reception, date d achat, recu le,"
        " fecha, fecha de recepcion, fecha de compra, data di acquisto, data ricezione"
    ),
    "date_opened": (
        "date opened, opened, opened on, opening date, open date, date_opened, geoffnet, geoffnet am, offnungsdatum,"
        " angebrochen, date d ouverture, ouvert le, fecha de apertura, abierto, data di apertura"
    ),
    "size": (
        "container size, size, amount, quantity, quantity in stock, pack size, package size, packaging, volume, mass, weight, content,"
        " contents, qty, gebindegrosse, menge, grosse, inhalt, packungsgrosse, quantite, contenance, taille, conditionnement,"
        " cantidad, tamano, contenido, quantita, hoeveelheid, mangd, ilosc"
    ),
    "size_unit": (
        "unit, units, container unit, size unit, unit of measure, uom, size_unit, quantity unit, amount unit, einheit,"
        " mengeneinheit, masseinheit, unite, unidad, unidades, unita, eenheid, enhet, jednostka"
    ),
    "full_percent": (
        "full, full percent, percent full, fill level, level, remaining, remaining percent, percent remaining, full_percent,"
        " fullstand, restmenge, rest, niveau, reste, restant, lleno, restante, nivel, livello, pieno"
    ),
    "chemical_purity": (
        "chemical purity, purity, grade, assay, chemical_purity, quality, reinheit, qualitat, gehalt, purete, grade de purete,"
        " qualite, pureza, calidad, purezza, zuiverheid, renhet, czystosc"
    ),
    "status": "status, state, availability, zustand, etat, statut, estado, stato",
    "comment": (
        "comments, comment, notes, note, remarks, remark, additional information, bemerkung, bemerkungen, kommentar, kommentare,"
        " notiz, notizen, anmerkung, commentaire, commentaires, remarque, remarques, comentario, comentarios, observaciones, notas,"
        " commenti, osservazioni, opmerking, anmarkning, uwagi"
    ),
    "description": "description, beschreibung, descripcion, descrizione, omschrijving",
}
"""Words over columns, by the field that they stand for, folded and without marks."""

CHEMINVENTORY: Mapping[str, str] = {
    "Container Name": "name",
    "Barcode": "barcode",
    "Substance CAS": "CAS",
    "Molecular Formula": "chemform",
    "Molecular Weight": "molar_mass",
    "SMILES": "smiles",
    "GHS H-codes": "GHS_codes",
    "Location": "location",
    "Supplier": "supplier",
    "Date Acquired": "date",
    "Date opened": "date_opened",
    "Container Size": "size",
    "Unit": "size_unit",
    "Full %": "full_percent",
    "Chemical purity": "chemical_purity",
    "Comments": "comment",
}
"""The columns of ChemInventory's export of containers."""

NAMING = ("name", "barcode", "CAS", "chemform", "smiles", "inchi")
"""Fields of which a row needs one to name a container."""

LOOKED_AT = 40
"""Rows among which the headings are sought."""

SAMPLED = 200
"""Cells of a column that tell what it holds."""

SHOWN = 4
"""Samples of a column that are shown."""

UNIT = re.compile(r"[(\[](?P<within>[^)\]]*)[)\]]$|\bin\s+(?P<beside>\S+)$")
"""Where a heading tells a unit."""

SURE, LIKELY, UNLIKELY = 1.0, 0.7, 0.3


@dataclass(frozen=True)
class Column:
    """One column of a table, and what it is taken for."""

    heading: str
    field: str | None
    """``None``: kept beside the item, as the inventory said it."""
    sureness: float
    """From 0 to 1."""
    because: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How a table is laid out."""

    number: int
    """Row of the headings, as the sheet counts it."""
    headings: tuple[str, ...]
    """Of all columns, each another."""


def key_of(heading: str) -> str:
    """The words of a heading: without case, accents, marks, and what stands in brackets."""
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", heading)
    return " ".join(re.findall(r"[^\W_]+", folded(bare if bare.strip() else heading)))


def unit_in(heading: str) -> str | None:
    """The unit that a heading tells: ``Menge [g]``, ``Amount in mL``."""
    found = UNIT.search(heading.strip())
    unit = (found["beside"] or found["within"]) if found else ""
    return quantities.unit_named(unit) if quantities.is_unit(unit) else None


def plain(heading: str) -> str:
    """A heading as it is compared with others: its words without the blanks between them."""
    return key_of(heading).replace(" ", "")


_FIELD_OF = {key_of(words): field for field, said in SYNONYMS.items() for words in said.split(", ")}
_FIELD_OF_PLAIN = {words.replace(" ", ""): field for words, field in _FIELD_OF.items()}


def find_layout(rows: Sequence[Row], known: Sequence[str] = ()) -> Layout:
    """The headings among the first rows of a table.

    Args:
        rows: the first rows of the table.
        known: headings that a mapping has.

    Raises:
        UnreadableFile: there is no row that could be one of headings.
    """
    keys = {*map(plain, known)} or set(_FIELD_OF_PLAIN)

    def worth(row: Row) -> int:
        return len({plain(text_of(cell)) for cell in row.cells if isinstance(cell, str)} & keys)

    head = rows[:LOOKED_AT]
    best = max(head, key=worth, default=None)
    if best is None or not worth(best):
        best = next((row for row in head if _are_words(row)), None)
    if best is None:
        raise UnreadableFile("No row of the table names its columns.")
    return Layout(best.number, _told_apart(best))


def _are_words(row: Row) -> bool:
    filled = [cell for cell in row.cells if cell is not None]
    return len(filled) > 1 and all(isinstance(cell, str) for cell in filled)


def _told_apart(row: Row) -> tuple[str, ...]:
    headings: list[str] = []
    for place, cell in enumerate(row.cells, 1):
        heading = " ".join(text_of(cell).split()) or f"Column {place}"
        same = sum(plain(one) == plain(heading) for one in headings)
        headings.append(f"{heading} {same + 1}" if same else heading)
    return tuple(headings)


def fields_by(columns: Mapping[str, str | None], layout: Layout) -> tuple[str | None, ...]:
    """The field of each column by a mapping of headings, whatever their case, marks and order."""
    by_key = {plain(heading): field for heading, field in columns.items()}
    return tuple(by_key.get(plain(heading)) for heading in layout.headings)


def guess(rows: Sequence[Row]) -> tuple[Layout, list[Column]]:
    """What each column of a table is likely to hold, by its heading and by its cells.

    Raises:
        UnreadableFile: no row names the columns.
    """
    layout = find_layout(rows)
    samples = [_samples(rows, layout, place) for place in range(len(layout.headings))]
    thoughts = [
        (sureness, place, field, because)
        for place, heading in enumerate(layout.headings)
        for field, (sureness, because) in _thoughts(heading, samples[place]).items()
    ]
    chosen: dict[int, tuple[str, float, str]] = {}
    for sureness, place, field, because in sorted(thoughts, key=lambda one: (-one[0], one[1])):
        if place not in chosen and field not in {one[0] for one in chosen.values()}:
            chosen[place] = (field, sureness, because)
    columns = []
    for place, heading in enumerate(layout.headings):
        shown = tuple(samples[place][:SHOWN])
        if place in chosen:
            columns.append(Column(heading, *chosen[place], shown))
        else:
            columns.append(Column(heading, None, 0.0, "", shown))
    return layout, columns


@contextmanager
def open_table(
    path: Path, sheet: str | None = None, columns: Mapping[str, str | None] | None = None
) -> Iterator[Sheet]:
    """As ``open_sheet``; where a workbook has several sheets, the first whose headings name containers.

    Args:
        path: the file.
        sheet: this one, whatever it holds.
        columns: the field of each heading; without it they are guessed.
    """
    with open_sheet(path, sheet) as first:
        head = list(islice(first.rows, LOOKED_AT))
        if sheet or len(first.names) < 2 or _names_containers(head, columns):
            yield replace(first, rows=chain(head, first.rows))
            return
    others = (name for name in first.names if name != first.name)
    suits = (name for name in others if _names_containers(_head_of(path, name), columns))
    with open_sheet(path, next(suits, first.name)) as found:
        yield found


def _head_of(path: Path, sheet: str) -> list[Row]:
    with open_sheet(path, sheet) as found:
        return list(islice(found.rows, LOOKED_AT))


def _names_containers(rows: Sequence[Row], columns: Mapping[str, str | None] | None) -> bool:
    """Whether headings among the first rows are of a table of containers."""
    try:
        if columns is None:
            fields = {one.field for one in guess(rows)[1]}
        else:
            known = [heading for heading, field in columns.items() if field]
            fields = set(fields_by(columns, find_layout(rows, known)))
    except UnreadableFile:
        return False
    return len(fields - {None}) > 1 and not fields.isdisjoint(NAMING)


def _samples(rows: Sequence[Row], layout: Layout, place: int) -> list[str]:
    """The first texts of a column that say something, each once."""
    below = (
        row.cells[place] for row in rows if row.number > layout.number and place < len(row.cells)
    )
    return list(
        dict.fromkeys(islice((text_of(one) for one in below if not is_blank(one)), SAMPLED))
    )


def _thoughts(heading: str, samples: Sequence[str]) -> dict[str, tuple[float, str]]:
    """Fields that a column may be, how surely, and why."""
    thoughts: dict[str, tuple[float, str]] = {}
    key = key_of(heading)
    if plain(heading) in _FIELD_OF_PLAIN:
        thoughts[_FIELD_OF_PLAIN[plain(heading)]] = (SURE, "heading")
    else:
        for words, field in _FIELD_OF.items():
            if len(words) > 3 and re.search(rf"\b{re.escape(words)}\b", key):
                better = LIKELY + len(words) / 1000
                thoughts[field] = max(
                    thoughts.get(field, (0.0, "")), (better, "word in the heading")
                )
    for field, (tells, needed) in _EVIDENCE.items():
        share = sum(map(tells, samples)) / len(samples) if samples else 0.0
        if share >= needed:
            thoughts[field] = (SURE if field in thoughts else 0.9 * share, "cells")
        elif field in thoughts and field in _DECIDING and samples and share < UNLIKELY:
            del thoughts[field]
    return thoughts


def _understood(reads: Callable[[str], object]) -> Callable[[str], bool]:
    def tells(text: str) -> bool:
        try:
            reads(text)
        except Invalid:
            return False
        return True

    return tells


def _is_formula(text: str) -> bool:
    return any(one.isdigit() for one in text) and _understood(composition)(text)


_EVIDENCE: Mapping[str, tuple[Callable[[str], bool], float]] = {
    "CAS": (_understood(cas_numbers), 0.6),
    "GHS_codes": (lambda text: bool(hazards.read_codes(text).known), 0.6),
    "inchi": (lambda text: text.startswith("InChI="), 0.6),
    "inchi_key": (lambda text: bool(re.fullmatch(r"[A-Z]{14}-[A-Z]{10}-[A-Z]", text)), 0.6),
    "size_unit": (quantities.is_unit, 0.8),
    "chemform": (_is_formula, 0.7),
}
"""Fields that cells tell by themselves, and in which share."""

_DECIDING = frozenset({"CAS", "inchi", "inchi_key"})
"""Fields that a heading alone does not make, where the cells say otherwise."""
