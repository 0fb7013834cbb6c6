"""File names from strangers: what people see, and what is safe to write to a disk or a header."""

import re
import unicodedata

LONGEST = 200
"""Bytes of UTF-8; file systems take 255, and readers add an ending or two."""

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows gives to devices, whatever their ending."""


def safe_name(name: str) -> str:
    """The name alone, such that it names one ordinary file in whichever folder it is put.

    Path parts, control characters and what Windows forbids are left out; letters of all scripts
    stay, composed (NFC); one that is too long loses its middle, never its ending.

    Returns:
        At most ``LONGEST`` bytes of UTF-8; ``file`` where nothing is left.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kinds = ((letter, unicodedata.category(letter)[0]) for letter in last)
    visible = "".join(" " if kind == "Z" else letter for letter, kind in kinds if kind != "C")
    plain = re.sub(r'[<>:"|?*]', "_", visible).strip(" .")
    kept = name_of_length(plain, LONGEST) or "file"
    return f"_{kept}" if _RESERVED.fullmatch(kept) else kept


def ascii_name(name: str) -> str:
    """The name for clients that know ASCII only: ``Ni(OH)₂ run.xy`` is ``NiOH2_run.xy``.

    Returns:
        Letters, digits, ``_``, ``-`` and ``.``; never empty.
    """
    spelt = unicodedata.normalize("NFKD", safe_name(name)).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w.-]", "", re.sub(r"\s+", "_", spelt))
    kept = re.sub(r"\.{2,}", ".", plain).strip("_-").rstrip(".")
    return kept if kept and not kept.startswith(".") else f"file{kept}"


def name_of_length(name: str, longest: int) -> str:
    """A name of at most so many bytes, cut in its middle so that its endings stay."""
    if len(name.encode()) <= longest:
        return name
    endings = re.search(r"(?:\.[^.\s]{1,12}){1,2}$", name)
    tail = endings[0] if endings else ""
    room = longest - len(tail.encode())
    return name.removesuffix(tail).encode()[:room].decode(errors="ignore").rstrip(" .") + tail
