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
    version=1,
    formats=(
        Format(
            id="mpr",
            name="BioLogic EC-Lab .mpr",
            suffixes=(".mpr",),
            reader="pydatalab.techniques.eis.biologic:read_mpr",
            knows=knows_mpr,
        ),
        Format(
            id="mpt",
            name="BioLogic EC-Lab text",
            suffixes=(".mpt", ".txt"),
            reader="pydatalab.techniques.eis.biologic:read_mpt",
            knows=knows_mpt,
        ),
        Format(
            id="gamry",
            name="Gamry .dta",
            suffixes=(".dta",),
            reader="pydatalab.techniques.eis.gamry:read_gamry",
            knows=knows_gamry,
        ),
        Format(
            id="palmsens",
            name="PalmSens session",
            suffixes=(".pssession",),
            reader="pydatalab.techniques.eis.palmsens:read_palmsens",
            knows=knows_palmsens,
        ),
        Format(
            id="zahner",
            name="Zahner .ism",
            suffixes=(".ism",),
            reader="pydatalab.techniques.eis.zahner:read_zahner",
            knows=knows_zahner,
        ),
        Format(
            id="ivium",
            name="Ivium .idf, .ids",
            suffixes=(".idf", ".ids"),
            reader="pydatalab.techniques.eis.ivium:read_ivium",
            knows=knows_ivium,
        ),
        Format(
            id="versastudio",
            name="VersaStudio .par",
            suffixes=(".par",),
            reader="pydatalab.techniques.eis.versastudio:read_versastudio",
            knows=knows_versastudio,
        ),
        Format(
            id="text",
            name="Text with frequency and impedance",
            suffixes=(".txt", ".csv", ".z", ".p00", ".i2b"),
            reader="pydatalab.techniques.eis.text:read_text",
            knows=knows_text,
        ),
    ),
    parameters=EisParameters,
    figure="pydatalab.techniques.eis.figure:eis_figure",
    analysis="pydatalab.techniques.eis.analysis:with_impedance",
    multiple_files=True,
)
