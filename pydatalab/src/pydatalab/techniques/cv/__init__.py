"""Voltammetry: current over potential, cycle by cycle."""

from pydantic import Field

from pydatalab.techniques.cv.recognise import (
    knows_gamry,
    knows_ivium,
    knows_jcamp,
    knows_mpr,
    knows_mpt,
    knows_palmsens,
    knows_text,
    knows_versastudio,
)
from pydatalab.techniques.registry import Format, Parameters, Technique


class CvParameters(Parameters):
    """What may be chosen for a voltammetry block."""

    cycles: tuple[int, ...] | None = None
    """Which cycles are shown, by their numbers; all where empty."""

    electrode_area: float | None = Field(default=None, gt=0, le=1e8, allow_inf_nan=False)
    """Area of the electrode (cm²); currents are divided by it."""

    reference: str | None = Field(default=None, max_length=80)
    """Reference electrode for the title of the axis (``Ag/AgCl``); the file's where empty."""


_READERS = "pydatalab.techniques.cv."

TECHNIQUE = Technique(
    id="cv",
    name="Cyclic voltammetry",
    description="Cyclic and linear voltammograms from BioLogic, Gamry, PalmSens, Ivium, VersaStudio, "
    "JCAMP-DX and text.",
    version=1,
    formats=(
        Format(
            id="mpr",
            name="BioLogic EC-Lab .mpr",
            suffixes=(".mpr",),
            reader="pydatalab.techniques.shared.biologic.mpr:read_mpr",
            knows=knows_mpr,
        ),
        Format(
            id="mpt",
            name="BioLogic EC-Lab text",
            suffixes=(".mpt", ".txt"),
            reader="pydatalab.techniques.shared.biologic.mpt:read_mpt",
            knows=knows_mpt,
        ),
        Format(
            id="gamry",
            name="Gamry .dta",
            suffixes=(".dta",),
            reader="pydatalab.techniques.shared.gamry:read_gamry",
            knows=knows_gamry,
        ),
        Format(
            id="jcamp",
            name="JCAMP-DX",
            suffixes=(".jdx", ".dx"),
            reader=_READERS + "jcamp:read_jcamp_cv",
            knows=knows_jcamp,
        ),
        Format(
            id="palmsens",
            name="PalmSens session",
            suffixes=(".pssession",),
            reader=_READERS + "palmsens:read_palmsens",
            knows=knows_palmsens,
        ),
        Format(
            id="ivium",
            name="Ivium .idf, .ids",
            suffixes=(".idf", ".ids"),
            reader=_READERS + "ivium:read_ivium",
            knows=knows_ivium,
        ),
        Format(
            id="versastudio",
            name="VersaStudio .par",
            suffixes=(".par",),
            reader="pydatalab.techniques.shared.versastudio:read_versastudio",
            knows=knows_versastudio,
        ),
        Format(
            id="text",
            name="Text with potential and current",
            suffixes=(".txt", ".csv", ".dat"),
            reader=_READERS + "text:read_text",
            knows=knows_text,
        ),
    ),
    parameters=CvParameters,
    figure=_READERS + "figure:cv_figure",
    analysis=_READERS + "analysis:with_cycles",
    multiple_files=True,
)
