"""A made-up inventory: bottles of many substances, as an export of ChemInventory lays them out."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl

HEADINGS = (
    "Container Name", "Barcode", "Substance CAS", "Molecular Formula", "Molecular Weight", "SMILES",
    "GHS H-codes", "Location", "Supplier", "Date Acquired", "Date opened", "Container Size", "Unit",
    "Full %", "Chemical purity", "Comments", "Project",
)  # fmt: skip
BARE = 0.05
"""Part of the bottles that has no barcode."""


def write_export(path: Path, n_bottles: int, *, half_a_year_later: bool = False) -> None:
    """Write an export; the later one has every tenth bottle moved and every hundredth gone."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Containers")
    sheet.append(HEADINGS)
    for number in range(n_bottles):
        if half_a_year_later and number % 100 == 7:
            continue
        row = bottle(number)
        if half_a_year_later and number % 10 == 3:
            row[7], row[13] = "Lab 360 > New cabinet", 5
        sheet.append(row)
    book.save(path)


def bottle(number: int) -> list[object]:
    """The row of one bottle."""
    chance = random.Random(number)
    kind = number % 10_000
    carbons = 1 + kind % 100
    oxygens = kind // 100 % 100
    acquired = datetime(2015, 1, 1) + timedelta(days=number % 3_650)
    return [
        f"Polyol {carbons}-{oxygens}",
        None if chance.random() < BARE else f"B{1_000_000 + number}",
        cas(10_000 + kind),
        f"C{carbons}H{2 * carbons + 2}O{oxygens}",
        12.011 * carbons + 15.999 * oxygens,
        "C" * carbons + "O" * oxygens,
        "H225, H319, H336" if number % 3 else "",
        f"Lab {300 + number % 60} > Cabinet {'ABCD'[number % 4]} > Shelf {number % 5}",
        f"Supplier {number % 40}",
        acquired,
        acquired + timedelta(days=30) if number % 2 else None,
        chance.choice((5, 25, 100, 250, 500)),
        "g",
        chance.choice((20, 50, 80, 100)),
        "99%",
        "keep dry" if number % 4 else None,
        f"P{number % 300}",
    ]


def cas(number: int) -> str:
    """A number with the check digit of the registry."""
    digits = f"{number}{number % 90 + 10}"
    check = sum(place * int(one) for place, one in enumerate(reversed(digits), 1)) % 10
    return f"{digits[:-2]}-{digits[-2:]}-{check}"
