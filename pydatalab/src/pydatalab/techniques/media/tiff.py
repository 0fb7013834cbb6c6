"""TIFF, as cameras and microscopes write it: any depth, several pages, the size of a pixel.

Layout
    Pages of pixels with tags. Compressions that need more than the standard library are read by
    ``pillow``. The size of a pixel stands where each maker puts it: see ``scale``.
Source
    TIFF 6.0; read by ``tifffile``.
"""

import struct
import warnings
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from tifffile import TiffFile, TiffFileError, TiffPage

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.media.scale import instrument
from pydatalab.techniques.media.shown import LARGEST_EDGE, Shown, data_uri, scaled, shown
from pydatalab.techniques.shared.source import SourceFile

Pixels = npt.NDArray[Any]

MOST_PIXELS = 400_000_000
WHITE_IS_ZERO, RGB, PALETTE = 0, 2, 3
DAMAGED = "The TIFF is damaged or cut short: upload it again."


def read_tiff(file: SourceFile, page: int = 1) -> Shown:
    """Read one page.

    Grey values of more than 8 bits are shown from the 0.3rd to the 99.7th percentile.

    Returns:
        The picture, with ``pages``, ``page``, ``bits`` and, where the maker tells,
        ``pixel_size`` [m] and ``voltage`` [V], ``working_distance`` [m], ``instrument``.

    Raises:
        UnreadableFile: it is damaged or cut short, too large, or has no such page.
    """
    try:
        with TiffFile(file.path) as tiff:
            pages = len(tiff.pages)
            if not pages:
                raise UnreadableFile("The TIFF is damaged or cut short: upload it again.")
            if page > pages:
                raise UnreadableFile(f"The TIFF has no page {page}: it has {pages}.")
            chosen = tiff.pages[page - 1].aspage()
            _refuse_damaged(chosen, file)
            said = instrument(tiff, chosen)
            picture = _picture(chosen, file, page)
    except (TiffFileError, ValueError, KeyError, IndexError, TypeError, OSError, EOFError,
            struct.error, zlib.error, ZeroDivisionError, Image.DecompressionBombError) as exc:  # fmt: skip
        raise UnreadableFile(DAMAGED) from exc
    said |= {"pages": pages, "page": page, "bits": int(chosen.bitspersample)}
    return shown("figure", data_uri(picture), chosen.imagewidth, chosen.imagelength, **said)


def _refuse_damaged(page: TiffPage, file: SourceFile) -> None:
    """Refuse a page whose pixels are not all there, or too many.

    Raises:
        UnreadableFile: so it is.
    """
    ends = [a + b for a, b in zip(page.dataoffsets, page.databytecounts, strict=False)]
    if not ends or max(ends) > file.path.stat().st_size:
        raise UnreadableFile(DAMAGED)
    if not 0 < page.imagewidth * page.imagelength <= MOST_PIXELS:
        raise UnreadableFile("The TIFF has too many pixels to be shown.")


def _picture(page: TiffPage, file: SourceFile, number: int) -> Image.Image:
    """The pixels of a page as a screen shows them."""
    try:
        pixels = page.asarray()
    except ValueError as exc:
        if "imagecodecs" not in str(exc) and "requires" not in str(exc):
            raise
        return _by_pillow(file, number)
    return Image.fromarray(_eight_bits(_thinned(_flat(pixels, page)), page))


def _by_pillow(file: SourceFile, number: int) -> Image.Image:
    """The page as the other library reads it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(file.path, formats=("TIFF",)) as image:
            image.seek(number - 1)
            return image.copy()


def _flat(pixels: Pixels, page: TiffPage) -> Pixels:
    """Pixels of shape (height, width) or (height, width, samples); of a volume the first layer."""
    axes = page.axes
    for axis in "ZQIT":
        if axis in axes:
            pixels, axes = pixels.take(0, axis=axes.index(axis)), axes.replace(axis, "", 1)
    return np.moveaxis(pixels, 0, -1) if axes == "SYX" else pixels


def _thinned(pixels: Pixels) -> Pixels:
    """Every n-th pixel of a picture far larger than is shown."""
    step = max(max(pixels.shape[:2]) // (2 * LARGEST_EDGE), 1)
    return pixels[::step, ::step]


def _eight_bits(pixels: Pixels, page: TiffPage) -> Pixels:
    """Pixels of one byte for each sample: grey, colours, or colours and what shines through."""
    if page.photometric == PALETTE and page.colormap is not None:
        return np.ascontiguousarray(np.moveaxis(page.colormap[:, pixels] >> 8, 0, -1), np.uint8)
    if pixels.ndim == 3:
        pixels = pixels[..., 0] if pixels.shape[2] == 1 else pixels
    if pixels.ndim == 3 and (pixels.shape[2] < 3 or page.photometric != RGB):
        pixels = pixels[..., 0]
    if pixels.ndim == 3:
        return _scaled_colours(pixels[..., :4])
    grey = pixels if pixels.dtype == np.uint8 else scaled(pixels)
    return 255 - grey if page.photometric == WHITE_IS_ZERO else np.ascontiguousarray(grey)


def _scaled_colours(pixels: Pixels) -> Pixels:
    """Colours over the whole range of their type."""
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels)
    if pixels.dtype.kind == "u":
        return (pixels >> (8 * pixels.dtype.itemsize - 8)).astype(np.uint8)
    return scaled(pixels)
