"""Infrared spectroscopy: transmittance and absorbance against wavenumber."""

from typing import Literal

from pydatalab.techniques.ftir import recognise
from pydatalab.techniques.registry import Format, Parameters, Technique

SPECTRA = "pydatalab.techniques.shared.spectra"


class FtirParameters(Parameters):
    """How infrared spectra are shown."""

    show: Literal["as measured", "absorbance", "transmittance"] = "as measured"
    """Vertical axis. Absorbance and transmittance are worked out of each other: A = −log₁₀ T."""

    baseline: bool = False
    """Subtract a smooth background from absorbances."""

    normalise: bool = False
    """Scale each spectrum to a highest point of 1."""

    stack: bool = False
    """Draw several spectra one above the other."""


TECHNIQUE = Technique(
    id="ftir",
    name="FTIR",
    description="Infrared spectra of Bruker, Thermo, PerkinElmer and others.",
    version=3,
    formats=(
        Format("jcamp", "JCAMP-DX", (".jdx", ".dx", ".jcamp"), "pydatalab.techniques.ftir.formats:read_jcamp", recognise.knows_jcamp),
        Format("opus", "Bruker OPUS", (".0", ".1", ".001"), f"{SPECTRA}.opus:read_opus", recognise.knows_opus),
        Format("omnic", "Thermo OMNIC", (".spa", ".spg"), f"{SPECTRA}.omnic:read_omnic", recognise.knows_omnic),
        Format("perkinelmer", "PerkinElmer Spectrum", (".sp",), f"{SPECTRA}.perkinelmer:read_perkinelmer", recognise.knows_perkinelmer),
        Format("peds", "PerkinElmer ASCII", (".asc",), f"{SPECTRA}.peds:read_peds", recognise.knows_peds),
        Format("spc", "Galactic SPC", (".spc",), f"{SPECTRA}.spc:read_spc", recognise.knows_spc),
        Format("asp", "ASCII spectrum", (".asp",), "pydatalab.techniques.ftir.asp:read_asp", recognise.knows_asp),
        Format("text", "Columns of text", (".txt", ".csv", ".tsv", ".dpt", ".dat"), "pydatalab.techniques.ftir.formats:read_text", recognise.knows_text),
    ),
    parameters=FtirParameters,
    figure="pydatalab.techniques.ftir.figure:ftir_figure",
    analysis="pydatalab.techniques.ftir.analysis:with_counterparts",
    multiple_files=True,
)  # fmt: skip
