"""Parameters of Bruker spectrometers, in their own files or inside JCAMP-DX.

Layout
    Text: ``##$NAME= value``. A value is a number, ``<text>``, ``yes`` or ``no``, or an array with
    its bounds before it, ``(0..63)``, that may run over several lines. ``$$`` starts a comment.
Source
    The files themselves; meanings from "Acquisition Commands and Parameters" and "Processing
    Commands and Parameters", TopSpin manuals, Bruker.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.nmr.axes import Axis
from pydatalab.techniques.nmr.nuclei import nucleus_named

Values = dict[str, Any]

_RECORD = re.compile(r"^##\$(\w+)=(.*?)(?=^##|^\$\$|\Z)", re.MULTILINE | re.DOTALL)
_BOUNDS = re.compile(r"\(\d+\.\.\d+\)")
_WORD = re.compile(r"<[^>]*>|\S+")

ENCODINGS = ("qf", "qf", "qf", "tppi", "states", "states-tppi", "echo-antiecho")
"""By ``FnMODE``: undefined, QF, QSEQ, TPPI, States, States-TPPI, Echo-Antiecho."""


def parameters(text: str) -> Values:
    """Value by name of a parameter file (``acqus``, ``procs``).

    Raises:
        UnreadableFile: the file stops before its end.
    """
    if "##END" not in text:
        raise UnreadableFile("A Bruker parameter file is cut short: zip the experiment again.")
    return {name: value(words) for name, words in _RECORD.findall(text.replace("\r\n", "\n"))}


def value(text: str) -> Any:
    """What the text behind ``##$NAME=`` means: number, text, boolean or a list of these."""
    text = text.strip()
    bounds = _BOUNDS.match(text)
    if bounds:
        return [_single(word) for word in _WORD.findall(text[bounds.end() :])]
    return _single(text)


def _single(text: str) -> Any:
    if text.startswith("<"):
        return text[1:].removesuffix(">").strip()
    if text in ("yes", "no"):
        return text == "yes"
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def number(values: Mapping[str, Any], name: str) -> float | None:
    """A parameter that should be a number; ``None`` where it is missing or something else."""
    found = values.get(name)
    return float(found) if isinstance(found, (int, float)) else None


def needed(values: Mapping[str, Any], name: str) -> float:
    """A parameter that must be a number.

    Raises:
        UnreadableFile: it is missing or something else.
    """
    found = number(values, name)
    if found is None:
        raise UnreadableFile(f"The Bruker parameter {name} is missing: zip the whole experiment.")
    return found


def positive(values: Mapping[str, Any], name: str) -> float:
    """A parameter that must be a number above 0.

    Raises:
        UnreadableFile: it is missing, or not above 0.
    """
    found = needed(values, name)
    if not found > 0:
        raise UnreadableFile(
            f"The Bruker parameter {name} is {found:g}: the experiment is damaged."
        )
    return found


def metadata(acquired: Values, processed: Values) -> Values:
    """What the block shows of an experiment, under the names that clients know."""
    said = {
        "nucleus": nucleus_named(str(acquired.get("NUC1") or processed.get("AXNUC") or "")),
        "carrier_frequency_MHz": number(acquired, "SFO1"),
        "carrier_offset_Hz": number(acquired, "O1"),
        "spectral_window_Hz": number(acquired, "SW_h"),
        "recycle_delay": _element(acquired, "D", 1),
        "nscans": acquired.get("NS"),
        "CNST31": _element(acquired, "CNST", 31),
        "probe_name": acquired.get("PROBHD"),
        "pulse_program_name": acquired.get("PULPROG"),
        "solvent": acquired.get("SOLVENT"),
        "temperature_K": number(acquired, "TE"),
        "acquisition_parameters": acquired,
        "processing_parameters": processed,
    }
    return {name: found for name, found in said.items() if found not in (None, "", {})}


def _element(values: Values, name: str, place: int) -> Any:
    array = values.get(name)
    return array[place] if isinstance(array, list) and place < len(array) else None


def acquired_axis(acquired: Values, processed: Values) -> Axis:
    """The directly observed dimension.

    The middle of the window is at SFO1. Shifts count from SF, the frequency that was set to
    0 ppm when the spectrum was processed, or from BF1 where it never was:
    δ = 10⁶ (ν - SF) / SF.
    """
    carrier = positive(acquired, "SFO1")
    reference = number(processed, "SF") or number(acquired, "BF1") or carrier
    window = number(acquired, "SW_h") or (number(acquired, "SW") or 0) * carrier
    return Axis(
        window=window,
        reference=reference,
        centre=(carrier - reference) / reference * 1e6,
        nucleus=nucleus_named(str(acquired.get("NUC1", ""))),
        group_delay=group_delay(acquired),
    )


def indirect_axis(acquired: Values, processed: Values) -> Axis | None:
    """The second dimension of an experiment; ``None`` where it has no spectral width."""
    carrier, width = number(acquired, "SFO1"), number(acquired, "SW")
    if not carrier or not width:
        return None
    reference = number(processed, "SF") or number(acquired, "BF1") or carrier
    mode = acquired.get("FnMODE") or (processed.get("MC2") or -1) + 1
    return Axis(
        window=number(acquired, "SW_h") or width * carrier,
        reference=reference,
        centre=(carrier - reference) / reference * 1e6,
        nucleus=nucleus_named(str(acquired.get("NUC1", ""))),
        encoding=ENCODINGS[mode] if mode in range(len(ENCODINGS)) else "qf",
    )


def group_delay(acquired: Values) -> float:
    """Points by which the digital filter delays the FID.

    GRPDLY says so; of older consoles it follows from the version of the filter (DSPFVS) and
    how much it thins (DECIM), by a table.

    Source:
        The table of nmrglue (J. J. Helmus, C. P. Jaroniec, J. Biomol. NMR 55 (2013) 355).
    """
    said = number(acquired, "GRPDLY") or 0.0
    if said > 0:
        return said
    version, decimation = acquired.get("DSPFVS"), acquired.get("DECIM")
    if version not in (10, 11, 12, 13):
        return 0.0
    # Imported here because it takes a second, and few files need it.
    from nmrglue.fileio.bruker import bruker_dsp_table

    return float(bruker_dsp_table[version].get(decimation, 0.0))
