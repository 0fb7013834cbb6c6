"""Which technique a BioLogic file is of, from its first bytes; standard library only.

Source
    The first byte of an ``.mpr``'s settings is its technique; the names are those that EC-Lab
    writes into the ``.mpt`` of the same run. What is not in the table is told by the columns.
"""

from pydatalab.techniques.registry import FileHead
from pydatalab.techniques.shared.biologic.container import MAGIC, column_ids, modules

TECHNIQUE_BYTES = {
    0x04: "GCPL", 0x06: "CV", 0x0B: "OCV", 0x18: "CA", 0x19: "CP", 0x1C: "WAIT", 0x1D: "PEIS",
    0x1E: "GEIS", 0x32: "ZIR", 0x33: "CVA", 0x6C: "LSV", 0x75: "CstV", 0x76: "CstC", 0x7F: "MB",
    0x88: "BCD",
}  # fmt: skip

TECHNIQUE_NAMES = {
    "battery capacity determination": "BCD",
    "chronoamperometry / chronocoulometry": "CA",
    "chronopotentiometry": "CP",
    "constant current": "CstC",
    "constant voltage": "CstV",
    "cyclic voltammetry": "CV",
    "cyclic voltammetry advanced": "CVA",
    "galvano electrochemical impedance spectroscopy": "GEIS",
    "galvanostatic cycling with potential limitation": "GCPL",
    "ir compensation (peis)": "ZIR",
    "linear polarization": "LP",
    "linear sweep voltammetry": "LSV",
    "loop": "LOOP",
    "modulo bat": "MB",
    "open circuit voltage": "OCV",
    "potentio electrochemical impedance spectroscopy": "PEIS",
    "potentio electrochemical impedance spectroscopy wait": "PEISW",
    "potentiodynamic cycling with galvanostatic acceleration": "PCGA",
    "special open circuit voltage": "SOCV",
    "staircase galvano electrochemical impedance spectroscopy": "SGEIS",
    "staircase potentio electrochemical impedance spectroscopy": "SPEIS",
    "wait": "WAIT",
}

CYCLING = frozenset({"GCPL", "MB", "BCD", "PCGA", "CstC"})
SWEEPS = frozenset({"CV", "CVA", "LSV", "LP"})
IMPEDANCE = frozenset({"PEIS", "GEIS", "SPEIS", "SGEIS", "PEISW", "ZIR"})

_FIRST_LINES = ("EC-Lab ASCII FILE", "BT-Lab ASCII FILE")
_SETTINGS_LINES = ("EC-LAB SETTING FILE", "BT-LAB SETTING FILE")
_LABELS = frozenset({
    "mode", "ox/red", "error", "control changes", "Ns changes", "counter inc.", "Ns", "time/s",
    "Ewe/V", "Ecell/V", "<Ewe>/V", "I/mA", "<I>/mA", "freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm",
    "control/V", "control/mA", "control/V/mA", "(Q-Qo)/mA.h", "(Q-Qo)/C", "half cycle", "I Range",
})  # fmt: skip
_FREQUENCY = 32


def is_mpr(head: FileHead) -> bool:
    """Whether the file is EC-Lab's or BT-Lab's binary one."""
    return head.start.startswith(MAGIC)


def is_mpt(head: FileHead) -> bool:
    """Whether it is their text, with its header or with the titles of the columns alone."""
    return not head.binary and (head.text.startswith(_FIRST_LINES) or _headless(head))


def is_mps(head: FileHead) -> bool:
    """Whether it is a file of settings, which holds no data."""
    return head.text.lstrip().upper().startswith(_SETTINGS_LINES)


def mpr_technique(head: FileHead) -> str | None:
    """EC-Lab's short name for the technique of an ``.mpr`` (``GCPL``), where the start tells it."""
    for module in modules(head.start):
        if module.name == "VMP Set" and module.body:
            return TECHNIQUE_BYTES.get(module.body[0])
    return None


def mpr_column_ids(head: FileHead) -> tuple[int, ...]:
    """EC-Lab's numbers of the columns of an ``.mpr``, where the start tells them; see ``columns``."""
    for module in modules(head.start):
        if module.name == "VMP data":
            return column_ids(module)
    return ()


def mpr_holds_frequencies(head: FileHead) -> bool:
    """Whether a column of an ``.mpr`` is a frequency, so that impedances stand beside it."""
    return _FREQUENCY in mpr_column_ids(head)


def mpt_technique(head: FileHead) -> str | None:
    """The same for an ``.mpt``."""
    return technique_named(head.text[:2_000].splitlines())


def technique_named(lines: list[str]) -> str | None:
    """The technique that the header of an ``.mpt`` names: a line of its own near the top."""
    for line in lines[2:8]:
        name = line.strip().lower().rstrip(" 0123456789")
        if name in TECHNIQUE_NAMES:
            return TECHNIQUE_NAMES[name]
    return None


def mpt_labels(head: FileHead) -> tuple[str, ...]:
    """Titles of an ``.mpt``'s columns as it writes them (``Ewe/V``)."""
    for line in head.text.splitlines():
        labels = tuple(label.strip() for label in line.strip("\r\n\t").split("\t"))
        if len(_LABELS.intersection(labels)) >= min(2, len(labels)):
            return labels
    return ()


def _headless(head: FileHead) -> bool:
    labels = head.text[:5_000].split("\n", 1)[0].strip("\r\t").split("\t")
    return len(labels) > 1 and len(_LABELS.intersection(labels)) >= 2
