"""Which files are diffraction patterns. Light: runs in the API process."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.xrd.radiation import IN_ANGSTROM, LONGEST, SHORTEST, in_angstrom

RANGE_LINE = re.compile(r"\s*(-?\d+(?:\.\d*)?)\s+(-?\d*\.\d+)\s+(-?\d+(?:\.\d*)?)(?=[\s,]|$)")
"""Start, step and end of 2θ at the start of a line."""

NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][-+]?\d+)?"
MISSING = r"[-+]?(?:nan|inf(?:inity)?)"
"""What programs write where they have no number."""

ROW = re.compile(rf"{NUMBER}(?:\s+(?:{NUMBER}|{MISSING}))+", re.I)
DECIMAL_COMMA = re.compile(r"\d,\d+\s+[-+]?(?:\d|nan|inf)", re.I)
COLUMN_SUFFIXES = (
    ".xy",
    ".xye",
    ".dat",
    ".txt",
    ".xys",
    ".csv",
    ".asc",
    ".tsv",
    ".prn",
    ".chi",
    "",
)
BARE_SUFFIXES = (".xy", ".xye", ".dat", ".txt", ".xys", "")
"""Endings under which columns without a word of explanation may be a pattern."""

SAYS_DIFFRACTION = re.compile(
    r"""2[ -_]?theta|two[ -_]?theta|2\s?[θϑΘ]|\btth\b|°\s?2\s?th|diffract|\bxrd\b|\banode\b|powder[ ]pattern
        |scantype|pyFAI|(?:^[#" \t]*|[,;\t][ ]*"?)q\s*[\[(/_\s]\s*(?:1\s*/\s*)?(?:Å|A|nm)(?![a-z])
        |^"?(?:angle|theta)"?\s*(?:[\[(][^\])\n]{0,20}[\])]\s*)?[,;\t ]\s*"?(?:intensity|counts|psd|cps)""",
    re.I | re.X | re.M,
)
SAYS_OTHERWISE = re.compile(
    r"""\b(?: wavenumber|raman|absorb|transmi|reflectance|wavelength\s*[\[(/]\s*nm|volt|ewe|current
        |capacity|cycle|impedance|freq|time|temp(?:erature)?|field|moment|magneti|binding|kinetic|ev|energy
        |shift|ppm|nmr|mass|m/z|ion|pressure|adsor|isotherm|depth|height|force|date|retention|channel
        |chromat|absorption|mu|xmu|particle|size|weight|strain|stress|viscos|conc|dsc|tga|spec(?:tr|s)
        |dichro|fluor|photolum|counts/s|nanonis|bias)""",
    re.I | re.X,
)
RADIATION = re.compile(
    r"""(?:wave[ -]?length|\blambda\b|λ) [^\d\n]{0,20}? (?:[\[(]([^\W\d_]+)[\])][^\d\n]{0,5}?)?
        (\d*[.,]\d+(?:e[-+]?\d+)?)(?!\d) [ \t]*([^\W\d_]*)""",
    re.I | re.X,
)
"""The wavelength of a measurement, with a word in brackets before it and the word behind it."""

LONGEST_BARE = 3.0
"""A wavelength without a unit [Å] is shorter than this: a longer one may be light, in another unit."""

TITLE_OF_ANGLE = re.compile(
    r"""(?:2|two)[\s_-]*(?:θ|ϑ|th(?:eta)?(?![a-z])) | tth\b | (?:angle|theta|θ)(?![a-z]) | °\s?2\s?th
        | q\s*(?:[\[(/_]|$) | d\s*[\[(/] | d[-\s_]?spac | scattering\s+(?:angle|vector)""",
    re.I | re.X,
)
"""What a column of 2θ, Q or d is called."""

LOWEST, HIGHEST = -20.0, 180.0
"""Where a diffraction angle can be [deg]."""

FEWEST_ROWS = 10


def knows_xrdml(head: FileHead) -> Match:
    """PANalytical XML says so in its root element."""
    return Match.CERTAIN if "<xrdMeasurements" in head.text[:20_000] else Match.NO


def knows_ras(head: FileHead) -> Match:
    """Rigaku text starts with a mark of its own."""
    return Match.CERTAIN if head.text.lstrip().startswith("*RAS_") else Match.NO


def knows_rasx(head: FileHead) -> Match:
    """A zip with profiles, or frames, in folders ``Data0``, ``Data1`` …"""
    profile = re.compile(r"(?:.*/)?Data\d+/(?:Profile|Image|MesurementConditions)\d+\.\w+")
    if any(profile.fullmatch(name) for name in head.members):
        return Match.CERTAIN
    return _zip_cut_short(head, ".rasx")


