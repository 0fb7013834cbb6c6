"""Figures and measurements of stored files: from the cache, or made by a worker."""

import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from pydatalab.compute.cache import Cache, key_of
from pydatalab.compute.once import Once
from pydatalab.compute.workers import Job, Workers
from pydatalab.errors import DatalabError, Invalid, LimitExceeded, Unavailable
from pydatalab.files.vault import Vault
from pydatalab.techniques.registry import technique
from pydatalab.watch.measures import FIGURES, WORK_FAILURES, WORK_SECONDS, Measures

FORMATS = {"csv": ".csv", "parquet": ".parquet", "netcdf": ".nc"}
"""Formats of ``measurement``, with their endings."""

WIDTHS = (200, 4000)
"""Pixels: screens outside are drawn for as if they had these."""

STRUCTURE_SECONDS = 20.0
"""How long a molecule may take to be drawn."""

PRUNED_EVERY = 900.0
"""Seconds between two looks at the size of the cache."""


REASONS = {LimitExceeded: "limit", Unavailable: "no_worker"}
"""Why a figure could not be made, where it is not that a file cannot be read."""


@dataclass(frozen=True)
class InputFile:
    """One stored file."""

    file_id: str
    name: str
    """As uploaded: its ending takes part in knowing the format."""
    sha256: str


@dataclass(frozen=True)
class FigureRequest:
    """What is to be drawn, or exported."""

    technique_id: str
    files: tuple[InputFile, ...]
    parameters: Mapping[str, Any]
    """All of the technique's, checked."""
    item: Mapping[str, Any]
    """The fields of the item that the technique wants."""
    width: int | None = None
    """Pixels across the plot."""
    low: float | None = None
    """Left end of what is looked at on the x axis; all of it without ``low`` and ``high``."""
    high: float | None = None


@dataclass(frozen=True)
class Finished:
    """Something made, ready to be sent."""

    path: Path
    """A figure is JSON packed with gzip; an export is as it is."""

    etag: str
    """Changes whenever the content could; without quotes."""

    extras_path: Path | None = None

    @cached_property
    def extras(self) -> dict[str, Any]:
        """Of a figure: ``computed``, ``metadata``, ``warnings`` and ``parameters``, as in its ``layout.meta``."""
        said: dict[str, Any] = (
            orjson.loads(self.extras_path.read_bytes()) if self.extras_path else {}
        )
        return said


