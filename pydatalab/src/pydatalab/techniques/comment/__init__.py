"""Comments: text between the plots. No files, and no figure."""

from pydatalab.techniques.registry import Technique

TECHNIQUE = Technique(
    id="comment",
    name="Comment",
    description="Text with tables, formulas and links to other items.",
    version=1,
)
