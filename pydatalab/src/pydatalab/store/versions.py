"""Which datalab a database belongs to: the versions that it is of, and the refusal of newer ones."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from pydatalab import __version__
from pydatalab.errors import Unavailable
from pydatalab.models import steps


@dataclass(frozen=True)
class Versions:
    """What a database is of."""

    layout: int
    """Version of how its engine lays documents out."""
    documents: int
    """Version of what documents hold (``models.steps``)."""
    by: str = ""
    """The datalab that brought it there, if that is known."""
    unfinished_from: int | None = None
    """Version that some documents may still be of, since an upgrade has not come to its end."""
    kept: str | None = None
    """The backup that was made before that upgrade."""

    @classmethod
    def noted(cls, found: Mapping[str, Any]) -> Self:
        """The versions that were noted so; what a newer datalab notes besides is passed over."""
        return cls(**{one.name: found[one.name] for one in fields(cls) if one.name in found})

    def is_of(self, layout: int) -> bool:
        """Whether nothing is to be done before this datalab works with it."""
        now = (layout, steps.newest())
        return self.unfinished_from is None and (self.layout, self.documents) == now

    def as_fields(self) -> Mapping[str, Any]:
        """All but the layout, which engines keep in their own way."""
        return {name: value for name, value in asdict(self).items() if name != "layout"}


def current(layout: int) -> Versions:
    """What this datalab makes."""
    return Versions(layout, steps.newest(), __version__)


def require_known(found: Versions, layout: int) -> None:
    """Go on only if this datalab knows what a database is of.

    Raises:
        Unavailable: a newer datalab wrote it.
    """
    if found.layout <= layout and found.documents <= steps.newest():
        return
    by = f"datalab {found.by}" if found.by else "a newer datalab"
    raise Unavailable(
        f"The database was written by {by} (layout {found.layout}, documents of version"
        f" {found.documents}); this is datalab {__version__} (layout {layout}, documents of version"
        f" {steps.newest()}), and cannot read it. Start the newer one, or go back to the backup that it"
        " made before the upgrade, with `pydatalab migration.go-back`: docs/how-to/deploy.md#going-back"
    )
