"""Nuclear magnetic resonance: spectra and free induction decays, in one dimension and in two."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pydatalab.techniques.nmr.nuclei import chosen_nucleus
from pydatalab.techniques.nmr.recognise import (
    knows_bruker,
    knows_jcamp,
    knows_jeol,
    knows_nmrpipe,
    knows_varian,
)
from pydatalab.techniques.registry import Format, Parameters, Technique

Chosen = Annotated[
    str | None, BeforeValidator(lambda value: str(value) if value == 0 or value else None)
]


class NmrParameters(Parameters):
    """What may be chosen for an NMR block."""

    selected_experiment: Chosen = None
    """Experiment of an archive that holds several; the first where empty."""

    selected_process: Chosen = None
    """Processing number of a Bruker experiment (its folder in pdata); the first where empty."""

    source: Literal["processed", "fid"] = "processed"
    """The processed spectrum where the file has one, or always the FID, transformed here."""

    nucleus: Annotated[str | None, BeforeValidator(chosen_nucleus)] = None
    """The nucleus that was observed, such as 31P; that of the file where empty."""

    line_broadening: float = Field(default=0.0, ge=0, le=1e6, allow_inf_nan=False)
    """Exponential line broadening of a FID before it is transformed (Hz)."""

    phase_0: float | None = Field(default=None, allow_inf_nan=False)
    """Phase of zeroth order (degrees); found automatically where both phases are empty."""

    phase_1: float | None = Field(default=None, allow_inf_nan=False)
    """Phase of first order (degrees from one end of the spectrum to the other)."""

    display: Literal["auto", "overlaid", "stacked", "map"] = "auto"
    """How several spectra are drawn: over or above one another, or as a map."""


TECHNIQUE = Technique(
    id="nmr",
    name="NMR",
    description="Spectra and FIDs of Bruker, Varian and JEOL spectrometers, JCAMP-DX and NMRPipe.",
    version=2,
    formats=(
        Format("bruker", "Bruker TopSpin (zip)", (".zip",), "pydatalab.techniques.nmr.bruker:read_bruker", knows_bruker),
        Format("varian", "Varian or Agilent VnmrJ (zip)", (".zip",), "pydatalab.techniques.nmr.varian:read_varian", knows_varian),
        Format("jcamp", "JCAMP-DX", (".jdx", ".dx", ".jcamp"), "pydatalab.techniques.nmr.jcamp:read_jcamp_nmr", knows_jcamp),
        Format("jeol", "JEOL Delta", (".jdf",), "pydatalab.techniques.nmr.jeol:read_jeol", knows_jeol),
        Format("nmrpipe", "NMRPipe", (".fid", ".ft", ".ft1", ".ft2"), "pydatalab.techniques.nmr.nmrpipe:read_nmrpipe", knows_nmrpipe),
    ),
    parameters=NmrParameters,
    figure="pydatalab.techniques.nmr.figure:nmr_figure",
    analysis="pydatalab.techniques.nmr.analysis:with_nucleus",
    reading_parameters=("selected_experiment", "selected_process", "source"),
    multiple_files=True,
)  # fmt: skip
