"""What a BioLogic file says of the experiment: settings and log of an ``.mpr``, header of an ``.mpt``.

Layout
    ``VMP Set``: byte 0 technique; texts, each after a byte that holds its length, at 7 comment,
    0x11E material of the electrode, 0x1C0 electrolyte, 0x215 reference electrode; 0x211 area of
    the electrode [cm²] (f32).
    ``VMP LOG``: byte 9 number of the channel less one, start of the run in days since
    1899-12-30 (f64) at 0x249 (0x1D1 in files of version 0), 0x3B7 version of EC-Lab, 0x3CF serial
    number of the device. ``VMP loop``: number of loops (u32), first point of each (u32). Masses
    are stored without their unit, so they are not read.
Source
    None published: the bytes of files whose ``.mpt`` names the same values.
"""

import math
import re
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydatalab.techniques.shared.biologic.container import Module
from pydatalab.techniques.shared.biologic.recognise import TECHNIQUE_BYTES, technique_named

_DAY_ZERO = datetime(1899, 12, 30)
_STARTS = (0x249, 0x1D1)
_UNSET_AMOUNT = 0.001
"""What EC-Lab writes, in any unit, where nobody has entered an area or a mass."""
_UNSET = ("", "(unspecified)")
_TEXTS = (
    ("comment", 0x007),
    ("electrode_material", 0x11E),
    ("electrolyte", 0x1C0),
    ("reference_electrode", 0x215),
)
_LINES = {
    "Electrode material": "electrode_material",
    "Electrolyte": "electrolyte",
    "Reference electrode": "reference_electrode",
}
_AMOUNTS = {
    "Electrode surface area": "electrode_area",
    "Characteristic mass": "characteristic_mass",
    "Mass of active material": "active_mass",
    "Battery capacity": "battery_capacity",
}


def mpr_header(parts: Sequence[Module]) -> dict[str, Any]:
    """What the modules of an ``.mpr`` say, less what nobody entered."""
    bodies = {part.name: part for part in parts if len(part.body) == part.length}
    header: dict[str, Any] = {"software": "EC-Lab"}
    if "VMP Set" in bodies:
        header |= _set_up(bodies["VMP Set"].body)
        if "VMP LOG" in bodies:
            header |= _log(bodies["VMP LOG"].body, bodies["VMP Set"].date)
    if "VMP loop" in bodies:
        header |= _loops(bodies["VMP loop"].body)
    return header


def mpt_header(lines: Sequence[str]) -> dict[str, Any]:
    """What the header of an ``.mpt`` says, with the units that it writes."""
    header: dict[str, Any] = {"software": lines[0].split()[0] if lines else "EC-Lab"}
    if version := re.search(r"-Lab for windows v([\d.]+)", "\n".join(lines), re.IGNORECASE):
        header["software"] += f" {version[1]}"
    if technique := technique_named(list(lines)):
        header["technique"] = technique
    comments = [line[11:].strip() for line in lines if line.startswith("Comments : ")]
    if any(comments):
        header["comment"] = "\n".join(comments)
    said = dict(line.strip().split(" : ", 1) for line in lines if " : " in line.strip())
    for title, key in _LINES.items():
        if said.get(title, "").strip() not in _UNSET:
            header[key] = said[title].strip()
    for title, key in _AMOUNTS.items():
        header |= _amount(key, said.get(title, ""))
    header |= _device(said.get("Device", "")) | _start(said)
    starts = [re.match(r"Loop \d+ from point number (\d+) to", line) for line in lines]
    if found := [int(start[1]) for start in starts if start]:
        header["loop_starts"] = found
    return header


def _set_up(body: bytes) -> dict[str, Any]:
    header: dict[str, Any] = {}
    if body and body[0] in TECHNIQUE_BYTES:
        header["technique"] = TECHNIQUE_BYTES[body[0]]
    for key, at in _TEXTS:
        if (text := _short_text(body, at)) not in _UNSET:
            header[key] = text
    if len(body) >= 0x215:
        (area,) = struct.unpack_from("<f", body, 0x211)
        header |= _entered("electrode_area", area, "cm2")
    return header


def _log(body: bytes, said_date: str) -> dict[str, Any]:
    """Start of the run, where a number in the log falls on the day that the settings name."""
    for at in _STARTS:
        if len(body) < at + 8:
            continue
        (days,) = struct.unpack_from("<d", body, at)
        if not (math.isfinite(days) and 0 < days < 100_000):
            continue
        start = _DAY_ZERO + timedelta(days=days)
        near = {(start + timedelta(days=shift)).strftime("%m%d%y") for shift in (-1, 0, 1)}
        if re.sub(r"\D", "", said_date) in near:
            header: dict[str, Any] = {
                "started": start.isoformat(timespec="milliseconds"),
                "channel": body[9] + 1,
            }
            if at == _STARTS[0]:
                header["software"] = f"EC-Lab {_short_text(body, 0x3B7)}".strip()
                header["serial_number"] = _short_text(body, 0x3CF)
            return header
    return {}


def _loops(body: bytes) -> dict[str, Any]:
    count = struct.unpack_from("<I", body)[0] if len(body) >= 4 else 0
    if not count or len(body) < 4 * (count + 1):
        return {}
    return {"loop_starts": list(struct.unpack_from(f"<{count}I", body, 4))}


def _short_text(body: bytes, at: int) -> str:
    """Text after a byte that says how long it is; empty where the bytes are no text."""
    if len(body) <= at:
        return ""
    text = body[at + 1 : at + 1 + body[at]].decode("cp1252", errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(lines) if all(line.isprintable() for line in lines) else ""


def _start(said: Mapping[str, str]) -> dict[str, str]:
    """Start of the acquisition; EC-Lab writes the month first."""
    text = said.get("Acquisition started on", "").strip()
    for form in ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S.%f", "%m.%d.%Y %H:%M:%S"):
        try:
            return {"started": datetime.strptime(text, form).isoformat(timespec="milliseconds")}
        except ValueError:
            continue
    return {}


def _device(text: str) -> dict[str, str]:
    """``VMP3 (SN 0967)`` as two entries."""
    match = re.fullmatch(r"(.*?)\s*(?:\(SN (.*)\))?", text.strip())
    found = {"instrument": match[1], "serial_number": match[2]} if match else {}
    return {key: value for key, value in found.items() if value}


def _amount(key: str, text: str) -> dict[str, Any]:
    match = re.match(r"\s*(\d+(?:[.,]\d+)?)\s*(\S+)", text)
    if not match:
        return {}
    unit = "cm2" if match[2].startswith("cm") else match[2]
    return _entered(key, float(match[1].replace(",", ".")), unit)


def _entered(key: str, amount: float, unit: str) -> dict[str, Any]:
    """An amount and its unit, unless it is what stands there when nobody has entered one."""
    if not (math.isfinite(amount) and amount > 0) or math.isclose(
        amount, _UNSET_AMOUNT, rel_tol=1e-4
    ):
        return {}
    return {key: float(f"{amount:.6g}"), f"{key}_unit": unit}
