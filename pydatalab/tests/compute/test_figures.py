"""Figures and exports of real files, made by real workers."""

import bz2
import csv
import gzip
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pydatalab.compute.cache import Cache
from pydatalab.compute.figures import Compute, FigureRequest, Finished, InputFile
from pydatalab.compute.workers import Workers
from pydatalab.errors import Invalid, NoData, NotFound, UnreadableFile
from pydatalab.files.vault import Vault
from pydatalab.services.recognition import file_head, recognised

DATA = Path(__file__).parents[1] / "data" / "biologic"
RUN = (DATA / "cp.mpr").read_bytes()


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(tmp_path_factory.mktemp("files"), largest=10**8)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    opened = Workers(tmp_path_factory.mktemp("compute"), count=2)
    opened.start()
    yield opened
    opened.close()


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", largest=10**8)


@pytest.fixture
def compute(vault: Vault, workers: Workers, cache: Cache) -> Compute:
    return Compute(vault, workers, cache)


def kept(vault: Vault, name: str, content: bytes) -> InputFile:
    with vault.writer() as writer:
        writer.write(content)
        blob = writer.finish()
    return InputFile(blob.md5[:24], name, blob.sha256)


def request(*files: InputFile, technique_id: str = "cycle", **more: Any) -> FigureRequest:
    return FigureRequest(technique_id, files, parameters={}, item={}, **more)


def figure_of(finished: Finished) -> dict[str, Any]:
    figure: dict[str, Any] = json.loads(gzip.decompress(finished.path.read_bytes()))
    return figure


def rows_of(finished: Finished) -> list[dict[str, str]]:
    with finished.path.open() as file:
        return list(csv.DictReader(file))


def test_a_figure_comes_with_what_was_worked_out(compute: Compute, vault: Vault):
    finished = compute.figure(request(kept(vault, "cp.mpr", RUN)))
    figure = figure_of(finished)
    assert figure["data"]
    assert figure["layout"]["meta"] == finished.extras
    assert set(finished.extras) == {"computed", "metadata", "warnings", "parameters"}
    # The software's own text export ends at 3.302615821850671 mA.h of discharge.
    assert finished.extras["computed"]["first_discharge_capacity_mAh"] == pytest.approx(
        3.3026, abs=1e-4
    )


def test_a_figure_is_made_once(compute: Compute, vault: Vault, cache: Cache):
    wanted = request(kept(vault, "cp.mpr", RUN))
    first = compute.figure(wanted)
    written = first.path.stat().st_mtime_ns
    begun = time.perf_counter()
    second = compute.figure(wanted)
    assert time.perf_counter() - begun < 0.01
    assert (second.path, second.etag, second.extras) == (first.path, first.etag, first.extras)
    assert second.path.stat().st_mtime_ns == written


def test_a_figure_is_at_hand_when_it_was_made(compute: Compute, vault: Vault):
    wanted = request(kept(vault, "cp.mpr", RUN))
    assert compute.figure_at_hand(wanted) is None
    assert compute.figure(wanted) == compute.figure_at_hand(wanted)


def test_the_same_figure_asked_for_at_once_is_one_job(vault: Vault, workers: Workers, cache: Cache):
    counting = CountingWorkers(workers)
    compute = Compute(vault, counting, cache)
    wanted = request(kept(vault, "cp.mpr", RUN))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: compute.figure(wanted).etag, range(8)))
    assert len(set(found)) == 1
    assert counting.jobs == 1


def test_a_figure_that_was_made_while_one_looked_is_not_made_again(
    vault: Vault, workers: Workers, cache: Cache, monkeypatch: pytest.MonkeyPatch
):
    counting = CountingWorkers(workers)
    compute = Compute(vault, counting, cache)
    wanted = request(kept(vault, "cp.mpr", RUN))
    first = compute.figure(wanted)
    looked: list[str] = []

    def find(key: str) -> Path | None:
        looked.append(key)
        return None if looked.count(key) == 1 else Cache.find(cache, key)

    monkeypatch.setattr(cache, "find", find)
    assert compute.figure(wanted) == first
    assert counting.jobs == 1


