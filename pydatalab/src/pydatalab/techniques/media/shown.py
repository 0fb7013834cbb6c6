"""What a picture or video becomes once it is read: a header, and no columns."""

import base64
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from PIL import Image

from pydatalab.techniques.shared.measurement import Measurement

LARGEST_EDGE = 2400
"""Pixels along the longer edge of a picture that is shown: a wide screen has no more for a plot."""


PERCENTILES = (0.3, 99.7)
"""What is shown black and white, where a picture has more depth than a screen."""


Pixels = npt.NDArray[Any]


class Shown(Measurement):
    """Something to look at: a measurement without columns of numbers."""

    def checked(self) -> Self:
        """The thing itself: its reader has seen that it is whole."""
        return self


def shown(kind: str, picture: str, width: float, height: float, **said: Any) -> Shown:
    """A picture with its size.

    Args:
        kind: how the page may show the file itself, ``image``; or ``figure``, if only as a figure.
        picture: the picture as a data URI, perhaps smaller than it is.
        width: pixels across of the picture itself.
        height: pixels down.
        said: what else the file tells; ``pixel_size`` [m] gives the axes lengths.
    """
    size = {"width_px": width, "height_px": height}
    return Shown((), header={"show": kind, "picture": picture, **size, **said})


def data_uri(image: Image.Image, *, photograph: bool = False, largest: int = LARGEST_EDGE) -> str:
    """A picture as a data URI: PNG, or JPEG for a photograph without holes; never larger than ``largest``."""
    small = _plain(image)
    if max(small.size) > largest:
        small = small.copy()
        small.thumbnail((largest, largest))
    form = "JPEG" if photograph and small.mode in {"L", "RGB"} else "PNG"
    written = BytesIO()
    small.save(written, form, **({"quality": 88} if form == "JPEG" else {"compress_level": 4}))
    return f"data:image/{form.lower()};base64,{base64.b64encode(written.getvalue()).decode()}"


def _plain(image: Image.Image) -> Image.Image:
    """The picture in grey or colours of eight bits."""
    if image.mode in {"L", "LA", "RGB", "RGBA"}:
        return image
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(scaled(np.asarray(image)))
    return image.convert("RGBA" if image.mode in {"P", "PA", "La", "RGBa"} else "RGB")


def smaller(picture: str, largest: int) -> str:
    """The picture of a data URI, no larger than ``largest``; drawings have no pixels and stay."""
    kind, _, content = picture.partition(";base64,")
    if kind == "data:image/svg+xml":
        return picture
    with Image.open(BytesIO(base64.b64decode(content))) as image:
        if max(image.size) <= largest:
            return picture
        return data_uri(image, photograph=kind == "data:image/jpeg", largest=largest)


def scaled(pixels: Pixels) -> Pixels:
    """Grey values from 0 to 255 between two percentiles; black where there is no number."""
    values = pixels.astype(np.float32)
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, PERCENTILES) if finite.size else (0.0, 1.0)
    if high <= low:
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    grey = (values - low) / ((high - low) or 1.0) * 255
    return np.clip(np.nan_to_num(grey, posinf=255, neginf=0), 0, 255).astype(np.uint8)


def facts(header: Mapping[str, Any]) -> dict[str, Any]:
    """What a header says, less the picture."""
    return {name: value for name, value in header.items() if name != "picture"}
