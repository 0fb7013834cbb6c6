"""What is wrong with an XML of an instrument, in words for who uploaded it."""

from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from pydatalab.errors import UnreadableFile

XML_ERRORS = (ParseError, DefusedXmlException, ValueError, LookupError)
"""What reading an XML and the numbers in it may raise."""


def unreadable_xml(what: str, exc: Exception) -> UnreadableFile:
    """The error for an XML that could not be read; ``what`` begins its sentence: ``The mzML file``."""
    if isinstance(exc, DefusedXmlException):
        return UnreadableFile(f"{what} defines or fetches entities, and was left alone.")
    place = f" at line {exc.position[0]}" if isinstance(exc, ParseError) else ""
    return UnreadableFile(f"{what} is damaged or cut short{place}: export it anew and upload that.")
