"""Shimadzu UVProbe: ``.spc``, which is not Galactic's format.

Layout
    An OLE2 compound file. Each data set has the streams ``X Data.1`` and ``Y Data.1`` (float64,
    little-endian) under ``DataSpectrumStorage/Data``; the streams ``PageTexts0`` … of its
    ``MethodStorage`` have eight bytes ?, a title, a number of pairs (int32), then names and
    values, each text with its length in one byte before.
Source
    None published by the vendor: real files.
"""

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import olefile

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra.quantities import (
    ABSORBANCE,
    WAVELENGTH,
    Curve,
    signal_quantity,
    spectra,
)
from pydatalab.techniques.shared.titles import ascii_name

BROKEN = (OSError, ValueError, LookupError, struct.error)
"""What the library raises where bytes make no sense."""

MODE = "measuring_mode"


def read_shimadzu(file: SourceFile) -> Measurement:
    """Read the spectra of a UVProbe file.

    Returns:
        ``wavelength`` [nm] and a column for each data set, an ``absorbance`` where the file
        names no other measuring mode.

    Raises:
        NoData: it has no data set.
        UnreadableFile: it is no OLE2 file, or is damaged.
    """
    try:
        with olefile.OleFileIO(str(file.path)) as ole:
            streams = {tuple(path): ole.openstream(path).read() for path in ole.listdir()}
    except BROKEN as exc:
        raise UnreadableFile("The file is no Shimadzu .spc (OLE2), or it ends early.") from exc
    said = _said(streams)
    curves = list(_curves(streams, str(said.get(MODE, ""))))
    if not curves:
        raise NoData("The Shimadzu file holds no data set.")
    return spectra(WAVELENGTH, curves, said)


def _curves(streams: dict[tuple[str, ...], bytes], mode: str) -> Iterator[Curve]:
    for path, content in streams.items():
        if not path[-1].startswith("X Data."):
            continue
        x = np.frombuffer(content[: len(content) // 8 * 8], "<f8")
        other = streams.get((*path[:-1], path[-1].replace("X", "Y", 1)), b"")
        y = np.frombuffer(other[: len(other) // 8 * 8], "<f8")
        if len(x) != len(y):
            raise UnreadableFile(f"The Shimadzu file has {len(x)} wavelengths and {len(y)} values.")
        yield Curve(x, y, signal_quantity(mode, y, ABSORBANCE), path[-4] if len(path) > 3 else "")


def _said(streams: dict[tuple[str, ...], bytes]) -> dict[str, Any]:
    """Names and values of the method's pages."""
    said: dict[str, Any] = {}
    for path, content in sorted(streams.items()):
        if path[-1].startswith("PageTexts"):
            texts = list(_texts(content))
            for name, value in zip(texts[::2], texts[1::2], strict=False):
                if value.strip():
                    said.setdefault(ascii_name(name.rstrip(": ")), value.strip())
    return said


def _texts(content: bytes) -> Iterator[str]:
    """The names and values of a page, after its title."""
    place = 8 + 1 + (content[8] if len(content) > 8 else 0) + 4
    while place < len(content):
        length = content[place]
        yield content[place + 1 : place + 1 + length].decode("cp1252", errors="replace")
        place += 1 + length