class CountingWorkers(Workers):
    """Workers that are counted on the way."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self.jobs = 0

    def run(self, job: Any) -> Any:
        self.jobs += 1
        return self._workers.run(job)


def test_what_takes_part_in_a_figure_changes_its_etag(compute: Compute, vault: Vault):
    file = kept(vault, "cp.mpr", RUN)
    wanted = request(file)
    others = [
        replace(wanted, width=400),
        replace(wanted, low=0.0, high=1.0),
        replace(wanted, parameters={"plot": "voltage against time"}),
        replace(wanted, item={"characteristic_mass": 2.0}),
        replace(wanted, files=(replace(file, name="other.mpr"),)),
    ]
    etags = [compute.figure(one).etag for one in (wanted, *others)]
    assert len(set(etags)) == len(etags)
    assert compute.figure(replace(wanted, item={"description": "of no matter"})).etag == etags[0]


def test_widths_a_few_pixels_apart_share_a_figure(compute: Compute, vault: Vault):
    wanted = request(kept(vault, "cp.mpr", RUN))
    etags = {compute.figure(replace(wanted, width=width)).etag for width in (1201, 1300, 1400)}
    assert len(etags) == 1


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_a_packed_file_is_drawn_as_if_it_were_not(
    compute: Compute, vault: Vault, ending: str, pack
):
    plain = compute.figure(request(kept(vault, "cp.mpr", RUN)))
    packed = compute.figure(request(kept(vault, f"cp.mpr{ending}", pack(RUN))))
    assert packed.extras["computed"] == plain.extras["computed"]


def test_the_wrong_technique_says_which_is_the_right_one(compute: Compute, vault: Vault):
    impedance = kept(vault, "zir.mpr", (DATA / "zir.mpr").read_bytes())
    with pytest.raises(UnreadableFile, match=r"Electrochemical cycling can read\. Show it as EIS"):
        compute.figure(request(impedance))


@pytest.mark.parametrize(
    ("name", "content", "kind", "message"),
    [
        ("cp.mpr", b"", UnreadableFile, "empty"),
        ("cp.mpr.gz", gzip.compress(b"", mtime=0), UnreadableFile, "empty"),
        ("cp.mpr.gz", gzip.compress(RUN, mtime=0)[:-50], UnreadableFile, "stops early"),
        ("cp.mpr", RUN[:5000], UnreadableFile, "before the end"),
        ("cp.mpr", b"holds words", UnreadableFile, "No technique"),
        ("wait.mpr", (DATA / "wait.mpr").read_bytes(), NoData, "no points"),
    ],
)
def test_a_file_that_cannot_be_drawn_says_why(
    compute: Compute, vault: Vault, name: str, content: bytes, kind: type[Exception], message: str
):
    with pytest.raises(kind, match=message):
        compute.figure(request(kept(vault, name, content)))


def test_a_failure_is_remembered_for_a_moment(vault: Vault, workers: Workers, cache: Cache):
    counting = CountingWorkers(workers)
    compute = Compute(vault, counting, cache)
    wanted = request(kept(vault, "cp.mpr", b"holds words"))
    for _ in range(3):
        with pytest.raises(UnreadableFile):
            compute.figure(wanted)
    assert counting.jobs == 1


def test_what_cannot_be_asked_for_is_refused(compute: Compute, vault: Vault):
    file = kept(vault, "cp.mpr", RUN)
    with pytest.raises(Invalid, match="no file"):
        compute.figure(request())
    with pytest.raises(NotFound, match="no technique 'xyz'"):
        compute.figure(request(file, technique_id="xyz"))
    with pytest.raises(NotFound, match="no longer in the file store"):
        compute.figure(request(replace(file, sha256="0" * 64)))
    with pytest.raises(Invalid, match="csv, parquet, netcdf"):
        compute.measurement(request(file), "xlsx")
    with pytest.raises(Invalid, match="one file at a time"):
        compute.measurement(request(file, file), "csv")


def test_a_picture_has_no_points_to_export(compute: Compute, vault: Vault):
    picture = (DATA.parent / "media" / "grey_group_logo.jpeg").read_bytes()
    wanted = request(kept(vault, "logo.jpeg", picture), technique_id="media")
    with pytest.raises(NoData, match="no columns"):
        compute.measurement(wanted, "csv")


def test_an_export_has_every_point_of_the_file(compute: Compute, vault: Vault):
    rows = rows_of(compute.measurement(request(kept(vault, "cp.mpr", RUN)), "csv"))
    # What the instrument's own software exported of the same run.
    lines = (DATA / "cp.mpt").read_text(encoding="latin-1").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("mode\t"))
    titles = lines[start].split("\t")
    exported = [dict(zip(titles, line.split("\t"), strict=False)) for line in lines[start + 1 :]]
    assert len(rows) == len(exported) == 121
    for row, known in zip(rows, exported, strict=True):
        assert float(row["time (s)"]) == pytest.approx(float(known["time/s"]), rel=1e-12)
        assert float(row["current (mA)"]) == pytest.approx(float(known["I/mA"]), rel=1e-6)


def test_a_measurement_that_took_long_to_read_is_kept_and_comes_back_the_same(
    compute: Compute, vault: Vault, cache: Cache
):
    rows = "\n".join(f"{10 + n / 2000} {n % 97}" for n in range(200_000))
    wanted = request(kept(vault, "long.xy", rows.encode()), technique_id="xrd")
    first = compute.measurement(wanted, "csv")
    said = first.path.read_bytes()
    (measurement,) = (path for path in files_in(cache.root) if path != first.path)
    first.path.unlink()
    assert compute.measurement(wanted, "csv").path.read_bytes() == said
    first.path.unlink()
    measurement.write_bytes(measurement.read_bytes()[:1000])
    assert compute.measurement(wanted, "csv").path.read_bytes() == said
    assert measurement.stat().st_size > 1000


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_cache_may_vanish_at_any_time(compute: Compute, vault: Vault, cache: Cache):
    wanted = request(kept(vault, "cp.mpr", RUN))
    first = compute.figure(wanted)
    content = first.path.read_bytes()
    for path in cache.root.rglob("*.extras.json"):
        path.unlink()
    assert compute.figure(wanted).extras == json.loads(gzip.decompress(content))["layout"]["meta"]
    Cache(cache.root, largest=0).prune()
    assert compute.figure(wanted).path.read_bytes() == content


def test_techniques_are_told_from_the_content_of_a_stored_file(vault: Vault):
    file = kept(vault, "cp.mpr.gz", gzip.compress(RUN))
    assert recognised(vault, file.sha256, file.name)["techniques"][0] == "cycle"
    head = file_head(vault, file.sha256, file.name)
    assert (head.name, head.start) == ("cp.mpr", RUN[: 64 * 1024])


def test_the_api_side_loads_no_scientific_library():
    import subprocess
    import sys

    code = (
        "import sys, pydatalab.compute.figures, pydatalab.services.recognition;"
        "heavy = {'numpy', 'pandas', 'xarray', 'scipy', 'pyarrow', 'asyncio', 'obstore'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("technique_id", "name", "titles"),
    [
        ("xrd", "a.xye", b"# made by nobody\n2theta intensity error\n"),
        ("uv-vis", "a.csv", b"Wavelength (nm),Abs\r\n"),
        ("ftir", "a.txt", "Wavenumber (cm-1)\t%T\n".encode("utf-16")),
        ("cv", "a.txt", b"Instrument: X\nPotential/V, Current/A\n\n"),
        ("ms", "a.csv", b"m/z,Intensity\n"),
    ],
)
def test_titles_without_rows_are_no_data(
    compute: Compute, vault: Vault, technique_id: str, name: str, titles: bytes
):
    with pytest.raises(NoData, match=r"holds no (data|table of numbers)"):
        compute.figure(request(kept(vault, name, titles), technique_id=technique_id))


def test_an_archive_that_lost_its_end_is_said_to_be_cut_short(compute: Compute, vault: Vault):
    start = b"PK\x03\x04" + bytes(26) + b"exp/1/acqus"
    with pytest.raises(UnreadableFile, match="damaged or cut short"):
        compute.figure(request(kept(vault, "exp.zip", start), technique_id="nmr"))
