"""Mass spectrometry: mass spectra, chromatograms, and gases followed in time (TGA-MS)."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pydatalab.techniques.ms import recognise
from pydatalab.techniques.registry import Format, Parameters, Technique


def _listed(value: Any) -> Any:
    """Several names in one text, or numbers, as a list of texts."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(word.strip() for word in re.split(r"[,;\n]", value) if word.strip())
    if isinstance(value, (int, float)):
        return (f"{value:g}",)
    if isinstance(value, (list, tuple)):
        return tuple(f"{one:g}" if isinstance(one, (int, float)) else one for one in value)
    return value


class MsParameters(Parameters):
    """What is shown of a run."""

    view: Literal["auto", "spectrum", "total", "masses"] = "auto"
    """A mass spectrum, the total ion current against time, or the current of chosen masses."""

    scan: int | None = Field(default=None, ge=1)
    """Number of the scan whose spectrum is shown; the sum of all where empty."""

    masses: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """Masses (m/z) or names of the channels to be followed in time; all channels where empty."""

    mass_tolerance: float = Field(default=0.5, gt=0, le=100)
    """How far from a chosen mass (m/z) an ion may lie."""

    source: Literal["spectra", "chromatograms"] = "spectra"
    """What to take from a file that holds both."""

    y_scale: Literal["auto", "linear", "log"] = "auto"
    """Scale of the intensities; by itself logarithmic for the gases of a TGA-MS."""


TECHNIQUE = Technique(
    id="ms",
    name="Mass spectrometry",
    description="Mass spectra, chromatograms and TGA-MS: Quadera, mzML, mzXML, MGF, ANDI, JCAMP-DX.",
    version=5,
    formats=(
        Format("quadera", "Pfeiffer Quadera", (".asc", ".txt"), "pydatalab.techniques.ms.quadera:read_quadera", recognise.knows_quadera),
        Format("mzml", "mzML", (".mzml",), "pydatalab.techniques.ms.mzml:read_mzml", recognise.knows_mzml),
        Format("mzxml", "mzXML", (".mzxml",), "pydatalab.techniques.ms.mzxml:read_mzxml", recognise.knows_mzxml),
        Format("mgf", "Mascot generic format (MGF)", (".mgf",), "pydatalab.techniques.ms.mgf:read_mgf", recognise.knows_mgf),
        Format("andi", "ANDI (netCDF)", (".cdf", ".nc"), "pydatalab.techniques.ms.andi:read_andi", recognise.knows_andi),
        Format("jcamp", "JCAMP-DX", (".jdx", ".dx", ".jcamp"), "pydatalab.techniques.ms.jcamp:read_jcamp_ms", recognise.knows_jcamp),
        Format("text", "Columns of text", (".txt", ".csv", ".asc", ".dat"), "pydatalab.techniques.ms.text:read_text", recognise.knows_text),
    ),
    parameters=MsParameters,
    figure="pydatalab.techniques.ms.figure:ms_figure",
    reading_parameters=("source",),
    multiple_files=True,
)  # fmt: skip
