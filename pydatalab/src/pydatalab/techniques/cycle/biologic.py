"""BioLogic's settings, ``.mps``; the data of a run are read by ``shared.biologic``.

Layout
    ``EC-LAB SETTING FILE`` (or ``BT-LAB``), then the settings of each linked technique.
Source
    None: see ``tests/data/biologic/PROVENANCE.md``.
"""

from typing import NoReturn

from pydatalab.errors import NoData
from pydatalab.techniques.shared.source import SourceFile


def read_mps(file: SourceFile) -> NoReturn:
    """Say what the file is: it holds the settings of a run, and no data.

    Raises:
        NoData: always.
    """
    raise NoData(
        f"{file.name} holds the settings of a BioLogic run and no data. Attach the .mpr (or .mpt) "
        "files of the same name, which EC-Lab wrote beside it."
    )
