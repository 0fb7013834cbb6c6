"""What the lines before a table of numbers say: ``#Laser=532nm``, ``XUNITS<tab>1/CM``."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydatalab.techniques.shared.titles import ascii_name

MOST, LONGEST = 150, 300
"""So many settings are kept, each of so many characters."""

_SETTING = re.compile(r"""[#/"'\[]*\s*([^=:;\t,"]{1,60}?)"?\s*(?:=|:(?!\\)|;|\t|,)\s*(.*)""")
_LASER = re.compile(r"laser|excitation|anregung", re.IGNORECASE)
_NOT_WAVELENGTH = re.compile(r"power|level|time|name|type|slit|filter|status", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,])(\d{3,4}(?:[.,]\d+)?)(?!\d)")
LASERS = (200.0, 2000.0)
"""Between these wavelengths [nm] lie the lasers of Raman spectrometers."""


def settings(lines: Sequence[str]) -> dict[str, str]:
    """Names and values, as written, of the lines that have the form of a setting."""
    found: dict[str, str] = {}
    for line in lines:
        setting = _SETTING.fullmatch(line.strip())
        if setting and len(found) < MOST:
            value = setting[2].strip(" \t;,\"'")[:LONGEST]
            found.setdefault(setting[1].strip(" #"), value)
    return found


def said(found: Mapping[str, str]) -> dict[str, Any]:
    """Settings as a measurement's header, with the laser's wavelength [nm] where one is named."""
    header: dict[str, Any] = {ascii_name(name): value for name, value in found.items() if value}
    header.pop("curves", None)
    laser = laser_wavelength(found)
    if laser is None:
        header.pop("laser_wavelength", None)
    else:
        header["laser_wavelength"] = laser
    return header


def laser_wavelength(found: Mapping[str, str]) -> float | None:
    """Wavelength of the exciting laser [nm], where a setting names it: ``Laser = 532nm_Edge``."""
    for name, value in found.items():
        if _LASER.search(name) and not _NOT_WAVELENGTH.search(name):
            number = _NUMBER.search(value)
            wavelength = float(number[1].replace(",", ".")) if number else 0.0
            if LASERS[0] <= wavelength <= LASERS[1]:
                return wavelength
    return None


def value_of(found: Mapping[str, str], pattern: str) -> str:
    """The value of the first setting whose name fits the pattern; empty where there is none."""
    named = re.compile(pattern, re.IGNORECASE)
    return next((value for name, value in found.items() if named.fullmatch(name)), "")
