"""EC-Lab's binary files of data, ``.mpr``.

Layout
    See ``container`` for the modules, ``layout`` and ``columns`` for the records, ``settings``
    for what the file says of the experiment. Records are packed and little-endian.
Source
    None published: the bytes of files whose ``.mpt`` tells the numbers, see
    ``tests/data/biologic/PROVENANCE.md``.
"""

import struct

import numpy as np
import numpy.typing as npt

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.biologic.container import MAGIC, Module, column_ids, modules, place
from pydatalab.techniques.shared.biologic.layout import Field, Layout, record_layout
from pydatalab.techniques.shared.biologic.measured import named_columns
from pydatalab.techniques.shared.biologic.settings import mpr_header
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile


def read_mpr(file: SourceFile) -> Measurement:
    """Read all points of an ``.mpr``.

    Returns:
        One column for each that EC-Lab stored, in its order and with its quantities and units:
        the flags (``mode``, ``ox_red`` …) unpacked as in the ``.mpt``, ``time`` [s], ``ewe`` [V],
        ``current`` [mA] and so on (see ``columns``). Nothing is derived: what EC-Lab works out
        only when it exports text is not there.

    Raises:
        NoData: the run recorded no points.
        UnreadableFile: the file stops early, or holds columns that cannot be told apart.
    """
    parts = tuple(modules(file.raw))
    data = _data_module(file.raw, parts)
    header = mpr_header(parts)
    (count,) = struct.unpack_from("<I", data.body)
    if not count:
        technique = f" ({header['technique']})" if "technique" in header else ""
        raise NoData(f"The run{technique} recorded no points.")
    layout = _layout(data, count)
    records = data.body[place(data.version).records :]
    columns = named_columns(
        (field.title, _values(records, field, count, layout.length)) for field in layout.fields
    )
    warnings = {"warnings": list(layout.warnings)} if layout.warnings else {}
    return Measurement(columns, header=header | warnings)


def _data_module(raw: bytes, parts: tuple[Module, ...]) -> Module:
    if not raw.startswith(MAGIC):
        raise UnreadableFile("Expected an .mpr of EC-Lab, but the file does not start as one.")
    for part in parts:
        if part.name == "VMP data" and len(part.body) == part.length and part.length >= 6:
            return part
    raise UnreadableFile(
        "The .mpr stops before the end of its data. Copy it again when the run has ended, or "
        "export it as text (.mpt) from EC-Lab."
    )


def _layout(data: Module, count: int) -> Layout:
    """How the records are built, checked against the room that they take."""
    room = len(data.body) - place(data.version).records
    ids = column_ids(data)
    if not ids or room <= 0 or room % count:
        raise UnreadableFile(
            f"The .mpr says that it holds {count} points, but its data are of another length: "
            "it is damaged, or of a version of EC-Lab that is not known here. Export it as text "
            "(.mpt) from EC-Lab and attach that."
        )
    return record_layout(ids, room // count)


def _values(records: bytes, field: Field, count: int, length: int) -> npt.NDArray[np.generic]:
    """One column out of the packed records, as an array of its own."""
    shape, step = (count,), (length,)
    if not field.mask:
        return np.ndarray(shape, np.dtype(field.dtype), records, field.offset, step).copy()
    flags = np.ndarray(shape, np.dtype(np.uint8), records, field.offset, step)
    lowest = (field.mask & -field.mask).bit_length() - 1
    return (flags & np.uint8(field.mask)) >> np.uint8(lowest)
