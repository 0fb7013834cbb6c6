"""CAS registry numbers, known by their check digit.

Source:
    CAS, "CAS registry number verified check digit": the digits before the last one, counted from the
    right, each times its place; the sum modulo 10 is the last digit.
"""

import re

from pydatalab.errors import Invalid

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))

NUMBER = re.compile(r"(?<![\d-])(\d{2,7})-(\d{2})-(\d)(?![\d-])")
UNDIVIDED = re.compile(r"0*(\d{5,10})")
BETWEEN = re.compile(
    r"(?:\bCAS\b|\bRN\b|\bNo\b|\bNr\b|[\s,;:/|#.()\[\]+&]|\band\b|\bund\b)*", re.IGNORECASE
)


def is_cas(number: str) -> bool:
    """Whether this is a registry number with the right check digit, written ``7732-18-5``."""
    parts = NUMBER.fullmatch(number)
    if parts is None:
        return False
    digits = parts[1] + parts[2]
    return sum(place * int(one) for place, one in enumerate(reversed(digits), 1)) % 10 == int(
        parts[3]
    )


def cas_numbers(text: str) -> list[str]:
    """The registry numbers in a text, each once, as they are usually written.

    Understood are other dashes, blanks around them, leading zeros, ``CAS`` before the number, several
    numbers in one text, and a number without dashes.

    Raises:
        Invalid: a check digit is wrong, or there is something else in it.
    """
    plain = re.sub(r"(?<=\d)\s*-\s*(?=\d)", "-", text.translate(DASHES)).strip()
    if whole := UNDIVIDED.fullmatch(plain):
        plain = f"{whole[1][:-3]}-{whole[1][-3:-1]}-{whole[1][-1]}"
    plain = re.sub(r"(?<![\d-])0+(?=\d{2,7}-\d\d-\d(?!\d))", "", plain)
    found = ["-".join(one.groups()) for one in NUMBER.finditer(plain)]
    if not found or not BETWEEN.fullmatch(NUMBER.sub("", plain)):
        raise Invalid(f"{text.strip()[:60]!r} is no CAS number; one looks like 7732-18-5.")
    for number in found:
        if not is_cas(number):
            raise Invalid(f"{number} is no CAS number: its last digit does not fit the others.")
    return list(dict.fromkeys(found))
