"""Bruker experiments, as TopSpin keeps them in folders, zipped.

Layout
    A folder for each experiment: ``acqus`` (and ``acqu2s`` of a second dimension) with the
    parameters of the acquisition, ``fid`` or ``ser`` with its numbers, and for each processing
    ``pdata/<number>/`` with ``procs`` (``proc2s``), ``1r`` and ``1i`` or ``2rr``.
    Numbers are int32 or float64, byte order and type as the parameters BYTORDA and DTYPA (of
    processed data BYTORDP and DTYPP) say. ``fid`` alternates real and imaginary parts, TD numbers in
    all; it and each row of ``ser`` are filled up to 1024 bytes. Processed numbers are to be multiplied by 2^NC_proc; those
    of 2-D spectra are stored in tiles of XDIM.
Source
    "Acquisition" and "Processing Commands and Parameters", TopSpin manuals, Bruker; checked
    against nmrglue, which reads it too but does not return from a parameter file cut short.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.nmr.axes import (
    Axis,
    fid_measurement,
    row_column,
    shift_column,
    spectrum_measurement,
)
from pydatalab.techniques.nmr.bruker_lists import arrayed_column, has_increments
from pydatalab.techniques.nmr.bruker_parameters import (
    Values,
    acquired_axis,
    indirect_axis,
    metadata,
    needed,
    number,
    parameters,
    positive,
)
from pydatalab.techniques.nmr.experiments import chosen, labelled, natural
from pydatalab.techniques.nmr.nuclei import nucleus_named
from pydatalab.techniques.shared.archive import Archive, opened
from pydatalab.techniques.shared.measurement import Column, Floats, Measurement
from pydatalab.techniques.shared.source import SourceFile, decoded

ROW_BYTES = 1024
"""Rows of ``ser`` fill a multiple of this."""

SPECTRA = ("1r", "2rr", "3rrr")
FIDS = ("fid", "ser")
NON_UNIFORM = 2
"""FnTYPE of experiments that skip increments."""


def read_bruker(
    file: SourceFile,
    selected_experiment: str | None = None,
    selected_process: str | None = None,
    source: Literal["processed", "fid"] = "processed",
) -> Measurement:
    """Read one experiment of an archive.

    Args:
        file: zip archive of one or several experiments.
        selected_experiment: its folder, below the one that all experiments share.
        selected_process: its number in ``pdata``.
        source: whether to prefer the processed spectrum or the FID, where there are both.

    Returns:
        A spectrum or FID as ``axes.spectrum_measurement`` and ``axes.fid_measurement`` describe
        them; of a second dimension the values stand in ``across``.

    Raises:
        NoData: the archive holds no FID and no spectrum.
        UnreadableFile: the experiment is incomplete or damaged.
    """
    with opened(file) as archive:
        members = {name.replace("\\", "/"): name for name in archive.names}
        experiments = labelled(_with_data(members), file.path.stem)
        if not experiments:
            raise NoData(
                "The archive holds no Bruker data: zip whole experiment folders, with acqus, "
                "fid or ser, and pdata."
            )
        label = chosen(selected_experiment, list(experiments))
        experiment = Experiment(archive, members, experiments[label])
        header = {"experiment": label, "available_experiments": list(experiments)}
        processes = experiment.processes
        if processes and (source == "processed" or not experiment.fid):
            return _spectrum(experiment, chosen(selected_process, processes), header)
        return _fid(experiment, header)


@dataclass(frozen=True)
class Experiment:
    """One experiment's folder in an archive."""

    archive: Archive
    members: Mapping[str, str]
    """Name in the archive by path."""
    folder: PurePosixPath

    @property
    def fid(self) -> str | None:
        """Name of the file with the FID."""
        return next((name for name in FIDS if self.has(name)), None)

    @property
    def processes(self) -> list[str]:
        """Numbers under which processed spectra are kept, in order."""
        paths = (PurePosixPath(path) for path in self.members)
        inside = (path for path in paths if path.parent.parent == self.folder / "pdata")
        return sorted({path.parent.name for path in inside if path.name in SPECTRA}, key=natural)

    def has(self, name: str) -> bool:
        return str(self.folder / name) in self.members

    def bytes(self, name: str) -> bytes:
        return self.archive.read(self.members[str(self.folder / name)])

    def text(self, name: str) -> str:
        """A text file of the experiment; empty where there is none."""
        return decoded(self.bytes(name)).replace("\r\n", "\n").strip() if self.has(name) else ""

    def parameters(self, name: str) -> Values:
        """A parameter file of the experiment; empty where there is none."""
        return parameters(self.text(name)) if self.has(name) else {}

    def header(self, acquired: Values, processed: Values, process: str | None) -> Values:
        """What the block shows of it."""
        title = self.text(f"pdata/{process}/title") if process else ""
        texts = {"title": title, "pulse_program": self.text("pulseprogram")}
        choices = {"process": process, "available_processes": self.processes}
        said = {name: found for name, found in (texts | choices).items() if found}
        return metadata(acquired, processed) | said


