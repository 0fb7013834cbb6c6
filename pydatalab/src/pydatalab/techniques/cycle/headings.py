"""How to know a cycler by the titles of its table; standard library only.

Source
    None: titles that each maker's software was seen to write, over many versions. Case, units,
    blanks and punctuation differ between versions and are not looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

VOLTAGE = re.compile(r"volt|potential|\bu\[|\be ?/v", re.IGNORECASE)


@dataclass(frozen=True)
class Signature:
    """What the titles of one maker's table have in common."""

    needs: tuple[frozenset[str], ...]
    """Of each set the line has one title, as ``title_key`` writes it."""

    never: frozenset[str] = frozenset()
    """Titles that only another table of the same file has."""

    def fits(self, titles: Sequence[str]) -> bool:
        """Whether these are the titles."""
        return self.fits_keys(keys_of(titles))

    def fits_keys(self, keys: frozenset[str]) -> bool:
        """The same, for titles that ``title_key`` has been through."""
        return not keys & self.never and all(keys & need for need in self.needs)


def _signature(*needs: str, never: str = "") -> Signature:
    return Signature(tuple(frozenset(need.split()) for need in needs), frozenset(never.split()))


_STATISTICS = "vmaxoncycle chargetime startvolt endvoltage onsetvolt onesetvolt"

ARBIN = _signature(
    "testtime", "stepindex datetime", "cycleindex", "voltage", "current", "chargecapacity",
    "dischargecapacity",
    never=f"{_STATISTICS} channelindex temperature1c",
)  # fmt: skip
NEWARE = _signature(
    "datapoint recordid recordindex record", "cycleindex cycleid cycle",
    "steptype stepname stepindex stepid", "voltage", "current cur", "capacity time relativetime",
    never=f"{_STATISTICS} testtime",
)  # fmt: skip
NEWARE_RECORDS = _signature(
    "datapoint recordid recordindex", "time relativetime steptime", "voltage", "current cur", "capacity",
    never=_STATISTICS,
)  # fmt: skip
MACCOR = _signature("rec", "step", "amps current", "volts voltage", "cyc cyclec cyclep cycle")
NOVONIX = _signature("runtime", "steptime", "potential", "current", "capacity", "cyclenumber")
LANDT = _signature(
    "testtime testtimes steptime time", "voltage voltagev", "current currenta",
    "capacity specap scapacity dischargecapacityah", "index record channelindex recordindex",
    never=f"{_STATISTICS} datapoint rec",
)  # fmt: skip
BASYTEC = _signature("time", "u", "i", "ah", "tstep tset command line dataset")
PEC = _signature("test", "cell", "rack", "shelf", "position", "voltage", "current")
IVIUM = _signature("time", "i", "e")
DIGATRON = _signature(
    "programduration progtime", "stepduration steptime", "voltage", "current", "status"
)
PREPARED = _signature("halfcycle", "fullcycle", "capacity", "voltage", "current", "state")
BDF = _signature("testtime testtimesecond", "voltage voltagevolt", "current currentampere")


def title_key(title: str) -> str:
    """A title as it is compared: no unit, no blanks, lower case; ``Test_Time(s)`` is ``testtime``."""
    plain = re.sub(r"[\[(].*|#.*|\s*/(?!d[tVQ]\b).*", "", title.strip(' "\t\ufeff~'))
    return "".join(letter for letter in plain.lower() if letter.isalnum())


def cells(line: str) -> list[str]:
    """A line's cells, separated by tabs, else semicolons, else commas."""
    return [cell.strip(' "') for cell in line.rstrip("\r\n").split(separator_of(line))]


def separator_of(line: str) -> str:
    """What separates the cells of a line of titles."""
    return "\t" if "\t" in line else ";" if line.count(";") > line.count(",") else ","


def heading_line(text: str, signature: Signature, most: int) -> str | None:
    """The first line with these titles, among the first ``most`` lines."""
    return next(
        (line for line, keys in _likely_lines(text, most) if signature.fits_keys(keys)), None
    )


def may_be_titles(line: str) -> bool:
    """Whether a line names a voltage, as the titles of each of these tables do. Quick."""
    return VOLTAGE.search(line) is not None


@lru_cache(maxsize=4)
def _likely_lines(text: str, most: int) -> tuple[tuple[str, frozenset[str]], ...]:
    """Lines that may be titles, with their keys; each maker's signature looks at the same ones."""
    lines = islice(text.splitlines(), most)
    return tuple((line, keys_of(cells(line))) for line in lines if may_be_titles(line))


def keys_of(titles: Sequence[str]) -> frozenset[str]:
    """Titles as they are compared."""
    return frozenset(title_key(title) for title in titles)
