"""What the columns of BioLogic's files are: one naming for ``.mpr`` and ``.mpt``.

Source
    Ids and their names: EC-Lab numbers its variables alike in the ``.mpr`` and in the list of its
    OLE-COM manual. How wide each is stored: the record lengths of files whose ``.mpt`` names the
    columns. Where no file has shown that, ``dtype`` is empty, and the length of the record decides.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Stored:
    """A column of an ``.mpr``."""

    title: str
    """As EC-Lab writes it over the column of an ``.mpt``: ``Ewe/V``."""
    dtype: str
    """numpy's name of the stored type, little-endian; empty where no file has shown it."""


FLAGS = {
    1: ("mode", 0x03),
    2: ("ox/red", 0x04),
    3: ("error", 0x08),
    21: ("control changes", 0x10),
    31: ("Ns changes", 0x20),
    65: ("counter inc.", 0x80),
}
"""Ids that share one byte of the record: title and the bits of it."""

_DOUBLES = {
    4: "time/s", 7: "dq/mA.h", 11: "<I>/mA", 13: "(Q-Qo)/mA.h", 23: "dQ/mA.h", 24: "cycle number",
    74: "|Energy|/W.h", 123: "Energy charge/W.h", 124: "Energy discharge/W.h",
    125: "Capacitance charge/µF", 126: "Capacitance discharge/µF", 438: "step time/s",
    467: "Q charge/discharge/mA.h", 880: "Energy we/W.h",
}  # fmt: skip

_SINGLES = {
    5: "control/V/mA", 6: "Ewe/V", 8: "I/mA", 9: "Ece/V", 16: "Analog IN 1/V", 17: "Analog IN 2/V",
    18: "Analog IN 3/V", 19: "control/V", 20: "control/mA", 26: "Rapp/Ohm", 27: "Ewe-Ece/V",
    32: "freq/Hz", 33: "|Ewe|/V", 34: "|I|/A", 35: "Phase(Z)/deg", 36: "|Z|/Ohm", 37: "Re(Z)/Ohm",
    38: "-Im(Z)/Ohm", 69: "R/Ohm", 70: "P/W", 75: "Analog OUT/V", 76: "<I>/mA", 77: "<Ewe>/V",
    78: "Cs-2/µF-2", 96: "|Ece|/V", 97: "|Ice|/A", 98: "Phase(Zce)/deg", 99: "|Zce|/Ohm",
    100: "Re(Zce)/Ohm", 101: "-Im(Zce)/Ohm", 119: "Re(Y)/Ohm-1", 120: "Im(Y)/Ohm-1",
    121: "|Y|/Ohm-1", 122: "Phase(Y)/deg", 163: "|Estack|/V", 164: "|Istack|/A", 168: "Rcmp/Ohm",
    169: "Cs/µF", 172: "Cp/µF", 173: "Cp-2/µF-2", 174: "<Ewe>/V", 422: "Phase(Zstack)/deg",
    423: "|Zstack|/Ohm", 424: "Re(Zstack)/Ohm", 425: "-Im(Zstack)/Ohm", 426: "<Estack>/V",
    430: "Phase(Zwe-ce)/deg", 431: "|Zwe-ce|/Ohm", 432: "Re(Zwe-ce)/Ohm", 433: "-Im(Zwe-ce)/Ohm",
    434: "(Q-Qo)/C", 435: "dQ/C", 441: "<Ece>/V", 462: "Temperature/°C", 471: "<Ece>/V",
    473: "THD Ewe/%", 474: "THD I/%", 475: "THD Ece/%", 476: "NSD Ewe/%", 477: "NSD I/%",
    478: "NSD Ece/%", 479: "NSR Ewe/%", 480: "NSR I/%", 481: "NSR Ece/%", 505: "Rdc/Ohm",
}  # fmt: skip

_UNTOLD = {
    10: "Aux/V", 12: "log(|<I>/A|)", 14: "x", 22: "log(|I/A|)", 25: "DQ/mA.h", 28: "control/°C",
    29: "T/°C", 30: "rotation rate/rpm", 40: "Q charge/mA.h", 41: "Q discharge/mA.h",
    44: "Q anodic/C", 45: "Q cathodic/C", 50: "E0/V", 66: "I forward/mA", 67: "I reverse/mA",
    68: "I delta/µA", 71: "control/°C", 72: "T/°C", 73: "rotation rate/rpm", 79: "E step/V",
    80: "Rp/Ohm", 81: "Ecorr/V", 82: "Icorr/mA", 103: "Estack/V", 104: "Istack/A",
    132: "dI/dt/mA/s", 175: "Efficiency/%", 427: "<Istack>/mA", 436: "Ece dc/V",
    437: "cycle time/s", 439: "charge time/s", 440: "discharge time/s", 443: "Capacity/mA.h",
    470: "It/mA", 504: "Rac/Ohm", 506: "TCU control/°C", 507: "TCU meas./°C",
}  # fmt: skip

