"""What is wrong with an XML of an instrument, in words for who uploaded it."""

import codecs
import re
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from pydatalab.errors import UnreadableFile

XML_ERRORS = (ParseError, DefusedXmlException, ValueError, LookupError)
"""What reading an XML and the numbers in it may raise."""

ENCODING = re.compile(r"""(<\?xml[^>]*?)\s+encoding\s*=\s*["'][^"']*["']""")


def as_encoded(raw: bytes) -> bytes:
    """An XML in UTF-8, where its first line speaks of UTF-16 and its bytes do not, or the reverse.

    Programs that turn an XML into text and that into a file leave the line as it was.
    """
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    said_wide = re.match(rb"""\s*<\?xml[^>]*encoding\s*=\s*["']utf-?16""", raw, re.IGNORECASE)
    if not wide and not said_wide:
        return raw
    text = raw.decode("utf-16" if wide else "utf-8")
    return ENCODING.sub(r"\1", text, count=1).encode()


def unreadable_xml(what: str, exc: Exception) -> UnreadableFile:
    """The error for an XML that could not be read; ``what`` begins its sentence: ``The mzML file``."""
    if isinstance(exc, DefusedXmlException):
        return UnreadableFile(f"{what} defines or fetches entities, and was left alone.")
    place = f" at line {exc.position[0]}" if isinstance(exc, ParseError) else ""
    return UnreadableFile(f"{what} is damaged or cut short{place}: export it anew and upload that.")