def knows_brml(head: FileHead) -> Match:
    """A zip with the containers of a Bruker experiment."""
    inside = re.compile(r"(?:.*/)?Experiment\d+/(?:RawData\d+|DataContainer)\.xml")
    if any(inside.fullmatch(name) for name in head.members):
        return Match.CERTAIN
    return _zip_cut_short(head, ".brml")


def _zip_cut_short(head: FileHead, suffix: str) -> Match:
    """A zip that lost its list of members, and an ending: the reader says what is wrong."""
    cut = head.start.startswith(b"PK\3\4") and not head.members and head.suffix == suffix
    return Match.POSSIBLE if cut else Match.NO


def knows_raw(head: FileHead) -> Match:
    """The four marks of Bruker and Siemens; ``RAW `` alone could start a text."""
    if head.start.startswith((b"RAW4.00", b"RAW1.0", b"RAW2")) and head.binary:
        return Match.CERTAIN
    return Match.CERTAIN if head.start.startswith(b"RAW ") and head.binary else Match.NO


def knows_uxd(head: FileHead) -> Match:
    """Keys that start with an underscore, among them a version or a step."""
    if head.binary:
        return Match.NO
    keys = re.findall(r"^_(FILEVERSION|STEPSIZE|DRIVE|STEPTIME|2?THETA\w*)\b", head.text, re.M)
    return Match.CERTAIN if len(set(keys)) >= 2 else Match.NO


def knows_jcamp(head: FileHead) -> Match:
    """JCAMP-DX whose data type is diffraction."""
    data_type = re.search(r"##\s*DATA\s*TYPE\s*=\s*([^\n]*)", head.text, re.I)
    if head.binary or data_type is None:
        return Match.NO
    return Match.CERTAIN if "DIFFRACTION" in data_type[1].upper() else Match.NO


def knows_cif(head: FileHead) -> Match:
    """A CIF with a unit cell or a measured powder pattern."""
    text = head.text
    if head.binary or not re.search(r"^[ \t]*data_\S*", text, re.M | re.I):
        return Match.NO
    if re.search(r"^[ \t]*_(?:pd_meas|pd_proc|pd_calc)_", text, re.M):
        return Match.CERTAIN
    if re.search(r"^[ \t]*_cell[._]length_a\b", text, re.M):
        return Match.CERTAIN
    return Match.POSSIBLE if head.suffix == ".cif" else Match.NO


def knows_blocks(head: FileHead) -> Match:
    """Start, step and end of 2θ, then lines of nothing but numbers."""
    if head.binary or head.suffix not in (".dat", ".txt", ".xrd", ".bg", ".hrpt", ""):
        return Match.NO
    lines = head.text.splitlines()
    place = next((n for n, line in enumerate(lines[:40]) if range_points(line)), None)
    if place is None or _columns_follow(lines[place], lines[place + 1 : place + 6]):
        return Match.NO
    points = range_points(lines[place])
    count, goes_on = _numbers_after(lines[place + 1 :])
    if any(n <= count <= n + 10 for n in (points, 2 * points)):
        return Match.LIKELY
    if count > 100 and goes_on and place < 10:  # the rest lies beyond the start of the file
        return Match.LIKELY if len(head.start) >= 64 * 1024 else Match.POSSIBLE
    return Match.NO


def range_points(line: str) -> int:
    """How many points a line of start, step and end of 2θ speaks of; 0 where it is no such line."""
    found = RANGE_LINE.match(line)
    if found is None:
        return 0
    start, step, end = (float(number) for number in found.groups())
    if not (LOWEST <= start < end <= HIGHEST and 0 < step < end - start):
        return 0
    points = (end - start) / step + 1
    return round(points) if abs(points - round(points)) < 0.1 and points >= FEWEST_ROWS else 0


def _columns_follow(line: str, after: list[str]) -> bool:
    """Whether the next lines are rows of 2θ and intensity, and not of intensities alone."""
    rows = [_cells(text) for text in (line, *after)]
    if len(rows[1:2]) and len(rows[1]) in (2, 3) and rows[1][0] == float(line.split()[0]):
        return True
    columns = list(zip(*rows, strict=False)) if len({len(row) for row in rows}) == 1 else []
    return len(rows) > 3 and any(_angles(list(column)) for column in columns)