_CELLS_OF_A_STACK = {
    211: "E{}/V", 241: "|E{}|/V", 271: "Phase(Z{})/deg", 301: "|Z{}|/Ohm", 331: "Re(Z{})/Ohm",
    361: "-Im(Z{})/Ohm", 391: "<E{}>/V",
}  # fmt: skip
"""Thirty ids each, for cells 1 to 30."""

_HARMONICS = {486: "|Ewe h{}|/V", 492: "|I h{}|/A", 498: "|Ece h{}|/V"}
"""Six ids each, for harmonics 2 to 7."""

STORED: dict[int, Stored] = {
    **{id_: Stored(title, "<f8") for id_, title in _DOUBLES.items()},
    **{id_: Stored(title, "<f4") for id_, title in _SINGLES.items()},
    **{id_: Stored(title, "") for id_, title in _UNTOLD.items()},
    **{
        first + cell - 1: Stored(title.format(cell), "<f4")
        for first, title in _CELLS_OF_A_STACK.items()
        for cell in range(1, 31)
    },
    **{
        first + harmonic - 2: Stored(title.format(harmonic), "<f4")
        for first, title in _HARMONICS.items()
        for harmonic in range(2, 8)
    },
    39: Stored("I Range", "<u2"),
    131: Stored("Ns", "<u2"),
    468: Stored("half cycle", "<u4"),
    469: Stored("z cycle", "<u4"),
}
"""What a column id means."""

_UNITS = frozenset({
    "V", "mV", "A", "mA", "µA", "nA", "W", "mW", "W.h", "mW.h", "µW.h", "A.h", "mA.h", "µA.h",
    "C", "mC", "µC", "s", "h", "min", "µs", "Hz", "kHz", "deg", "rad", "Ohm", "Ohm-1", "Ohm.cm",
    "F", "mF", "µF", "nF", "pF", "µF-2", "%", "°C", "K", "rpm", "g", "mg", "cm", "cm2", "mm", "nm",
    "yr", "S", "mS", "S.cm-1", "AU", "mdeg", "mol.L-1", "V/mA",
})  # fmt: skip
_NAMES = {
    "I": "current", "P": "power", "Pwe": "power", "R": "resistance", "Rwe": "resistance",
    "Ecell": "ewe", "freq": "frequency", "dQ": "delta_q", "(Q-Qo)": "q_minus_q0",
}  # fmt: skip
"""Where the rule gives no good name; ``Pwe`` and ``Ecell`` are what some versions call the same."""
_CONTROLS = {"V": "control_potential", "mA": "control_current"}
_WRAPPED = (
    (re.compile(r"-Im\((.+)\)"), "minus_{}_imag"),
    (re.compile(r"Im\((.+)\)"), "{}_imag"),
    (re.compile(r"Re\((.+)\)"), "{}_real"),
    (re.compile(r"Phase\((.+)\)"), "{}_phase"),
    (re.compile(r"<(.+)>"), "{}_mean"),
    (re.compile(r"\|(.+)\|"), "{}_abs"),
)
_MENDED = (
    ("µF", r"(?:\ufffd|ï¿½|μ)F"),
    ("µA", r"(?:\ufffd|ï¿½|μ)A"),
    ("°C", r"(?:\ufffd|ï¿½|º|Â°)C"),
)
"""Signs that were lost when somebody saved an export again in another encoding."""


def split_title(title: str) -> tuple[str, str]:
    """Quantity and unit of a column's title: ``Q charge/discharge/mA.h``, ``control/V/mA``.

    Returns:
        The two (``Q charge/discharge``, ``mA.h``); the unit is empty where there is none
        (``ox/red``, ``half cycle``).
    """
    title = title.strip()
    for whole, lost in _MENDED:
        title = re.sub(lost, whole, title)
    if re.fullmatch(r"<[^<>]+/\w+>", title):  # some versions write <Ewe/V>
        title = re.sub(r"<(.+)/(\w+)>", r"<\1>/\2", title)
    for slash in re.finditer("/", title):
        unit = title[slash.end() :]
        if unit in _UNITS or all(part in _UNITS for part in unit.split("/")):
            return title[: slash.start()], unit
    return title, ""


def column_name(title: str) -> str:
    """A title as a name for scripts: ``<Ewe>/V`` is ``ewe_mean``, ``-Im(Z)/Ohm`` ``minus_z_imag``."""
    quantity, unit = split_title(title)
    if quantity == "control":
        return _CONTROLS.get(unit, "control")
    for pattern, form in _WRAPPED:
        if match := pattern.fullmatch(quantity):
            return form.format(column_name(match[1]))
    return _NAMES.get(quantity) or _plain(quantity)


def _plain(text: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", text.lower()).strip("_") or "column"