def _with_data(names: Iterable[str]) -> Iterable[PurePosixPath]:
    """Folders of the experiments that have a FID or a processed spectrum."""
    paths = [PurePosixPath(name) for name in names]
    acquired = {path.parent for path in paths if path.name == "acqus"}
    for path in paths:
        if path.name in FIDS and path.parent in acquired:
            yield path.parent
        elif path.name in SPECTRA and path.parent.parent.name == "pdata":
            yield path.parent.parent.parent


def _spectrum(experiment: Experiment, process: str, header: Values) -> Measurement:
    place = f"pdata/{process}"
    direct = experiment.parameters(f"{place}/procs")
    acquired = experiment.parameters("acqus")
    header |= experiment.header(acquired, direct, process)
    if experiment.has(f"{place}/3rrr"):
        raise UnreadableFile("The spectrum has three dimensions; one or two can be shown.")
    flat = _processed(experiment.bytes(f"{place}/{_real_part(experiment, place)}"), direct)
    points, nucleus = int(positive(direct, "SI")), str(header.get("nucleus", ""))
    if experiment.has(f"{place}/1r"):
        intensity = _complete(flat, points)
        imaginary = None
        if experiment.has(f"{place}/1i"):
            imaginary = _complete(_processed(experiment.bytes(f"{place}/1i"), direct), points)
        shift = _processed_shifts(direct)
        return spectrum_measurement(shift, intensity, nucleus, header, imaginary=imaginary)
    indirect = experiment.parameters(f"{place}/proc2s")
    rows = int(positive(indirect, "SI"))
    intensity = _untiled(_complete(flat, rows * points), direct, indirect)
    shift = _processed_shifts(direct)
    across = _processed_across(experiment, indirect, rows)
    return spectrum_measurement(shift, intensity.T, nucleus, header, across=across)


def _real_part(experiment: Experiment, place: str) -> str:
    return "1r" if experiment.has(f"{place}/1r") else "2rr"


def _processed(raw: bytes, processed: Values) -> Floats:
    """Intensities of one file of processed data, scaled."""
    exponent = int(np.clip(number(processed, "NC_proc") or 0.0, -100, 100))
    return np.ldexp(_numbers(raw, processed.get("BYTORDP"), processed.get("DTYPP")), exponent)


def _numbers(raw: bytes, byte_order: Any, kind: Any) -> Floats:
    dtype = np.dtype(f"{'>' if byte_order == 1 else '<'}{'f8' if kind == 2 else 'i4'}")
    count = len(raw) // dtype.itemsize
    return np.frombuffer(raw, dtype, count=count).astype(np.float64)


def _complete(numbers: Floats, count: int) -> Floats:
    if len(numbers) < count:
        raise UnreadableFile(
            f"The Bruker spectrum is cut short: {len(numbers):,} points of {count:,}."
        )
    return numbers[:count]


