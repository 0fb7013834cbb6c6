"""Varian and Agilent experiments, as VnmrJ keeps them in ``.fid`` folders, zipped.

Layout
    ``procpar``, text: three or more lines for each parameter, with its name first and its values
    in the second. ``fid``, binary and big-endian: a header of 32 bytes, then blocks, each with a
    header of 28 bytes and the real and imaginary parts of a FID in turn. ``text``: the title.
Source
    "VnmrJ User Programming", chapter 5 (Agilent); read by nmrglue.
"""

import struct
import warnings
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import nmrglue.fileio.varian as vnmr
import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.nmr.axes import Axis, fid_measurement, row_column
from pydatalab.techniques.nmr.experiments import chosen, labelled
from pydatalab.techniques.nmr.nuclei import nucleus_named
from pydatalab.techniques.shared.archive import Archive, opened
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile, decoded

Parameters = Mapping[str, list[str]]


def read_varian(file: SourceFile, selected_experiment: str | None = None, **_: Any) -> Measurement:
    """Read one experiment of an archive.

    Args:
        file: zip archive of one or several ``.fid`` folders.
        selected_experiment: the folder, below the one that all experiments share.

    Returns:
        The FID, as ``axes.fid_measurement`` describes it.

    Raises:
        NoData: the archive holds no folder with ``procpar`` and ``fid``.
        UnreadableFile: the experiment is incomplete or damaged.
    """
    with opened(file) as archive:
        members = {name.replace("\\", "/"): name for name in archive.names}
        paths = [PurePosixPath(path) for path in members]
        folders = [path.parent for path in paths if path.name == "procpar"]
        acquired = [folder for folder in folders if str(folder / "fid") in members]
        experiments = labelled(acquired, file.path.stem)
        if not experiments:
            raise NoData("The archive holds no Varian data: zip whole .fid folders.")
        label = chosen(selected_experiment, list(experiments))
        folder = experiments[label]
        for name in ("procpar", "fid"):
            _write(archive, members[str(folder / name)], file.folder / name)
        text = members.get(str(folder / "text"))
        title = decoded(archive.read(text)).strip() if text else ""
    header = {"experiment": label, "available_experiments": list(experiments), "title": title}
    return _measurement(*_numbers(file.folder), header)


def _write(archive: Archive, name: str, place: Path) -> None:
    place.write_bytes(archive.read(name))


def _numbers(folder: Path) -> tuple[Parameters, npt.NDArray[np.complex128]]:
    """Parameters, and FIDs of shape (rows, points)."""
    try:
        with warnings.catch_warnings(action="ignore"):
            header, fids = vnmr.read(str(folder), as_2d=True)
    except (OSError, ValueError, KeyError, IndexError, TypeError, struct.error) as exc:
        raise UnreadableFile(
            "The Varian experiment is damaged or cut short: zip it again."
        ) from exc
    said = {name: entry["values"] for name, entry in header.pop("procpar").items()}
    if not header["S_DATA"] or not fids.size:
        raise NoData("The Varian experiment holds no FID.")
    if fids.shape[-1] * 2 != header["np"]:
        raise UnreadableFile("The Varian fid file is cut short: zip the experiment again.")
    return said, np.conj(fids).astype(np.complex128)  # VnmrJ turns the other way


def _measurement(
    said: Parameters, fids: npt.NDArray[np.complex128], header: dict[str, Any]
) -> Measurement:
    direct = _axis(said, "", str(_text(said, "tn")))
    header |= _metadata(said, direct)
    if len(fids) == 1:
        return fid_measurement(fids[0], direct, header)
    indirect = None
    if (_number(said, "ni") or 0) > 1:
        indirect = _axis(said, "1", _indirect_nucleus(said))
    across = _arrayed(said, len(fids)) or row_column(len(fids))
    return fid_measurement(fids.T, direct, header, across=across, indirect=indirect)


def _axis(said: Parameters, which: str, nucleus: str) -> Axis:
    """A dimension: the reference line, at the frequency rfp, is rfl Hz from the right end."""
    window = _number(said, f"sw{which}")
    carrier = _number(said, "sfrq")
    if window is None or not carrier:
        raise UnreadableFile("procpar gives no spectral width (sw) or frequency (sfrq).")
    reference = _number(said, f"reffrq{which}") or carrier
    centre = (carrier - reference) / reference * 1e6 if not which else 0.0
    line, place = _number(said, f"rfp{which}"), _number(said, f"rfl{which}")
    if line is not None and place is not None:
        centre = (line - place + window / 2) / reference
    encoding = "states" if which and len(said.get("phase", ())) == 2 else "qf"
    return Axis(window, reference, centre, nucleus_named(nucleus), encoding=encoding)


def _indirect_nucleus(said: Parameters) -> str:
    """The decoupled nucleus where the second dimension is at its frequency, else the observed one."""
    reference, decoupled = _number(said, "reffrq1"), _number(said, "dfrq")
    if reference and decoupled and abs(reference - decoupled) < 0.01 * decoupled:
        return _text(said, "dn")
    return _text(said, "tn")


def _arrayed(said: Parameters, rows: int) -> Column | None:
    """The parameter that was stepped from row to row."""
    name = _text(said, "array")
    values = said.get(name, ())
    if len(values) != rows:
        return None
    try:
        return Column(name, "", np.array([float(word) for word in values]))
    except ValueError:
        return None


def _metadata(said: Parameters, direct: Axis) -> dict[str, Any]:
    temperature = _number(said, "temp")
    found = {
        "nucleus": direct.nucleus,
        "carrier_frequency_MHz": _number(said, "sfrq"),
        "carrier_offset_Hz": _number(said, "tof"),
        "spectral_window_Hz": direct.window,
        "recycle_delay": _number(said, "d1"),
        "nscans": int(_number(said, "nt") or 0) or None,
        "probe_name": _text(said, "probe_"),
        "pulse_program_name": _text(said, "seqfil"),
        "solvent": _text(said, "solvent"),
        "temperature_K": temperature and round(temperature + 273.15, 4),
        "acquisition_parameters": {name: " ".join(words) for name, words in said.items()},
    }
    return {name: entry for name, entry in found.items() if entry not in (None, "")}


def _text(said: Parameters, name: str) -> str:
    values = said.get(name, ())
    return values[0] if values else ""


def _number(said: Parameters, name: str) -> float | None:
    try:
        return float(_text(said, name))
    except ValueError:
        return None
