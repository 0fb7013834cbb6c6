"""Which techniques there are, and which of them can read a file.

The registry is light: it runs in the API process. A technique declares itself with the standard
library and pydantic alone; its readers, analysis and figure are named as text (``module:function``)
and imported by ``resolve`` in a worker.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property
from importlib import import_module
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel, ConfigDict

from pydatalab import __version__
from pydatalab.errors import NotFound

TECHNIQUE_MODULES = (
    "xrd", "cycle", "cv", "eis", "nmr", "raman", "ftir", "uvvis", "ms", "tabular", "media", "comment",
)  # fmt: skip
"""The folders of ``techniques/``, in the order in which they are offered."""


class Match(IntEnum):
    """How sure a format is that a file is its own."""

    NO = 0
    """The content is something else."""
    POSSIBLE = 1
    """The ending fits and nothing in the content speaks against it (bare columns of numbers)."""
    LIKELY = 2
    """The content is of this format, which other techniques may use too (a JCAMP-DX of unsaid type)."""
    CERTAIN = 3
    """The content says this format and this technique."""


@dataclass(frozen=True)
class FileHead:
    """What can be known of a file without reading all of it."""

    name: str
    """Name as uploaded, less ``.gz`` or ``.bz2``."""

    start: bytes
    """The first 64 kB, decompressed."""

    members: tuple[str, ...] = ()
    """Names inside, where the file is a zip archive."""

    @property
    def suffix(self) -> str:
        """The last ending in lower case, with its dot: ``.xrdml``."""
        return PurePath(self.name).suffix.lower()

    @cached_property
    def text(self) -> str:
        """The start as text, however it is encoded; for looking at, not for reading data."""
        text = self._decoded
        return text if "\n" in text else text.replace("\r", "\n")

    @property
    def _decoded(self) -> str:
        for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
            if self.start.startswith(mark):
                return self.start[2:].decode(encoding, errors="replace")
        plain = self.start.removeprefix(b"\xef\xbb\xbf")
        try:
            # The start may end within a letter.
            return plain[:-4].decode("utf-8") + plain[-4:].decode("utf-8", errors="ignore")
        except UnicodeDecodeError:
            return plain.decode("cp1252", errors="replace")

    @property
    def binary(self) -> bool:
        """Whether the start holds bytes that no text file has."""
        return b"\0" in self.start and not self.start.startswith((b"\xff\xfe", b"\xfe\xff"))


class Parameters(BaseModel):
    """What a person may choose for a block of a technique. Stored flat in the block."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


@dataclass(frozen=True)
class Format:
    """One file format of a technique."""

    id: str
    """Short name, that of its reader's module: ``xrdml``."""

    name: str
    """What people call it: ``PANalytical XRDML``."""

    suffixes: tuple[str, ...]
    """Usual endings in lower case, with dot; shown to people, never the only evidence."""

    reader: str
    """``module:function`` in this technique's folder; see ``techniques/shared/measurement.py``."""

    knows: Callable[[FileHead], Match]
    """Whether a file is of this format. Quick, and raises nothing."""


@dataclass(frozen=True)
class Technique:
    """A way of measuring (or showing) that a block can have.

    The functions named here have these forms; types are those of ``techniques/shared``::

        reader(file: SourceFile, **reading_parameters) -> Measurement
        analysis(measurement: Measurement, parameters, item: Mapping) -> Measurement
        figure(readings: Sequence[Reading], parameters, item: Mapping, screen: Screen) -> Drawing
    """

    id: str
    """The block type that existing clients know: ``uv-vis``."""

    name: str
    description: str

    version: int
    """Counts changes of what comes out; part of every cache key."""

    formats: tuple[Format, ...] = ()
    parameters: type[Parameters] = Parameters

    figure: str | None = None
    """``module:function`` that draws; ``None`` for a block without a plot (a comment)."""

    analysis: str | None = None
    """``module:function`` that adds computed columns to a measurement, for figure and export."""

    reading_parameters: tuple[str, ...] = ()
    """Names of the parameters that the reader is handed (which experiment of an archive)."""

    item_fields: tuple[str, ...] = ()
    """Fields of the item that figure and analysis are handed (the mass of a cell)."""

    multiple_files: bool = False
    """Whether several files can be compared in one plot."""

    def format_of(self, head: FileHead) -> tuple[Format, Match] | None:
        """The format that is surest of this file, or none."""
        matches = [(format_.knows(head), format_) for format_ in self.formats]
        best = max(matches, key=lambda match: match[0], default=None)
        return (best[1], best[0]) if best and best[0] else None


@cache
def techniques() -> Mapping[str, Technique]:
    """All techniques by id, in the order in which they are offered."""
    modules = (import_module(f"pydatalab.techniques.{name}") for name in TECHNIQUE_MODULES)
    return {module.TECHNIQUE.id: module.TECHNIQUE for module in modules}


@cache
def fingerprint() -> str:
    """What tells the techniques of this release from those of another."""
    known = [
        (one.id, one.version, [(form.id, form.suffixes) for form in one.formats])
        for one in techniques().values()
    ]
    return hashlib.sha256(repr((__version__, known)).encode()).hexdigest()[:16]


def technique(technique_id: str) -> Technique:
    """The technique of that id.

    Raises:
        NotFound: there is none.
    """
    try:
        return techniques()[technique_id]
    except KeyError:
        known = ", ".join(techniques())
        raise NotFound(f"There is no technique {technique_id!r}. Known are: {known}.") from None


def techniques_for(head: FileHead) -> list[str]:
    """Ids of the techniques that can read a file, best first."""
    found = ((one.format_of(head), one.id) for one in techniques().values())
    sure = [(match[1], id_) for match, id_ in found if match]
    return [id_ for _, id_ in sorted(sure, key=lambda pair: -pair[0])]


def resolve(name: str) -> Callable[..., Any]:
    """The function that ``module:function`` names. Imports the scientific stack: workers only."""
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)  # type: ignore[no-any-return]
