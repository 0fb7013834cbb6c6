"""Text as it is compared: without case, accents, or the difference between ₂ and 2."""

import html
import re
import unicodedata

_TAG = re.compile(r"</?+([a-zA-Z][a-zA-Z0-9-]*+)[^<>]*+>|<[!?][^<>]*+>")
"""A tag, read in one pass: a text of many that never close must not take time without end."""

_INLINE = frozenset({"sub", "sup", "b", "i", "em", "strong", "span", "a", "u", "code", "mark"})


def folded(text: str) -> str:
    """Lower case, compatibility forms plain, accents dropped: ``LiCoO₂`` and ``LICOO2`` are one."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def plain(markup: str) -> str:
    """The words of HTML, without its tags; text without tags is given back."""
    if "<" not in markup and "&" not in markup:
        return markup
    return " ".join(html.unescape(_TAG.sub(_gap, markup)).split())


def _gap(tag: re.Match[str]) -> str:
    """What stands for a tag: nothing within a word, a blank elsewhere."""
    return "" if (tag[1] or "").lower() in _INLINE else " "