def _numbers_after(lines: list[str]) -> tuple[int, bool]:
    """How many numbers the lines start with, and whether they hold nothing else."""
    count = 0
    for line in lines:
        words = line.replace(",", " ").split()
        if not all(re.fullmatch(NUMBER, word) for word in words):
            return count, False
        count += len(words)
    return count, True


def knows_xy(head: FileHead) -> Match:
    """Columns whose first runs as a diffraction angle does; sure only where the words around say so."""
    if head.binary or head.suffix not in COLUMN_SUFFIXES:
        return Match.NO
    rows = list(_rows(head.text.splitlines()))
    if knows_blocks(head):
        return Match.NO
    words = _words(head.text)
    said = bool(SAYS_DIFFRACTION.search(words)) or _short_waves(words)
    if not said and (SAYS_OTHERWISE.search(words) or head.suffix not in BARE_SUFFIXES):
        return Match.NO
    if len(rows) < FEWEST_ROWS:
        return Match.NO
    place = angle_place(_titles(words, len(rows[0])))
    if not _angles([row[place] for row in rows]):
        return Match.NO
    if said:
        return Match.LIKELY
    if head.suffix in (".xy", ".xye"):
        return Match.POSSIBLE
    above_zero = not any(row[1] < 0 for row in rows)
    return Match.POSSIBLE if len(rows[0]) in (2, 3) and above_zero else Match.NO


def angle_place(titles: Sequence[str]) -> int:
    """Which column is of 2θ, Q or d by its title; the first, where no title says so."""
    places = [n for n, title in enumerate(titles) if TITLE_OF_ANGLE.match(title.strip(" \t#'\""))]
    doubled = (n for n in places if re.match(r"\W*(?:2|two)", titles[n], re.I))  # beside a theta
    return next(doubled, places[0] if places else 0)


def _titles(words: str, count: int) -> list[str]:
    """The last line above the columns in its cells, where they are as many as the columns."""
    line = next((line for line in reversed(words.splitlines()) if line.strip()), "")
    cells = (re.split(mark, line) for mark in (r"[\t;,]", r"\s{2,}", r"\s+"))
    return next((found for found in cells if len(found) == count), [])


def _short_waves(words: str) -> bool:
    """Whether a wavelength is named that only X-rays and neutrons have."""
    found = RADIATION.search(words)
    if found is None:
        return False
    unit = found[1] or found[3]
    told = unit.lower() in IN_ANGSTROM
    longest = LONGEST if told else LONGEST_BARE
    short = SHORTEST < in_angstrom(found[2], unit) < longest
    return short and (told or not SAYS_OTHERWISE.search(words))


def _words(text: str) -> str:
    """The text before the columns: what is written there tells what they are."""
    lines = text.splitlines()[:200]
    rows = (place for place, line in enumerate(lines) if _cells(line))
    return "\n".join(lines[: next(rows, len(lines))])


def _rows(lines: list[str]) -> Iterator[list[float]]:
    """The first run of rows with equally many numbers, at most a few hundred."""
    width = 0
    taken = 0
    for line in lines:
        cells = _cells(line)
        if width and len(cells) != width and line.rstrip(" ").endswith((";", ",", "\t")):
            cells = _cells(f"{line}nan")
        if width and len(cells) != width:
            if taken >= FEWEST_ROWS or (line.strip() and line.lstrip()[0] not in "#';"):
                return
            continue
        if cells:
            width, taken = len(cells), taken + 1
            yield cells
        if taken >= 300:
            return


def _cells(line: str) -> list[float]:
    """The numbers of a line that holds nothing else, at least two; decimal commas are understood."""
    text = line.strip().replace('"', "")
    text = re.sub(r"([;,\t]) *(?=\1)", r"\1nan", text)
    if ";" in text or "\t" in text or (DECIMAL_COMMA.search(text) and "." not in text):
        text = text.replace(",", ".").replace(";", " ")
    else:
        text = text.replace(",", " ")
    text = text.strip()
    if not ROW.fullmatch(text):
        return []
    return [float(re.sub(r"(?<=[\d.])[dD]", "e", word)) for word in text.split()]


def _angles(values: list[float]) -> bool:
    """Whether numbers rise (or fall) evenly within the range of a diffraction angle."""
    if not all(LOWEST <= value <= HIGHEST for value in values):
        return False
    steps = [after - before for before, after in pairwise(values)]
    usual = sorted(steps)[len(steps) // 2]
    return 0 < abs(usual) <= 1 and all(0 < step / usual < 5 for step in steps)
