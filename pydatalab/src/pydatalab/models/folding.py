"""Text as it is compared: without case, accents, or the difference between ₂ and 2."""

import unicodedata
from html.parser import HTMLParser


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
    reader = _Words()
    reader.feed(markup)
    reader.close()
    return " ".join("".join(reader.words).split())


class _Words(HTMLParser):
    INLINE = frozenset({"sub", "sup", "b", "i", "em", "strong", "span", "a", "u", "code", "mark"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.INLINE:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, [])
