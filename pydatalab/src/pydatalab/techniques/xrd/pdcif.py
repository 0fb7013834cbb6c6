"""Powder patterns in a CIF.

Layout
    A loop with one row a point: ``_pd_meas_2theta_scan``, ``_pd_proc_2theta_corrected`` or
    ``_pd_proc_d_spacing``, and intensities. Where the loop has no place, the block gives
    ``_pd_meas_2theta_range_min``, ``_max`` and ``_inc``. A number may carry its standard uncertainty in
    brackets; ``.`` and ``?`` stand for none.
Source
    B. H. Toby, CIF dictionary for powder diffraction (pdCIF), International Tables G, 3.3 and 4.2.
"""

import re
from collections.abc import Iterator
from typing import Any

import gemmi
import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Column, Floats
from pydatalab.techniques.xrd.radiation import number, radiation
from pydatalab.techniques.xrd.scans import Scan, axis, evenly

PLACES = {
    "_pd_meas_2theta_scan": "two_theta",
    "_pd_proc_2theta_corrected": "two_theta",
    "_pd_meas_2theta_corrected": "two_theta",
    "_pd_proc_d_spacing": "d_spacing",
}
INTENSITIES = {
    "_pd_meas_counts_total": ("counts", "counts"),
    "_pd_meas_intensity_total": ("intensity_measured", "a.u."),
    "_pd_proc_intensity_total": ("intensity_processed", "a.u."),
    "_pd_proc_intensity_net": ("intensity_net", "a.u."),
    "_pd_calc_intensity_total": ("intensity_calculated", "a.u."),
    "_pd_calc_intensity_net": ("intensity_calculated_net", "a.u."),
    "_pd_proc_intensity_bkg_calc": ("background_fitted", "a.u."),
    "_pd_proc_intensity_bkg_fix": ("background_fixed", "a.u."),
}
"""Names and units by tag; the first one that a loop has is called ``intensity``."""

UNCERTAIN = re.compile(r"([-+]?\d*\.?(\d*)(?:[eE]([-+]?\d+))?)\((\d+)\)")


def block_scans(block: gemmi.cif.Block) -> Iterator[Scan]:
    """The powder patterns of a block, one for each loop that has intensities.

    Returns:
        ``two_theta`` [deg] or ``d_spacing`` [angstrom], ``intensity`` as measured (else processed,
        else calculated), ``intensity_error`` where it is written in brackets, and what else the loop
        has: calculated intensities, background.
    """
    for item in block:
        if item.loop is None:
            continue
        tags = [tag.lower() for tag in item.loop.tags]
        measured = [tag for tag in INTENSITIES if tag in tags]
        if measured:
            yield _scan(block, item.loop, tags, measured)


def _scan(
    block: gemmi.cif.Block, loop: gemmi.cif.Loop, tags: list[str], measured: list[str]
) -> Scan:
    texts = {tag: _texts(loop, tags.index(tag)) for tag in (*measured, *PLACES) if tag in tags}
    columns = [_place(block, texts, loop.length())]
    for count, tag in enumerate(measured):
        name, unit = INTENSITIES[tag]
        values, errors = _numbers(texts[tag])
        label = name.replace("_", " ").capitalize()
        if count:
            columns.append(Column(name, unit, values, label))
            continue
        columns.append(Column("intensity", unit, values, "Intensity"))
        if errors is not None:
            columns.append(Column("intensity_error", unit, errors, "Standard uncertainty"))
    return Scan(tuple(columns))


def _texts(loop: gemmi.cif.Loop, place: int) -> list[str]:
    return list(loop.values[place :: loop.width()])


def _place(block: gemmi.cif.Block, texts: dict[str, list[str]], points: int) -> Column:
    for tag, name in PLACES.items():
        if tag in texts:
            return axis(name, _numbers(texts[tag])[0])
    for kind in ("meas", "proc"):
        low, high, step = (
            number(gemmi.cif.as_string(block.find_value(f"_pd_{kind}_2theta_range_{end}") or ""))
            for end in ("min", "max", "inc")
        )
        if low is not None and high is not None:
            return axis("two_theta", np.linspace(low, high, points))
        if low is not None and step:
            return axis("two_theta", evenly(low, step, points))
    raise UnreadableFile("The CIF has intensities, but does not say at which 2θ or d.")


def _numbers(texts: list[str]) -> tuple[Floats, Floats | None]:
    """Values, and their standard uncertainties where they carry any."""
    values = np.array([gemmi.cif.as_number(text) for text in texts])
    if not any("(" in text for text in texts[:100]):
        return values, None
    return values, np.array([_uncertainty(text) for text in texts])


def _uncertainty(text: str) -> float:
    found = UNCERTAIN.fullmatch(text.strip())
    if found is None:
        return float("nan")
    return float(found[4]) * 10.0 ** (int(found[3] or 0) - len(found[2]))


def pattern_header(document: gemmi.cif.Document) -> dict[str, Any]:
    """What the blocks of a document say about radiation and sample."""
    tags = {
        "wavelength": "_diffrn_radiation_wavelength",
        "probe": "_diffrn_radiation_probe",
        "instrument": "_diffrn_measurement_device_type",
        "start_time": "_pd_meas_datetime_initiated",
        "sample_name": "_pd_char_special_details",
        "title": "_pd_block_id",
    }
    said: dict[str, str] = {}
    for key, tag in tags.items():
        found = (value for block in document for value in block.find_values(tag))
        texts = (gemmi.cif.as_string(value).strip() for value in found if value not in "?.")
        said[key] = next(texts, "")
    header: dict[str, Any] = radiation(re.sub(r"\(\d+\)", "", said.pop("wavelength")))
    return header | {key: value for key, value in said.items() if value}
