"""The table of techniques and file formats as a page, made from the registry."""

from collections.abc import Iterable, Iterator

from pydatalab.techniques.registry import Technique

OPENING = """# Techniques and file formats

<!-- Written by `pydatalab dev.write-technique-reference`; do not edit. -->

What a block can show, and which files it is made from. A file is recognised by its content; its ending
is a hint. All formats are also read as `.gz` and `.bz2`. Each technique's own page says what is read,
worked out and left alone.
"""


def page(known: Iterable[Technique], documented: frozenset[str]) -> str:
    """The whole page, as Markdown.

    Args:
        known: the techniques, in their order.
        documented: ids of those that have a page of their own beside this one.
    """
    listed = list(known)
    rows = [_row(one, one.id in documented) for one in listed]
    head = ["| technique | block type | shows | several files |", "| --- | --- | --- | --- |"]
    details = [line for one in listed for line in _formats(one)]
    return "\n".join([OPENING, *head, *rows, "", *details]).rstrip() + "\n"


def _row(one: Technique, documented: bool) -> str:
    name = f"[{one.name}]({one.id}.md)" if documented else one.name
    several = "yes" if one.multiple_files else "no"
    return f"| {name} | `{one.id}` | {one.description} | {several if one.formats else ''} |"


def _formats(one: Technique) -> Iterator[str]:
    if not one.formats:
        return
    yield f"## {one.name}\n"
    yield "| format | usual endings |"
    yield "| --- | --- |"
    for form in one.formats:
        yield f"| {form.name} | {' '.join(f'`{suffix}`' for suffix in form.suffixes)} |"
    yield ""
