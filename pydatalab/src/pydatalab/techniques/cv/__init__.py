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


TECHNIQUE = Technique(
    id="cv",
    name="Cyclic voltammetry",
    description="Cyclic and linear voltammograms from BioLogic, Gamry, PalmSens, Ivium, VersaStudio, "
    "JCAMP-DX and text.",
    version=4,
    formats=(
        Format("mpr", "BioLogic EC-Lab .mpr", (".mpr",), "pydatalab.techniques.shared.biologic.mpr:read_mpr", knows_mpr),
        Format("mpt", "BioLogic EC-Lab text", (".mpt", ".txt"), "pydatalab.techniques.shared.biologic.mpt:read_mpt", knows_mpt),
        Format("gamry", "Gamry .dta", (".dta",), "pydatalab.techniques.shared.gamry:read_gamry", knows_gamry),
        Format("jcamp", "JCAMP-DX", (".jdx", ".dx"), "pydatalab.techniques.cv.jcamp:read_jcamp_cv", knows_jcamp),
        Format("palmsens", "PalmSens session", (".pssession",), "pydatalab.techniques.cv.palmsens:read_palmsens", knows_palmsens),
        Format("ivium", "Ivium .idf, .ids", (".idf", ".ids"), "pydatalab.techniques.cv.ivium:read_ivium", knows_ivium),
        Format("versastudio", "VersaStudio .par", (".par",), "pydatalab.techniques.shared.versastudio:read_versastudio", knows_versastudio),
        Format("text", "Text with potential and current", (".txt", ".csv", ".dat"), "pydatalab.techniques.cv.text:read_text", knows_text),
    ),
    parameters=CvParameters,
    figure="pydatalab.techniques.cv.figure:cv_figure",
    analysis="pydatalab.techniques.cv.analysis:with_cycles",
    multiple_files=True,
)  # fmt: skip
