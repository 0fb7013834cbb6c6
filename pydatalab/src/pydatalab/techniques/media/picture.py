"""Pictures that browsers show: PNG, JPEG, GIF, WebP, BMP.

Layout
    Theirs; read with ``pillow``.
Source
    See ``recognise``.
"""

import warnings

from PIL import Image, ImageOps

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.media.shown import LARGEST_EDGE, Shown, data_uri, shown
from pydatalab.techniques.shared.source import SourceFile

KNOWN = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "DIB")


def read_picture(file: SourceFile, page: int = 1) -> Shown:
    """Read a picture upright; of a moving one the first frame.

    Raises:
        UnreadableFile: it is damaged, cut short or larger than can be shown.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(file.path, formats=KNOWN) as image:
                width, height = image.size
                # A JPEG is read no finer than it is shown.
                image.draft(None, (LARGEST_EDGE, LARGEST_EDGE))
                image.load()
                upright = ImageOps.exif_transpose(image)
        except Image.DecompressionBombError as exc:
            raise UnreadableFile("The picture has too many pixels to be shown.") from exc
        except (OSError, SyntaxError, ValueError, EOFError) as exc:
            raise UnreadableFile("The picture is damaged or cut short: upload it again.") from exc
    if (width > height) != (upright.width > upright.height):
        width, height = height, width
    uri = data_uri(upright, photograph=image.format in {"JPEG", "MPO"})
    return shown("image", uri, width, height)
