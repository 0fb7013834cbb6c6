"""The documentation hangs together: its links lead somewhere, and every page is linked."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
STARTS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", DOCS / "README.md")
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?[^)]*\)")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:")


def pages() -> list[Path]:
    return sorted({*STARTS, ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")})


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Where a page's relative links lead: file and anchor."""
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if not ELSEWHERE.match(link):
            path, _, anchor = link.partition("#")
            yield ((page.parent / unquote(path)).resolve() if path else page), anchor


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in addresses, as code hosts make them."""
    text = re.sub(r"^(```|~~~).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = 0
        while name + (f"-{number}" if number else "") in found:
            number += 1
        found.add(name + (f"-{number}" if number else ""))
    return found


def landing(target: Path) -> Path:
    """The page that is shown for a folder."""
    return target / "README.md" if (target / "README.md").is_file() else target


def test_every_relative_link_leads_to_something_that_is_there():
    dead = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in pages()
        for target, _ in links(page)
        if not target.exists()
    ]
    assert dead == []


def test_every_anchor_is_a_heading_of_its_page():
    dead = [
        f"{page.relative_to(ROOT)} -> {target.name}#{anchor}"
        for page in pages()
        for target, anchor in links(page)
        if anchor and target.suffix == ".md" and target.exists() and anchor not in anchors(target)
    ]
    assert dead == []


def test_every_page_is_reached_from_the_index():
    reached: set[Path] = set()
    waiting = [path.resolve() for path in STARTS]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md" and page.is_file():
            reached.add(page)
            waiting += [landing(target) for target, _ in links(page)]
    lost = [
        str(page.relative_to(ROOT)) for page in DOCS.rglob("*.md") if page.resolve() not in reached
    ]
    assert sorted(lost) == []
