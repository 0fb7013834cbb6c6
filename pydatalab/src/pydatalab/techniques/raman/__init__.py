"""Raman spectroscopy: single spectra, series and maps."""

from typing import Literal

from pydantic import Field

from pydatalab.techniques.raman import recognise
from pydatalab.techniques.registry import Format, Parameters, Technique


class RamanParameters(Parameters):
    """How Raman spectra are shown."""

    laser_wavelength: float | None = Field(default=None, ge=100, le=5000, allow_inf_nan=False)
    """Wavelength of the laser (nm), by which wavelengths become Raman shifts. Empty: what the file says."""

    baseline: bool = False
    """Subtract a smooth background (fluorescence)."""

    normalise: bool = False
    """Scale each spectrum to a highest point of 1."""

    stack: bool = False
    """Draw several spectra one above the other."""

    view: Literal["auto", "spectra", "map"] = "auto"
    """Many spectra of one file as a list of spectra, or as a map of the intensity over position."""

    position: float | None = Field(default=None, ge=-1e5, le=1e5, allow_inf_nan=False)
    """Raman shift (cm⁻¹) at which a map is drawn. Empty: that of the strongest band."""


TECHNIQUE = Technique(
    id="raman",
    name="Raman spectroscopy",
    description="Raman spectra and maps of Renishaw, Horiba, WITec, B&W Tek, Bruker and Thermo.",
    version=3,
    formats=(
        Format("wdf", "Renishaw WiRE", (".wdf",), "pydatalab.techniques.raman.wdf:read_wdf", recognise.knows_wdf),
        Format("jcamp", "JCAMP-DX", (".jdx", ".dx", ".jcamp"), "pydatalab.techniques.raman.formats:read_jcamp", recognise.knows_jcamp),
        Format("spc", "Galactic SPC", (".spc",), "pydatalab.techniques.raman.formats:read_spc", recognise.knows_spc),
        Format("opus", "Bruker OPUS", (".0", ".1", ".001"), "pydatalab.techniques.raman.formats:read_opus", recognise.knows_opus),
        Format("omnic", "Thermo OMNIC", (".spa", ".spg"), "pydatalab.techniques.raman.formats:read_omnic", recognise.knows_omnic),
        Format("labspec", "Horiba LabSpec text", (".txt",), "pydatalab.techniques.raman.formats:read_text", recognise.knows_labspec),
        Format("witec", "WITec text", (".txt",), "pydatalab.techniques.raman.witec:read_witec", recognise.knows_witec),
        Format("bwtek", "B&W Tek text", (".txt", ".csv"), "pydatalab.techniques.raman.bwtek:read_bwtek", recognise.knows_bwtek),
        Format("renishaw_text", "Renishaw WiRE text", (".txt",), "pydatalab.techniques.raman.renishaw_text:read_renishaw_text", recognise.knows_renishaw_text),
        Format("rod", "Raman Open Database", (".rod",), "pydatalab.techniques.raman.rod:read_rod", recognise.knows_rod),
        Format("text", "Columns of text", (".txt", ".csv", ".tsv", ".dat"), "pydatalab.techniques.raman.formats:read_text", recognise.knows_text),
    ),
    parameters=RamanParameters,
    figure="pydatalab.techniques.raman.figure:raman_figure",
    analysis="pydatalab.techniques.raman.analysis:with_shift",
    multiple_files=True,
)  # fmt: skip
