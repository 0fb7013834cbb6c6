"""Powder X-ray and neutron diffraction."""

from typing import Literal

from pydantic import Field

from pydatalab.techniques.registry import Format, Parameters, Technique
from pydatalab.techniques.xrd import recognise


class XrdParameters(Parameters):
    """How patterns are shown."""

    wavelength: float | None = Field(default=None, gt=0, le=20)
    """Wavelength in Å, for Q and d and for calculated patterns. Empty or 1.5406: what the file says, else Cu Kα1 (1.5406 Å)."""

    x_axis: Literal["2θ", "Q", "d"] = "2θ"
    """Horizontal axis: scattering angle 2θ, Q = 4π sin θ / λ, or lattice spacing d."""

    y_scale: Literal["linear", "square root", "log"] = "linear"
    """Scale of the intensities; the square root shows weak peaks."""

    baseline: bool = False
    """Subtract a smooth background."""

    normalise: bool = True
    """Scale each of several patterns to a highest point of 1. A single pattern keeps its counts."""

    stack: bool = True
    """Draw several patterns one above the other."""


def _reader(module: str) -> str:
    function = "read_jdx" if module == "jcamp" else f"read_{module}"
    return f"pydatalab.techniques.xrd.{module}:{function}"


TECHNIQUE = Technique(
    id="xrd",
    name="Powder XRD",
    description="Powder diffraction patterns, measured, or calculated from a structure.",
    version=7,
    formats=(
        Format("xrdml", "PANalytical XRDML", (".xrdml",), _reader("xrdml"), recognise.knows_xrdml),
        Format("rasx", "Rigaku RASX", (".rasx",), _reader("rasx"), recognise.knows_rasx),
        Format("ras", "Rigaku RAS", (".ras",), _reader("ras"), recognise.knows_ras),
        Format("brml", "Bruker BRML", (".brml",), _reader("brml"), recognise.knows_brml),
        Format("raw", "Bruker and Siemens RAW", (".raw",), _reader("raw"), recognise.knows_raw),
        Format("uxd", "Bruker and Siemens UXD", (".uxd",), _reader("uxd"), recognise.knows_uxd),
        Format("jcamp", "JCAMP-DX", (".jdx", ".dx", ".jcamp"), _reader("jcamp"), recognise.knows_jcamp),
        Format("cif", "CIF: structure or pattern", (".cif",), _reader("cif"), recognise.knows_cif),
        Format("blocks", "PSI, ILL and FullProf blocks", (".dat",), _reader("blocks"), recognise.knows_blocks),
        Format("xy", "Columns of text", (".xy", ".xye", ".dat", ".txt", ".csv"), _reader("xy"), recognise.knows_xy),
    ),
    parameters=XrdParameters,
    figure="pydatalab.techniques.xrd.figure:xrd_figure",
    analysis="pydatalab.techniques.xrd.analysis:with_q_and_d",
    multiple_files=True,
)  # fmt: skip
