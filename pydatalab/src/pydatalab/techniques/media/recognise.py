"""Which files are pictures, videos or PDF. Light: runs in the API process.

Source
    The first bytes of each format, as its standard gives them: PNG (ISO/IEC 15948), JPEG (ITU-T
    T.81), GIF89a, WebP (RFC 9649), BMP, TIFF 6.0 and BigTIFF, ISO base media (ISO/IEC 14496-12),
    Matroska (RFC 9559), PDF (ISO 32000).
"""

import re

from pydatalab.techniques.registry import FileHead, Match

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
TIFFS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MOVIE_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""Boxes that a video starts with; those before ``ftyp`` was invented have another one."""

STILL_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"crx ")
"""Brands of pictures that are packed like videos."""


def knows_picture(head: FileHead) -> Match:
    """A picture that browsers show."""
    start = head.start
    webp = start.startswith(b"RIFF") and start[8:12] == b"WEBP"
    bitmap = start.startswith(b"BM") and start[6:10] == bytes(4) and head.suffix == ".bmp"
    return _certain(start.startswith(PICTURES) or webp or bitmap)


def knows_tiff(head: FileHead) -> Match:
    """TIFF, which raw formats of other programs use too."""
    if not head.start.startswith(TIFFS):
        return Match.NO
    return Match.CERTAIN if head.suffix in {".tif", ".tiff"} else Match.POSSIBLE


def knows_svg(head: FileHead) -> Match:
    """XML whose root is a drawing."""
    before = r"(?:<\?xml[^>]*+>|<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?>|\s++)*"
    root = before + r"<(?:\w+:)?svg[\s>]"
    return _certain(not head.binary and re.match(root, head.text, re.DOTALL) is not None)


def knows_video(head: FileHead) -> Match:
    """MP4, QuickTime and WebM."""
    start = head.start
    matroska = start.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in start[:64]
    boxes = start[4:8] in MOVIE_BOXES and start[8:12] not in STILL_BRANDS
    known = matroska or (boxes and (start[4:8] == b"ftyp" or head.suffix in {".mov", ".mp4"}))
    return _certain(known)


def knows_pdf(head: FileHead) -> Match:
    """The mark may stand a little behind the start."""
    return _certain(b"%PDF-" in head.start[:1024])


def _certain(known: bool) -> Match:
    return Match.CERTAIN if known else Match.NO
