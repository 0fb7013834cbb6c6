"""Pictures, TIFF of cameras and microscopes, video and PDF: what is looked at rather than plotted."""

from pydantic import Field

from pydatalab.techniques.media import recognise
from pydatalab.techniques.registry import Format, Parameters, Technique

FOLDER = "pydatalab.techniques.media"


class MediaParameters(Parameters):
    """What of a file is shown."""

    page: int = Field(default=1, ge=1)
    """Page of a TIFF, counted from 1."""


TECHNIQUE = Technique(
    id="media",
    name="Media",
    description="Pictures, TIFF of microscopes with their scale, video and PDF.",
    version=2,
    formats=(
        Format("picture", "Picture", (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"), f"{FOLDER}.picture:read_picture", recognise.knows_picture),
        Format("tiff", "TIFF", (".tif", ".tiff"), f"{FOLDER}.tiff:read_tiff", recognise.knows_tiff),
        Format("svg", "SVG drawing", (".svg",), f"{FOLDER}.svg:read_svg", recognise.knows_svg),
        Format("video", "Video", (".mp4", ".m4v", ".mov", ".webm"), f"{FOLDER}.played:read_video", recognise.knows_video),
        Format("pdf", "PDF", (".pdf",), f"{FOLDER}.played:read_pdf", recognise.knows_pdf),
    ),
    parameters=MediaParameters,
    figure=f"{FOLDER}.figure:media_figure",
    reading_parameters=("page",),
)  # fmt: skip
