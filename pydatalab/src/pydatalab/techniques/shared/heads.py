"""The start of a text file as text; standard library only, for recognition."""

from pydatalab.techniques.registry import FileHead


def text_of(head: FileHead) -> str:
    """The start of the file, whatever it is encoded in: UTF-8 without a mark is told from cp1252."""
    whole_lines = head.start[: head.start.rfind(b"\n") + 1]
    try:
        return whole_lines.decode("utf-8-sig") if whole_lines else head.text
    except UnicodeDecodeError:
        return head.text