def _processed_shifts(processed: Values) -> Floats:
    """δ [ppm] of processed points: the first is at OFFSET, SI of them span SW_p Hz."""
    points = int(positive(processed, "SI"))
    step = positive(processed, "SW_p") / positive(processed, "SF") / points
    return np.asarray(needed(processed, "OFFSET") - np.arange(points) * step)


def _untiled(flat: Floats, direct: Values, indirect: Values) -> Floats:
    """A 2-D spectrum of shape (rows, points) from its tiles."""
    points, rows = int(positive(direct, "SI")), int(positive(indirect, "SI"))
    wide, high = int(number(direct, "XDIM") or points), int(number(indirect, "XDIM") or rows)
    if wide < 1 or high < 1 or points % wide or rows % high:
        raise UnreadableFile("The tiles of the Bruker spectrum (XDIM) do not fill it.")
    tiles = flat.reshape(rows // high, points // wide, high, wide)
    return np.asarray(tiles.swapaxes(1, 2).reshape(rows, points))


def _processed_across(experiment: Experiment, indirect: Values, rows: int) -> Column:
    acquired = experiment.parameters("acqu2s")
    listed = arrayed_column(experiment, rows)
    if listed is not None:
        return listed
    transformed = number(indirect, "FT_mod") != 0 and number(indirect, "FTSIZE") != 0
    if not transformed or not number(indirect, "SF") or not number(indirect, "SW_p"):
        return row_column(rows)
    name = str(indirect.get("AXNUC") or acquired.get("NUC1") or "")
    return shift_column(_processed_shifts(indirect), nucleus_named(name))


def _fid(experiment: Experiment, header: Values) -> Measurement:
    acquired = experiment.parameters("acqus")
    process = next(iter(experiment.processes), None)
    processed = experiment.parameters(f"pdata/{process}/procs") if process else {}
    header |= experiment.header(acquired, processed, process)
    axis = acquired_axis(acquired, processed)
    raw = experiment.bytes(experiment.fid or "fid")
    numbers = _numbers(raw, acquired.get("BYTORDA"), acquired.get("DTYPA"))
    if experiment.fid == "fid":
        points = int(positive(acquired, "TD"))
        return fid_measurement(_complex(numbers[:points], acquired), axis, header)
    rows = _rows(numbers, acquired)
    across = arrayed_column(experiment, len(rows))
    indirect = None if across else _indirect(experiment, process)
    return fid_measurement(
        _complex(rows, acquired).T,
        axis,
        header,
        across=across or row_column(len(rows)),
        indirect=indirect,
    )


def _indirect(experiment: Experiment, process: str | None) -> Axis | None:
    """The second dimension; ``None`` where the rows are a series, or too few to be transformed."""
    acquired = experiment.parameters("acqu2s")
    sampled_evenly = experiment.parameters("acqus").get("FnTYPE") != NON_UNIFORM
    tells_sign = (number(acquired, "FnMODE") or 0) > 1
    if sampled_evenly and (tells_sign or has_increments(experiment)):
        processed = experiment.parameters(f"pdata/{process}/proc2s") if process else {}
        return indirect_axis(acquired, processed)
    return None


def _complex(numbers: Floats, acquired: Values) -> npt.NDArray[np.complex128]:
    """Real and imaginary parts in turn, but for detection in one channel (AQ_mod 0 and 2)."""
    if acquired.get("AQ_mod") in (0, 2):
        return numbers.astype(np.complex128)
    even = numbers[..., : numbers.shape[-1] // 2 * 2]
    return np.ascontiguousarray(even).view(np.complex128)


def _rows(numbers: Floats, acquired: Values) -> Floats:
    """The FIDs of ``ser``, shape (rows, points), less what fills them up."""
    points = int(positive(acquired, "TD"))
    block = ROW_BYTES // (8 if acquired.get("DTYPA") == 2 else 4)
    length = -(-points // block) * block
    if len(numbers) < length:
        raise UnreadableFile("The Bruker ser file is cut short: it holds no whole FID.")
    rows = len(numbers) // length
    return numbers[: rows * length].reshape(rows, length)[:, :points]
