"""Electrochemical cycling: cells charged and discharged, by many makers' cyclers."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pydatalab.techniques.cycle import recognise
from pydatalab.techniques.registry import Format, Parameters, Technique

Plot = Literal[
    "voltage against capacity",
    "voltage against time",
    "current against time",
    "dQ/dV",
    "dV/dQ",
    "cycle summary",
]


def _or_none(value: Any) -> Any:
    """Nothing chosen, as a page may say it."""
    return None if value in ("", "none", "None") else value


def _or_all(value: Any) -> Any:
    """No cycles chosen: all of them, as far as they can be told apart."""
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, int | str) else value


class CycleParameters(Parameters):
    """What may be chosen for a block of cycling."""

    plot: Plot = "voltage against capacity"
    """What is drawn."""

    cyclenumber: Annotated[tuple[int, ...], BeforeValidator(_or_all)] = ()
    """Cycles to show; a sensible few where empty."""

    mass: float | None = Field(default=None, gt=0, le=1e9, allow_inf_nan=False)
    """Mass of the active material (mg), for specific capacities; that of the cell where empty."""

    reference: str | None = Field(default=None, max_length=100)
    """What the voltage is measured against (Li/Li⁺); that of the file where empty."""

    mode: Literal["single", "multi"] = "single"
    """Several files are compared (single), or are parts of one run, joined in their order (multi)."""

    derivative_mode: Annotated[
        Literal["dQ/dV", "dV/dQ", "final capacity"] | None, BeforeValidator(_or_none)
    ] = None
    """What older blocks draw in place of voltage against capacity."""

    win_size_1: int = Field(default=1001, ge=1, le=9999)
    """Window of the first smoothing of a derivative, in ten thousandths of the voltage range."""

    win_size_2: int = Field(default=101, ge=1, le=9999)
    """Window of the last smoothing, likewise."""

    p_spline: int = Field(default=5, ge=1, le=5)
    """Degree of the spline that is differentiated."""

    s_spline: float = Field(default=5, ge=0, le=20, allow_inf_nan=False)
    """How closely the spline follows the curve: ten to the power of minus this is its error."""


def _format(id_: str, name: str, suffixes: str, reader: str, knows: Any) -> Format:
    module = reader if "." in reader else f"cycle.{reader}"
    return Format(id_, name, tuple(suffixes.split()), f"pydatalab.techniques.{module}", knows)


TECHNIQUE = Technique(
    id="cycle",
    name="Electrochemical cycling",
    description="Charging and discharging of cells: voltage, capacity and current by cycle.",
    version=4,
    formats=(
        _format("bdf", "Battery Data Format", ".bdf .bdf.csv .bdf.parquet", "bdf:read_bdf", recognise.knows_bdf),
        _format("mpr", "BioLogic EC-Lab", ".mpr", "shared.biologic.mpr:read_mpr", recognise.knows_mpr),
        _format("mpt", "BioLogic EC-Lab text", ".mpt .txt", "shared.biologic.mpt:read_mpt", recognise.knows_mpt),
        _format("mps", "BioLogic EC-Lab settings", ".mps", "biologic:read_mps", recognise.knows_mps),
        _format("neware", "Neware", ".nda .ndax", "neware:read_neware", recognise.knows_nda),
        _format("neware_csv", "Neware text", ".csv .txt", "neware_csv:read_neware_csv", recognise.knows_neware_csv),
        _format("arbin_res", "Arbin database", ".res", "arbin_res:read_arbin_res", recognise.knows_res),
        _format("arbin", "Arbin text", ".csv", "arbin:read_arbin", recognise.knows_arbin),
        _format("workbook", "Arbin, Landt or Neware workbook", ".xlsx .xls", "workbook:read_workbook", recognise.knows_workbook),
        _format("maccor", "Maccor text", ".txt .csv", "maccor:read_maccor", recognise.knows_maccor),
        _format("novonix", "Novonix", ".csv", "novonix:read_novonix", recognise.knows_novonix),
        _format("landt", "Landt text", ".csv .txt", "landt:read_landt", recognise.knows_landt),
        _format("basytec", "Basytec", ".txt", "basytec:read_basytec", recognise.knows_basytec),
        _format("pec", "PEC", ".csv", "pec:read_pec", recognise.knows_pec),
        _format("digatron", "Digatron", ".csv", "digatron:read_digatron", recognise.knows_digatron),
        _format("gamry", "Gamry", ".dta", "shared.gamry:read_gamry", recognise.knows_gamry),
        _format("ivium", "Ivium text", ".txt", "ivium:read_ivium", recognise.knows_ivium),
        _format("palmsens", "PalmSens PSTrace text", ".csv", "palmsens:read_palmsens", recognise.knows_palmsens),
        _format("prepared", "Table prepared by navani", ".csv", "prepared:read_prepared", recognise.knows_prepared),
    ),
    parameters=CycleParameters,
    figure="pydatalab.techniques.cycle.figure:cycle_figure",
    analysis="pydatalab.techniques.cycle.analysis:with_cycles",
    item_fields=("characteristic_mass",),
    multiple_files=True,
)  # fmt: skip
