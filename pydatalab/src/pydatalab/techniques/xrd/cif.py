"""CIF: a measured powder pattern, or a crystal structure whose pattern is calculated.

Layout
    STAR text: data blocks of tags and loops. Blocks with ``_pd_meas_``, ``_pd_proc_`` or ``_pd_calc_``
    intensities are patterns (see ``pdcif``); else the first block with a cell and atoms is a
    structure (see ``structure``).
Source
    S. R. Hall, F. H. Allen, I. D. Brown, Acta Cryst. A47 (1991) 655; read by gemmi.
"""

import re

import gemmi

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile
from pydatalab.techniques.xrd.pdcif import block_scans, pattern_header
from pydatalab.techniques.xrd.scans import together
from pydatalab.techniques.xrd.structure import reflections


def read_cif(file: SourceFile) -> Measurement:
    """Read the patterns of a CIF, or list the reflections of its first structure.

    Returns:
        As ``pdcif.block_scans`` or ``structure.reflections`` say.

    Raises:
        UnreadableFile: no CIF, or a structure that cannot be calculated with.
        NoData: neither pattern nor structure.
    """
    try:
        document = gemmi.cif.read_string(file.text)
    except (ValueError, RuntimeError) as exc:
        line = re.match(r"string:(\d+):", str(exc))
        place = f" at line {line[1]}" if line else ""
        raise UnreadableFile(f"The CIF is damaged{place}: check it with another program.") from exc
    scans = [scan for block in document for scan in block_scans(block)]
    if scans:
        return together(scans, pattern_header(document))
    for block in document:
        if block.find_value("_cell_length_a") and block.find_loop("_atom_site_fract_x"):
            return reflections(block)
    raise NoData("The CIF holds neither a powder pattern nor a structure with a cell and atoms.")
