"""Formats that Raman shares with other spectra, read so that a wavenumber is a Raman shift."""

from dataclasses import replace

from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra import jcamp_spectra, omnic, opus, spc, text
from pydatalab.techniques.shared.spectra.quantities import RAMAN_SHIFT, WAVENUMBER


def read_jcamp(file: SourceFile) -> Measurement:
    """JCAMP-DX; ``raman_shift`` where it names no unit."""
    return as_shift(jcamp_spectra.read_jcamp_spectra(file, RAMAN_SHIFT))


def read_spc(file: SourceFile) -> Measurement:
    """Galactic SPC."""
    return as_shift(spc.read_spc(file))


def read_opus(file: SourceFile) -> Measurement:
    """Bruker OPUS."""
    return as_shift(opus.read_opus(file))


def read_omnic(file: SourceFile) -> Measurement:
    """Thermo OMNIC."""
    return as_shift(omnic.read_omnic(file))


def read_text(file: SourceFile) -> Measurement:
    """Columns of text, LabSpec's among them; ``raman_shift`` where they name no unit."""
    return as_shift(text.read_text(file, RAMAN_SHIFT))


def as_shift(measurement: Measurement) -> Measurement:
    """The same with its wavenumbers called by what they are in a Raman spectrum."""
    across = measurement.across
    return replace(
        measurement,
        columns=tuple(_renamed(column) for column in measurement.columns),
        axis=RAMAN_SHIFT.name if measurement.axis == WAVENUMBER.name else measurement.axis,
        across=_renamed(across) if across else None,
    )


def _renamed(column: Column) -> Column:
    if column.name != WAVENUMBER.name:
        return column
    return replace(column, name=RAMAN_SHIFT.name, label=RAMAN_SHIFT.label)
