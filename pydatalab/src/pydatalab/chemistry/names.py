"""Structures of substances from their names, by OPSIN: a program in Java, so only where a machine has Java.

Source:
    OPSIN: D. M. Lowe, P. T. Corbett, P. Murray-Rust, R. C. Glen, J. Chem. Inf. Model. 51 (2011) 739.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer

LONGEST = 500
"""Letters of a name."""

SECONDS, NAMES_A_SECOND = 60.0, 500
"""How long all names may take: a start, and a time for each."""

OPTIONS = (
    "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
    "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8",
)  # fmt: skip
"""Little memory, no files of its own, and UTF-8 whatever the machine speaks."""

AMBIGUOUS = b"APPEARS_AMBIGUOUS"
"""How a remark begins that the next structure is one of several."""

CHANGEABLE = re.compile(
    r"\[\d*(?:V|Cr|Mn|Fe|Co|Cu|Mo|Ru|Rh|Pd|Sn|Ce|Eu|W|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|U)(?![a-z])"
)
"""Metals in a SMILES that a name without their valence leaves open: iron oxide may be several."""

VALENCE = re.compile(r"\((?:0|[IVX]+(?:, ?[IVX]+)*|\d?[+-]|[+-]?\d)\)", re.IGNORECASE)
"""A valence or a charge in a name: ``(III)``, ``(2+)``."""


def is_at_hand() -> bool:
    """Whether this machine can read names."""
    return _command() is not None


def smiles_of_names(names: Iterable[str], told: Callable[[int], None]) -> dict[str, str]:
    """The SMILES of those names that mean one structure: none where there is no Java.

    Args:
        names: systematic and common names of substances, in English.
        told: is called with how many were looked at, now and then; what it raises ends it all.
    """
    asked = [name for name in dict.fromkeys(names) if 0 < len(_line(name)) <= LONGEST]
    command = _command()
    if command is None or not asked:
        return {}
    with TemporaryFile() as file:
        file.write("".join(f"{_line(name)}\n" for name in asked).encode())
        file.seek(0)
        process = subprocess.Popen(  # noqa: S603 (a program that we installed; the names are data to it)
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        limit = Timer(SECONDS + len(asked) / NAMES_A_SECOND, process.kill)
        limit.start()
        try:
            assert process.stdout
            return _understood(process.stdout, asked, told)
        finally:
            limit.cancel()
            process.kill()
            process.communicate()


def is_certain(name: str, smiles: str) -> bool:
    """Whether a name tells the valences of its metals, as far as they are not always the same."""
    return not CHANGEABLE.search(smiles) or bool(VALENCE.search(name))


def _understood(
    lines: Iterable[bytes], names: Sequence[str], told: Callable[[int], None]
) -> dict[str, str]:
    """What is said of each name in turn, ``SMILES<tab>name``, with remarks between."""
    found: dict[str, str] = {}
    answered, doubtful = 0, False
    for line in lines:
        if b"\t" not in line:
            doubtful = doubtful or line.startswith(AMBIGUOUS)
            continue
        if answered == len(names):
            break
        smiles = line.split(b"\t")[0].decode()
        if smiles and not doubtful:
            found[names[answered]] = smiles
        answered, doubtful = answered + 1, False
        if answered % 1_000 == 0:
            told(answered)
    return found


def _line(name: str) -> str:
    return " ".join(name.split())


def _command() -> list[str | Path] | None:
    """What starts it; the package that brings it is not imported, which would start a Java at once."""
    java, package = shutil.which("java"), find_spec("py2opsin")
    if java is None or package is None or not package.submodule_search_locations:
        return None
    (jar,) = Path(package.submodule_search_locations[0]).glob("opsin-cli-*.jar")
    return [java, *OPTIONS, "-jar", jar, "-osmi", "-n"]
