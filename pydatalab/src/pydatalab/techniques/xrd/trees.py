"""XML of instruments as a tree, without doors to the outside."""

from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from pydatalab.techniques.shared.xml import XML_ERRORS, as_encoded, unreadable_xml


def tree(raw: bytes) -> Element:
    """The root element.

    Raises:
        UnreadableFile: it is no complete XML, or refers to something outside.
    """
    try:
        root: Element = fromstring(as_encoded(raw), forbid_dtd=True)
    except XML_ERRORS as exc:
        raise unreadable_xml("The XML", exc) from exc
    return root


def text_at(element: Element | None, path: str) -> str:
    """The text of the first element at a path whose steps are local names; empty where there is none.

    ``text_at(measurement, "usedWavelength/kAlpha1")``; namespaces do not count.
    """
    if element is None:
        return ""
    return (element.findtext("/".join(f"{{*}}{step}" for step in path.split("/"))) or "").strip()
