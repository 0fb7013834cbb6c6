"""XML of instruments as a tree, without doors to the outside."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pydatalab.errors import UnreadableFile


def tree(raw: bytes) -> Element:
    """The root element.

    Raises:
        UnreadableFile: it is no complete XML, or refers to something outside.
    """
    try:
        root: Element = fromstring(raw, forbid_dtd=True)
    except ParseError as exc:
        raise UnreadableFile(f"The XML is damaged or cut short ({exc}): upload it again.") from exc
    except DefusedXmlException as exc:
        raise UnreadableFile("The XML defines or fetches entities, and was left alone.") from exc
    except (ValueError, LookupError) as exc:
        raise UnreadableFile(f"The XML cannot be decoded: {exc}.") from exc
    return root


def text_at(element: Element | None, path: str) -> str:
    """The text of the first element at a path whose steps are local names; empty where there is none.

    ``text_at(measurement, "usedWavelength/kAlpha1")``; namespaces do not count.
    """
    if element is None:
        return ""
    return (element.findtext("/".join(f"{{*}}{step}" for step in path.split("/"))) or "").strip()
