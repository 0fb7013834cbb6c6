"""Formats that infrared spectra share with others; a wavenumber where they name no axis."""

from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra import jcamp_spectra, text
from pydatalab.techniques.shared.spectra.quantities import WAVENUMBER


def read_jcamp(file: SourceFile) -> Measurement:
    """JCAMP-DX."""
    return jcamp_spectra.read_jcamp_spectra(file, WAVENUMBER)


def read_text(file: SourceFile) -> Measurement:
    """Columns of text."""
    return text.read_text(file, WAVENUMBER)
