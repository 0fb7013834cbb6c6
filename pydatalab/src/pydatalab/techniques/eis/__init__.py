"""Electrochemical impedance spectroscopy: Nyquist and Bode plots."""

from typing import Literal

from pydantic import Field

from pydatalab.techniques.eis.recognise import (
    knows_gamry,
    knows_ivium,
    knows_mpr,
    knows_mpt,
    knows_palmsens,
    knows_text,
    knows_versastudio,
    knows_zahner,
)
from pydatalab.techniques.registry import Format, Parameters, Technique


class EisParameters(Parameters):
    """What may be chosen for an impedance block."""

    view: Literal["nyquist", "bode"] = "nyquist"
    """−Im(Z) over Re(Z), or modulus and phase over the frequency."""

    cycles: tuple[int, ...] | None = None
    """Which spectra of a file that holds several are shown, counted from 1; all where empty."""

    electrode_area: float | None = Field(default=None, gt=0, le=1e8, allow_inf_nan=False)
    """Area of the electrode (cm²); impedances are multiplied by it."""


TECHNIQUE = Technique(
    id="eis",
    name="EIS",
    description="Impedances as Nyquist or Bode plots, from BioLogic, Gamry, PalmSens, Zahner, Ivium, "
    "VersaStudio and text.",
    version=6,
    formats=(
        Format("mpr", "BioLogic EC-Lab .mpr", (".mpr",), "pydatalab.techniques.eis.biologic:read_mpr", knows_mpr),
        Format("mpt", "BioLogic EC-Lab text", (".mpt", ".txt"), "pydatalab.techniques.eis.biologic:read_mpt", knows_mpt),
        Format("gamry", "Gamry .dta", (".dta",), "pydatalab.techniques.eis.gamry:read_gamry", knows_gamry),
        Format("palmsens", "PalmSens session", (".pssession",), "pydatalab.techniques.eis.palmsens:read_palmsens", knows_palmsens),
        Format("zahner", "Zahner .ism", (".ism",), "pydatalab.techniques.eis.zahner:read_zahner", knows_zahner),
        Format("ivium", "Ivium .idf, .ids", (".idf", ".ids"), "pydatalab.techniques.eis.ivium:read_ivium", knows_ivium),
        Format("versastudio", "VersaStudio .par", (".par",), "pydatalab.techniques.eis.versastudio:read_versastudio", knows_versastudio),
        Format("text", "Text with frequency and impedance", (".txt", ".csv", ".z", ".p00", ".i2b"), "pydatalab.techniques.eis.text:read_text", knows_text),
    ),
    parameters=EisParameters,
    figure="pydatalab.techniques.eis.figure:eis_figure",
    analysis="pydatalab.techniques.eis.analysis:with_impedance",
    multiple_files=True,
)  # fmt: skip
