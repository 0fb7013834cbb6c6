"""Knowing a JCAMP-DX file, and what was measured, from its start alone."""

import re

from pydatalab.techniques.registry import FileHead

_VERSION = re.compile(r"^[ \t]*##\s*JCAMP[-_ ]?(?:DX|CS)\s*=", re.IGNORECASE | re.MULTILINE)
_TABLE = re.compile(
    r"^[ \t]*##\s*(?:XYDATA|XYPOINTS|PEAK[-_/ ]?TABLE|PEAK[-_/ ]?ASSIGNMENTS|DATA[-_/ ]?TABLE)\s*=\s*\(",
    re.IGNORECASE | re.MULTILINE,
)
_DATA_TYPE = re.compile(r"^[ \t]*##\s*DATA[-_/ ]?TYPE\s*=([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


def jcamp_data_type(head: FileHead) -> str | None:
    """What a JCAMP-DX file says it holds, in upper case: ``INFRARED SPECTRUM``.

    Of a file with several blocks it is that of the first one that holds data.

    Returns:
        ``None`` where the file is no JCAMP-DX, an empty text where it does not say.
    """
    if head.binary:
        return None
    text = head.text
    if not (_VERSION.search(text) or _TABLE.search(text)):
        return None
    said = (found.split("$$")[0].strip().upper() for found in _DATA_TYPE.findall(text))
    return next((data_type for data_type in said if data_type != "LINK"), "")
