"""Formats that UV-Vis spectra share with others; a wavelength where they name no axis."""

from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.spectra import jcamp_spectra, text
from pydatalab.techniques.shared.spectra.quantities import WAVELENGTH


def read_jcamp(file: SourceFile) -> Measurement:
    """JCAMP-DX."""
    return jcamp_spectra.read_jcamp_spectra(file, WAVELENGTH)


def read_text(file: SourceFile) -> Measurement:
    """Columns of text: Cary, Genesys, VISIONlite, UVProbe, Ocean Optics and others."""
    return text.read_text(file, WAVELENGTH)
