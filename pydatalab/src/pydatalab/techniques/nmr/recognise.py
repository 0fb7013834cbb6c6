"""Knowing NMR data from the start of a file, or from the names inside an archive."""

import re
import struct
from pathlib import PurePosixPath

from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.jcamp_head import jcamp_data_type

NMRPIPE_ORDER = 2.345
"""NMRPipe writes this number third, by which its byte order is known."""

_OBSERVED = re.compile(
    r"^[ \t]*##\s*\.\s*OBSERVE\s*(?:NUCLEUS|FREQUENCY)\s*=", re.IGNORECASE | re.MULTILINE
)


def knows_bruker(head: FileHead) -> Match:
    """Parameter files of TopSpin in a zip archive; its folders alone make it likely."""
    paths = _paths(head)
    if {path.name for path in paths} & {"acqus", "procs"}:
        return Match.CERTAIN
    folders = any("pdata" in path.parts for path in paths)
    return Match.LIKELY if folders or _begins_with(head, b"/acqus", b"/pdata/") else Match.NO


def knows_varian(head: FileHead) -> Match:
    """The parameter file of VnmrJ in a zip archive."""
    if any(path.name == "procpar" for path in _paths(head)):
        return Match.CERTAIN
    return Match.LIKELY if _begins_with(head, b".fid/", b"/procpar") else Match.NO


def _begins_with(head: FileHead, *names: bytes) -> bool:
    """Whether an archive whose list of names is lost begins with files of such names."""
    lost = not head.members and head.start.startswith(b"PK\x03\x04")
    return lost and any(name in head.start for name in names)


def _paths(head: FileHead) -> list[PurePosixPath]:
    return [PurePosixPath(name.replace("\\", "/")) for name in head.members]


def knows_jcamp(head: FileHead) -> Match:
    """A JCAMP-DX file that says NMR, or says nothing but names an observed nucleus."""
    data_type = jcamp_data_type(head)
    if data_type is None:
        return Match.NO
    if "NMR" in data_type:
        return Match.CERTAIN
    return Match.LIKELY if not data_type and _OBSERVED.search(head.text) else Match.NO


def knows_jeol(head: FileHead) -> Match:
    """The first word of a Delta file."""
    return Match.CERTAIN if head.start.startswith(b"JEOL.NMR") else Match.NO


def knows_nmrpipe(head: FileHead) -> Match:
    """The number that tells the byte order, at its place in a header of 2048 bytes."""
    if len(head.start) < 2048:
        return Match.NO
    orders = (struct.unpack_from(f"{end}f", head.start, 8)[0] for end in "<>")
    return Match.CERTAIN if any(abs(order - NMRPIPE_ORDER) < 1e-4 for order in orders) else Match.NO
