"""Rigaku SmartLab ``.rasx``: a zip of scans.

Layout
    For each scan ``DataN/ProfileM.txt`` (UTF-8 with mark; place, intensity and attenuation between
    tabs) and ``DataN/MesurementConditionsM.xml`` (so spelt), which holds ``GeneralInformation``,
    ``HWConfigurations/XrayGenerator``, ``Axes`` and ``ScanInformation``. ``DataN/ImageM.bin`` are
    detector frames, which are not read.
Source
    None by the maker: the files speak for themselves.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

from pydatalab.errors import NoData
from pydatalab.techniques.shared.archive import Archive, opened
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.shared.table import number_block
from pydatalab.techniques.xrd.ras import header_of, scan_of, text_of
from pydatalab.techniques.xrd.scans import Scan, together
from pydatalab.techniques.xrd.trees import text_at, tree

PROFILE = re.compile(r"(?:.*/)?Data(\d+)/Profile(\d+)\.txt")
LARGEST = 200_000_000
"""Bytes that one member may have."""


def read_rasx(file: SourceFile) -> Measurement:
    """Read all scans of a ``.rasx`` file.

    Returns:
        As ``read_ras``. The scans of a map on one axis stand side by side.

    Raises:
        UnreadableFile: no zip, or damaged.
        NoData: there is no profile in it (frames of an area detector alone).
    """
    with opened(file) as archive:
        names = set(archive.names)
        found = sorted(
            (int(match[1]), int(match[2]), name)
            for name in names
            if (match := PROFILE.fullmatch(name))
        )
        if not found:
            raise NoData("The .rasx file holds no profile, at most frames of an area detector.")
        scans = []
        header: dict[str, Any] = {}
        for _, _, name in found:
            said = _conditions(archive, name, names)
            scans.append(_scan(archive, name, said))
            header = header or header_of(said)
    return together(scans, header)


def _scan(archive: Archive, name: str, said: dict[str, str]) -> Scan:
    return scan_of(said, number_block(text_of(archive.read(name, LARGEST))).values)


def _conditions(archive: Archive, profile: str, names: set[str]) -> dict[str, str]:
    """The conditions of one scan, under the names that a ``.ras`` file has for them."""
    folder, _, number = profile.removesuffix(".txt").rpartition("Profile")
    spelt = [f"{folder}{word}Conditions{number}.xml" for word in ("Mesurement", "Measurement")]
    name = next((name for name in spelt if name in names), None)
    if name is None:
        return {}
    root = tree(archive.read(name, LARGEST))
    scan, tube = root.find("{*}ScanInformation"), root.find(".//{*}XrayGenerator")
    general = root.find("{*}GeneralInformation")
    said = {
        "MEAS_SCAN_AXIS_X_INTERNAL": text_at(scan, "AxisName"),
        "MEAS_SCAN_MODE": text_at(scan, "Mode"),
        "MEAS_SCAN_STEP": text_at(scan, "Step"),
        "MEAS_SCAN_SPEED": text_at(scan, "Speed"),
        "MEAS_SCAN_SPEED_UNIT": text_at(scan, "SpeedUnit"),
        "MEAS_SCAN_UNIT_X": text_at(scan, "PositionUnit") or "deg",
        "MEAS_SCAN_UNIT_Y": text_at(scan, "IntensityUnit"),
        "MEAS_SCAN_START_TIME": text_at(scan, "StartTime"),
        "HW_XG_TARGET_NAME": text_at(tube, "TargetName"),
        "HW_XG_WAVE_LENGTH_ALPHA1": text_at(tube, "WavelengthKalpha1"),
        "HW_XG_WAVE_LENGTH_ALPHA2": text_at(tube, "WavelengthKalpha2"),
        "HW_XG_WAVE_LENGTH_BETA": text_at(tube, "WavelengthKbeta"),
        "MEAS_COND_XG_VOLTAGE": text_at(tube, "Voltage"),
        "MEAS_COND_XG_CURRENT": text_at(tube, "Current"),
        "FILE_SAMPLE": text_at(general, "SampleName"),
        "FILE_OPERATOR": text_at(general, "Operator"),
        "FILE_COMMENT": text_at(general, "Comment"),
        "FILE_SYSTEM_NAME": text_at(general, "SystemName"),
    }
    return said | _axes(root)


def _axes(root: Element) -> dict[str, str]:
    said: dict[str, str] = {}
    for place, element in enumerate(root.iterfind("{*}Axes/{*}Axis")):
        said[f"MEAS_COND_AXIS_NAME_INTERNAL-{place}"] = element.get("Name", "")
        said[f"MEAS_COND_AXIS_POSITION-{place}"] = element.get("Position", "")
    return said
