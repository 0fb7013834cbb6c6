"""How long does a figure take, beyond reading its file? And how large is it?"""

import io
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.table import Row
from pydatalab.compute.cache import Cache
from pydatalab.compute.figures import Compute, FigureRequest, Finished, InputFile
from pydatalab.compute.sources import head_of_file, source_file
from pydatalab.compute.workers import Job, Workers
from pydatalab.files.vault import Vault
from pydatalab.techniques.registry import resolve, technique
from pydatalab.techniques.shared.source import SourceFile

DATA = Path(__file__).parents[2] / "shared" / "data"
"""Real instrument files, beside the repository; what is missing is left out."""

PATTERN = ("xrd", "xrd/Scan_C1.xrdml")
CYCLING = ("cycle", "echem/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr")
FILES = (
    PATTERN,
    CYCLING,
    ("cycle", "echem/maccor_002.txt"),
    ("cycle", "echem/TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax"),
    ("nmr", "nmr/1.zip"),
    ("raman", "raman/raman_example.wdf"),
)
LARGEST = {PATTERN: 60.0, CYCLING: 150.0}
"""Kilobytes that a default figure may have, packed."""


class Lab:
    """A file store with workers and an empty cache."""

    def __init__(self, folder: Path, workers: Workers) -> None:
        self._folder = folder
        self._workers = workers
        self._vault = Vault(folder / "files", largest=10**10)
        self._caches = 0

    def kept(self, name: str, content: bytes) -> InputFile:
        """A file in the store."""
        with self._vault.writer() as writer:
            writer.write(content)
            blob = writer.finish()
        return InputFile(blob.md5[:24], name, blob.sha256)

    def compute(self) -> Compute:
        """With nothing in its cache."""
        self._caches += 1
        return Compute(
            self._vault, self._workers, Cache(self._folder / f"cache{self._caches}", 10**9)
        )

    def seconds_to_read(self, technique_id: str, file: InputFile) -> float:
        """What the parser alone takes, in this process."""
        one = technique(technique_id)
        chosen = one.parameters()
        reading = {name: getattr(chosen, name) for name in one.reading_parameters}
        with tempfile.TemporaryDirectory() as folder, self._vault.as_path(file.sha256) as blob:
            path = source_file(blob, file.name, Path(folder, "file")).path
            found = one.format_of(head_of_file(SourceFile(path)))
            assert found
            reader = resolve(found[0].reader)
            return seconds(lambda: reader(SourceFile(path), **reading))


def run() -> list[Row]:
    """Draw real files cold and again from the cache."""
    with opened() as lab:
        rows = [row for file in FILES if (DATA / file[1]).exists() for row in one_file(lab, *file)]
        return [*rows, *overlaid(lab), *plain_text(lab)]


def one_file(lab: Lab, technique_id: str, name: str) -> Iterator[Row]:
    """Time and size of one file's figure."""
    file = lab.kept(Path(name).name, (DATA / name).read_bytes())
    request = FigureRequest(technique_id, (file,), parameters={}, item={})
    bare = lab.seconds_to_read(technique_id, file)
    cold = seconds(lambda: lab.compute().figure(request))
    compute = lab.compute()
    size = compute.figure(request).path.stat().st_size / 1000
    again = seconds(lambda: sent(compute.figure(request)))
    shown = f"{technique_id}, {file.name}"
    yield Row(f"{shown}: read alone", bare * 1000, "ms")
    yield Row(f"{shown}: drawn cold", cold * 1000, "ms", bare * 1500 + 60)
    yield Row(f"{shown}: from the cache", again * 1000, "ms", 10)
    yield Row(f"{shown}: packed figure", size, "kB", LARGEST.get((technique_id, name)))


def sent(finished: Finished) -> bytes:
    """What goes out."""
    return finished.path.read_bytes()


def overlaid(lab: Lab) -> list[Row]:
    """Ten patterns in one figure, none of them seen before."""
    technique_id, name = PATTERN
    if not (DATA / name).exists():
        return []
    content = (DATA / name).read_bytes()
    files = tuple(lab.kept(f"{n}.xrdml", content + b"\n" * n) for n in range(10))
    request = FigureRequest(technique_id, files, parameters={}, item={})
    cold = seconds(lambda: lab.compute().figure(request))
    return [Row("xrd, ten overlaid patterns: drawn cold", cold * 1000, "ms", 200)]


def plain_text(lab: Lab) -> Iterator[Row]:
    """A pattern of 100,000 rows as text, beside what numpy takes to read it."""
    text = io.StringIO()
    counts = np.random.default_rng(1).poisson(1000, 100_000)
    np.savetxt(text, np.column_stack([np.linspace(5, 120, len(counts)), counts]), fmt="%.5f")
    file = lab.kept("pattern.xy", text.getvalue().encode())
    request = FigureRequest("xrd", (file,), parameters={}, item={})
    bare = seconds(lambda: np.loadtxt(io.StringIO(text.getvalue())))
    cold = seconds(lambda: lab.compute().figure(request))
    yield Row("xrd, text of 100,000 rows: read by numpy alone", bare * 1000, "ms")
    yield Row("xrd, text of 100,000 rows: drawn cold", cold * 1000, "ms", bare * 1500 + 60)


def seconds(do: Callable[[], object], times: int = 5) -> float:
    """Median of several times, after a first one that warms up."""
    do()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        do()
        taken.append(time.perf_counter() - begun)
    return median(taken)


@contextmanager
def opened() -> Iterator[Lab]:
    """A lab whose workers are warm."""
    with tempfile.TemporaryDirectory() as folder:
        workers = Workers(Path(folder, "compute"))
        workers.start()
        workers.run(Job("pydatalab.compute.cache:prune", {"root": folder, "largest": 10**12}))
        try:
            yield Lab(Path(folder), workers)
        finally:
            workers.close()
