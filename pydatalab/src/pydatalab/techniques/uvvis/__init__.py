"""UV-Vis spectroscopy: absorbance and transmittance against wavelength."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from pydatalab.techniques.registry import Format, Parameters, Technique
from pydatalab.techniques.uvvis import recognise

SPECTRA = "pydatalab.techniques.shared.spectra"


def _or_none(value: Any) -> Any:
    """Older blocks hold null where nothing was chosen."""
    return () if value is None else value


class UvVisParameters(Parameters):
    """How UV-Vis spectra are shown."""

    selected_file_order: Annotated[tuple[str, ...], BeforeValidator(_or_none)] = ()
    """Files in their order; of raw scans the first is the background of the others."""

    show: Literal[
        "auto", "absorbance", "transmittance", "counts", "Tauc, direct", "Tauc, indirect"
    ] = "auto"
    """Vertical axis: what the file has (absorbance of raw scans), or what can be worked out of it."""

    normalise: bool = False
    """Scale each spectrum to a highest point of 1."""


TECHNIQUE = Technique(
    id="uv-vis",
    name="UV-Vis",
    description="Absorbance, transmittance and raw scans of Avantes, Agilent, PerkinElmer, Shimadzu, Thermo.",
    version=4,
    formats=(
        Format("avantes", "Avantes AvaSoft", (".raw8.txt", ".txt"), "pydatalab.techniques.uvvis.avantes:read_avantes", recognise.knows_avantes),
        Format("jcamp", "JCAMP-DX", (".jdx", ".dx", ".jcamp"), "pydatalab.techniques.uvvis.formats:read_jcamp", recognise.knows_jcamp),
        Format("peds", "PerkinElmer ASCII", (".asc",), f"{SPECTRA}.peds:read_peds", recognise.knows_peds),
        Format("perkinelmer", "PerkinElmer Lambda", (".sp",), f"{SPECTRA}.perkinelmer:read_perkinelmer", recognise.knows_perkinelmer),
        Format("shimadzu", "Shimadzu UVProbe", (".spc",), "pydatalab.techniques.uvvis.shimadzu:read_shimadzu", recognise.knows_shimadzu),
        Format("spc", "Galactic SPC", (".spc",), f"{SPECTRA}.spc:read_spc", recognise.knows_spc),
        Format("text", "Columns of text", (".txt", ".csv", ".tsv", ".dat"), "pydatalab.techniques.uvvis.formats:read_text", recognise.knows_text),
    ),
    parameters=UvVisParameters,
    figure="pydatalab.techniques.uvvis.figure:uvvis_figure",
    analysis="pydatalab.techniques.uvvis.analysis:with_absorbance",
    multiple_files=True,
)  # fmt: skip