class Compute:
    """Draws and exports what the lab's files hold, each thing once."""

    def __init__(
        self,
        vault: Vault,
        workers: Workers,
        cache: Cache,
        seconds: float = 60.0,
        measures: Measures | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            vault: where the files are.
            workers: who reads them.
            cache: where what was made is kept.
            seconds: how long one figure or export may take.
            measures: where it is counted what was at hand, and how long the rest took.
        """
        self._measures = measures or Measures()
        self._vault = vault
        self._workers = workers
        self._cache = cache
        self._seconds = seconds
        self._once = Once()
        self._pruned = time.monotonic()

    def figure(self, request: FigureRequest) -> Finished:
        """The Plotly figure of some files, with ``extras`` also as its ``layout.meta``.

        Raises:
            Invalid: the technique draws nothing, or not so many files.
            UnreadableFile: a file cannot be read, with the reason.
            Unavailable: no worker is to be had at the moment.
            NotFound: the technique is unknown, or the bytes of a file are gone.
        """
        self._check(request)
        key, extras_key = _figure_keys(request)
        arguments = {"screen": _screen(request), "key": key, "extras_key": extras_key}
        path, extras = self._made(request, (key, extras_key), "make_figure", arguments)
        return Finished(path, key.partition(".")[0], extras)

    def figure_at_hand(self, request: FigureRequest) -> Finished | None:
        """The figure if it was made already: never waits."""
        key, extras_key = _figure_keys(request)
        found = self._found((key, extras_key))
        if not found:
            return None
        self._measures.count(FIGURES, request.technique_id, "hit")
        path, extras = found
        return Finished(path, key.partition(".")[0], extras)

    def measurement(self, request: FigureRequest, form: str) -> Finished:
        """All points of one file, as ``csv``, ``parquet`` or ``netcdf``.

        Raises:
            Invalid: the format is unknown, or there is not one file.
            UnreadableFile, Unavailable, NotFound: as for ``figure``.
        """
        if form not in FORMATS:
            raise Invalid(f"There is no format {form!r}. Choose one of: {', '.join(FORMATS)}.")
        if len(request.files) != 1:
            raise Invalid("Points are exported of one file at a time. Choose one.")
        key = key_of("export", _made_from(request)) + FORMATS[form]
        (path,) = self._made(request, (key,), "make_export", {"form": form, "key": key})
        return Finished(path, key.partition(".")[0])

    def workers(self) -> dict[str, Any] | None:
        """How it stands with the workers; ``None`` where they are away."""
        return self._workers.status()

    def structure(self, smiles: str) -> dict[str, Any]:
        """A molecule in other words, and drawn: see ``chemistry.structures.describe``.

        Raises:
            Invalid: it is no SMILES.
            Unavailable: no worker is to be had at the moment.
        """
        job = Job("pydatalab.chemistry.structures:describe", {"smiles": smiles}, STRUCTURE_SECONDS)
        found: dict[str, Any] = self._workers.run(job)
        with self._cache.place(_structure_key(smiles)) as path:
            path.write_bytes(orjson.dumps(found))
        return found

    def structure_at_hand(self, smiles: str) -> dict[str, Any] | None:
        """The same if it was made already: never waits."""
        kept = self._cache.find(_structure_key(smiles))
        try:
            return orjson.loads(kept.read_bytes()) if kept else None
        except (OSError, ValueError):  # gone this moment, or damaged: it is made anew
            return None

    def _check(self, request: FigureRequest) -> None:
        one = technique(request.technique_id)
        if one.figure is None:
            raise Invalid(f"{one.name} has no plot.")
        if not request.files:
            raise Invalid("There is no file to plot. Choose one.")
        if len(request.files) > 1 and not one.multiple_files:
            raise Invalid(f"{one.name} shows one file at a time. Choose one.")

    def _made(
        self,
        request: FigureRequest,
        keys: tuple[str, ...],
        function: str,
        arguments: Mapping[str, Any],
    ) -> list[Path]:
        """The files of those keys in the cache, made if one is not there."""

        def make() -> None:
            if not self._found(keys):  # what somebody else made since is there now
                self._timed(request, function, arguments)

        found = self._found(keys)
        self._measures.count(FIGURES, request.technique_id, "hit" if found else "miss")
        if not found:
            self._once.do(keys[0], make)
            found = self._found(keys)
        if not found:
            raise Unavailable("The cache of figures is too small, or cannot be written to.")
        return found

    def _found(self, keys: tuple[str, ...]) -> list[Path]:
        """The files of all those keys in the cache; none where one is missing."""
        paths = [path for key in keys if (path := self._cache.find(key))]
        return paths if len(paths) == len(keys) else []

    def _timed(self, request: FigureRequest, function: str, arguments: Mapping[str, Any]) -> None:
        """As ``_make``, and noted how long it took, or why it failed."""
        begun = time.perf_counter()
        try:
            self._make(request, function, arguments)
        except DatalabError as error:
            reason = REASONS.get(type(error), "unreadable")
            self._measures.count(WORK_FAILURES, request.technique_id, reason)
            raise
        finally:
            seconds = time.perf_counter() - begun
            self._measures.take(WORK_SECONDS, seconds, request.technique_id)

    def _make(self, request: FigureRequest, function: str, arguments: Mapping[str, Any]) -> None:
        with ExitStack() as open_files:
            files = [
                {
                    **asdict(one),
                    "path": str(open_files.enter_context(self._vault.as_path(one.sha256))),
                }
                for one in request.files
            ]
            task = {
                "technique_id": request.technique_id,
                "parameters": request.parameters,
                "item": request.item,
                "files": files,
                "cache": str(self._cache.root),
                "largest_cache": self._cache.largest,
            }
            job = Job(
                f"pydatalab.compute.job:{function}", {"task": task, **arguments}, self._seconds
            )
            self._workers.run(job)
        self._prune_now_and_then()

    def _prune_now_and_then(self) -> None:
        if time.monotonic() < self._pruned + PRUNED_EVERY:
            return
        self._pruned = time.monotonic()
        arguments = {"root": str(self._cache.root), "largest": self._cache.largest}
        job = Job("pydatalab.compute.cache:prune", arguments)
        threading.Thread(target=self._workers.run, args=(job,), daemon=True).start()


def _made_from(request: FigureRequest) -> list[Any]:
    """All that takes part in what comes out, but for the screen."""
    one = technique(request.technique_id)
    files = [asdict(file) for file in request.files]
    item = {name: request.item.get(name) for name in one.item_fields}
    return [one.id, one.version, files, request.parameters, item]


def _figure_keys(request: FigureRequest) -> tuple[str, str]:
    """Where the cache keeps a figure, and what comes with it."""
    key = key_of("figure", _made_from(request), _screen(request))
    return f"{key}.json.gz", f"{key}.extras.json"


def _structure_key(smiles: str) -> str:
    return f"{key_of('structure', smiles)}.structure.json"


def _screen(request: FigureRequest) -> dict[str, Any]:
    """The screen, its width in coarse steps so that like windows share a figure."""
    screen: dict[str, Any] = {}
    if request.width is not None:
        low, high = WIDTHS
        screen["width"] = min(max(-(-request.width // 200) * 200, low), high)
    if request.low is not None and request.high is not None:
        screen |= {"low": request.low, "high": request.high}
    return screen
