"""EC-Lab's files of settings, ``.mps``: recognised, so that people are told what they are."""

import re
from typing import NoReturn

from pydatalab.errors import NoData
from pydatalab.techniques.shared.source import SourceFile


def read_mps(file: SourceFile) -> NoReturn:
    """Say what an ``.mps`` is.

    Raises:
        NoData: always, since it holds the settings of an experiment alone.
    """
    named = re.findall(r"^Technique : \d+\n(.+)$", file.text, flags=re.MULTILINE)
    techniques = f" ({', '.join(name.strip() for name in named)})" if named else ""
    raise NoData(
        f"This .mps holds only the settings of an experiment{techniques}, no data. "
        "Attach the .mpr that EC-Lab wrote beside it, or an .mpt exported from it."
    )
