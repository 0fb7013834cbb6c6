"""Bruker experiments: real ones, and made ones whose spectrum is known."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.nmr.recognise import knows_bruker
from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]
Draw = Callable[..., Drawing]
Points = Callable[[Any], tuple[np.ndarray, np.ndarray]]

PHOSPHORIC_ACID = Path(__file__).parents[2] / "data/nmr/bruker/phosphoric_acid_31p.zip"

ACQUS = {
    "TD": 2048, "AQ_mod": 3, "BYTORDA": 0, "DTYPA": 0, "GRPDLY": 0, "DSPFVS": 20, "SFO1": 100.001,
    "BF1": 100.0, "O1": 1000, "SW_h": 4000, "SW": 39.9996, "NUC1": "<1H>", "NS": 8,
    "D": "(0..2)\n0 2.5 0", "PULPROG": "<zg>",
}  # fmt: skip


def test_the_processed_spectrum_is_read_with_its_shifts(read: Read):
    # Facts by nmrglue 0.12: 16384 points from 287.969 to -215.151 ppm, highest 4.26723e6.
    spectrum = read(PHOSPHORIC_ACID, "nmr")
    shift, intensity = spectrum["chemical_shift"], spectrum["intensity"]
    assert len(spectrum) == 16384
    assert shift[[0, -1]] == pytest.approx([287.969, -215.151], abs=1e-3)
    assert intensity.max() == pytest.approx(4.26723e6, rel=1e-5)
    # 85 % phosphoric acid defines 0 ppm of 31P.
    assert shift[intensity.argmax()] == pytest.approx(0.0, abs=0.05)


def test_what_the_spectrometer_said_stands_beside_the_plot(draw: Draw):
    drawing = draw([PHOSPHORIC_ACID], "nmr")
    said = drawing.metadata
    # From acqus of the archive.
    assert said["nucleus"] == "31P"
    assert said["carrier_frequency_MHz"] == 81.014109
    assert said["carrier_offset_Hz"] == 0
    assert said["spectral_window_Hz"] == 40760.8695652174
    assert said["recycle_delay"] == 1
    assert said["nscans"] == 16
    assert said["CNST31"] == 60000
    assert said["probe_name"] == "1.3 mm MAS BB/1H H130491/0004"
    assert said["pulse_program_name"] == "presat_hahnecho.km736"
    assert said["processed_data_shape"] == [16384]
    assert said["title"].startswith("31P reference, 85% H3PO4")
    assert said["acquisition_parameters"]["DECIM"] == 490.666666666667
    assert said["processing_parameters"]["LB"] == 50
    assert drawing.computed["available_experiments"] == ["1"]
    assert drawing.computed["available_processes"] == ["1"]


def test_shift_runs_from_high_to_low_and_names_its_nucleus(draw: Draw):
    layout = draw([PHOSPHORIC_ACID], "nmr").figure["layout"]
    assert layout["xaxis"]["title"]["text"] == "δ(³¹P) (ppm)"
    assert layout["xaxis"]["autorange"] == "reversed"


def test_the_fid_is_read_when_asked_for(read: Read):
    fid = read(PHOSPHORIC_ACID, "nmr", source="fid")
    assert [column.name for column in fid] == ["time", "real", "imaginary"]
    assert len(fid) == 8148 // 2  # TD counts real and imaginary parts
    assert fid["time"][1] == pytest.approx(1 / 40760.8695652174)


def test_the_transformed_fid_agrees_with_the_spectrum_that_topspin_made(
    read: Read, draw: Draw, points: Points
):
    processed = read(PHOSPHORIC_ACID, "nmr")
    drawing = draw([PHOSPHORIC_ACID], "nmr", source="fid", line_broadening=50)  # LB of procs
    shift, intensity = points(drawing.figure["data"][0])
    order = np.argsort(shift)
    ours = np.interp(processed["chemical_shift"], shift[order], intensity[order])
    assert np.corrcoef(ours, processed["intensity"])[0, 1] > 0.995
    assert intensity.min() > -0.02 * intensity.max()  # in phase
    assert abs(drawing.computed["strongest_peak_ppm"]) < 0.05


def test_chosen_phases_replace_those_that_were_found(draw: Draw, points: Points):
    found = draw([PHOSPHORIC_ACID], "nmr", source="fid", line_broadening=50)
    turned = draw(
        [PHOSPHORIC_ACID], "nmr", source="fid", line_broadening=50,
        phase_0=found.computed["phase_0"] + 180, phase_1=found.computed["phase_1"],
    )  # fmt: skip
    upright, inverted = (points(one.figure["data"][0])[1] for one in (found, turned))
    assert inverted.min() == pytest.approx(-upright.max(), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "points_", "first", "last", "highest", "peak", "nucleus"),
    [
        ("1.zip", 16384, 287.969, -215.151, 4.26723e6, 0.00220586, "31P"),
        ("71.zip", 16384, 6467.55, -6387.72, 2.7188e7, -26.3895, "7Li"),
        ("1H.zip", 65536, 16.0095, -4.00921, 2.65612e7, 7.26982, "1H"),
    ],
)
def test_real_experiments_are_read_as_nmrglue_reads_them(
    shared_data: Path, read: Read, name: str, points_: int, first: float, last: float,
    highest: float, peak: float, nucleus: str,
):  # fmt: skip
    spectrum = read(shared_data / "nmr" / name, "nmr")
    shift, intensity = spectrum["chemical_shift"], spectrum["intensity"]
    assert len(spectrum) == points_
    assert shift[[0, -1]] == pytest.approx([first, last], rel=1e-5)
    assert intensity.max() == pytest.approx(highest, rel=1e-5)
    assert shift[intensity.argmax()] == pytest.approx(peak, abs=1e-4)
    assert spectrum.header["nucleus"] == nucleus
    assert len(spectrum["intensity_imaginary"]) == points_


def test_chloroform_is_where_it_belongs_in_a_transformed_fid(shared_data: Path, draw: Draw):
    # CHCl3 in CDCl3: 7.26 ppm, H. E. Gottlieb et al., J. Org. Chem. 62 (1997) 7512.
    drawing = draw([shared_data / "nmr" / "1H.zip"], "nmr", source="fid")
    assert drawing.computed["strongest_peak_ppm"] == pytest.approx(7.26, abs=0.02)


def test_a_two_dimensional_spectrum_is_drawn_as_a_map(shared_data: Path, read: Read, draw: Draw):
    path = shared_data / "nmr" / "72.zip"
    spectrum = read(path, "nmr")
    assert spectrum["intensity"].shape == (4096, 8)
    assert spectrum["intensity"].max() == pytest.approx(9.93768e7, rel=1e-5)
    assert spectrum.across is not None
    assert spectrum.across.values.shape == (8,)
    drawing = draw([path], "nmr")
    assert drawing.figure["data"][0]["type"] == "contour"
    layout = drawing.figure["layout"]
    assert layout["xaxis"]["title"]["text"] == "δ(⁷Li) (ppm)"
    assert layout["xaxis"]["autorange"] == layout["yaxis"]["autorange"] == "reversed"
    assert drawing.computed["available_processes"] == ["1", "999"]
    assert drawing.metadata["processed_data_shape"] == [8, 4096]


def test_a_processing_can_be_chosen(shared_data: Path, read: Read):
    projection = read(shared_data / "nmr" / "72.zip", "nmr", selected_process="999")
    assert projection["intensity"].shape == (4096,)


def test_a_choice_that_the_file_does_not_have_is_said(draw: Draw):
    drawing = draw([PHOSPHORIC_ACID], "nmr", selected_process=12)
    assert drawing.computed["process"] == "1"
    assert "12" in drawing.warnings[0]


def test_experiments_of_one_archive_are_told_apart(tmp_path: Path, read: Read):
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(PHOSPHORIC_ACID) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            for number in ("2", "10"):
                target.writestr(f"sample/{number}/{name.partition('/')[2]}", source.read(name))
            target.writestr(f"__MACOSX/sample/10/._{Path(name).name}", b"x")
    header = read(path, "nmr").header
    assert header["available_experiments"] == ["2", "10"]
    assert header["experiment"] == "2"
    assert read(path, "nmr", selected_experiment="10").header["experiment"] == "10"


def test_folders_without_files_are_no_data(shared_data: Path, read: Read):
    with pytest.raises(NoData, match="no Bruker data"):
        read(shared_data / "nmr" / "multi_nuclei.zip", "nmr")


def test_a_truncated_archive_is_an_error(tmp_path: Path, read: Read):
    path = tmp_path / "half.zip"
    path.write_bytes(PHOSPHORIC_ACID.read_bytes()[:42_000])
    with pytest.raises(UnreadableFile, match="damaged or cut short"):
        read(path, "nmr")


def test_a_truncated_parameter_file_is_an_error(bruker: Callable[..., Path], read: Read):
    text = "##TITLE= x\n##$TD= 2048\n##$PROBHD= <5 mm"
    with pytest.raises(UnreadableFile, match="cut short"):
        read(bruker({"acqus": text, "fid": np.zeros(2048, "<i4")}), "nmr")


def test_a_truncated_spectrum_is_an_error(bruker: Callable[..., Path], read: Read):
    procs = {"SI": 1024, "SW_p": 4000, "SF": 100.0, "OFFSET": 30, "NC_proc": 0}
    path = bruker({"acqus": ACQUS, "pdata/1/procs": procs, "pdata/1/1r": np.zeros(512, "<i4")})
    with pytest.raises(UnreadableFile, match="512 points of 1,024"):
        read(path, "nmr")


@pytest.mark.parametrize(("order", "kind", "dtype"), [(0, 0, "<i4"), (1, 0, ">i4"), (0, 2, "<f8")])
def test_byte_order_and_type_are_those_of_the_parameters(
    bruker: Callable[..., Path], read: Read, order: int, kind: int, dtype: str
):
    numbers = np.arange(2048) - 1000
    acqus = ACQUS | {"BYTORDA": order, "DTYPA": kind}
    fid = read(bruker({"acqus": acqus, "fid": numbers.astype(dtype)}), "nmr")
    np.testing.assert_array_equal(fid["real"], numbers[0::2])
    np.testing.assert_array_equal(fid["imaginary"], numbers[1::2])


def test_tiles_of_a_two_dimensional_spectrum_are_put_in_place(
    bruker: Callable[..., Path], read: Read
):
    picture = np.arange(8 * 16, dtype="<i4").reshape(8, 16)
    tiles = [picture[r : r + 4, c : c + 8] for r in (0, 4) for c in (0, 8)]
    axis = {"SW_p": 4000, "SF": 100.0, "OFFSET": 30, "NC_proc": 1, "FTSIZE": 8, "FT_mod": 6}
    path = bruker({
        "acqus": ACQUS,
        "acqu2s": ACQUS | {"NUC1": "<13C>"},
        "pdata/1/procs": axis | {"SI": 16, "XDIM": 8},
        "pdata/1/proc2s": axis | {"SI": 8, "XDIM": 4, "AXNUC": "<13C>"},
        "pdata/1/2rr": np.concatenate([tile.ravel() for tile in tiles]),
    })  # fmt: skip
    spectrum = read(path, "nmr")
    np.testing.assert_array_equal(spectrum["intensity"], 2 * picture.T)
    assert spectrum.across is not None
    assert spectrum.across.title == "δ(¹³C) (ppm)"
    # δ = OFFSET - k SW_p / SF / SI
    assert spectrum.across.values[:2] == pytest.approx([30, 25])


def decay(frequency: float, window: float, count: int, rate: float = 30.0) -> np.ndarray:
    """A free induction decay of one line."""
    time = np.arange(count) / window
    return np.exp((2j * np.pi * frequency - rate) * time)


def test_a_line_appears_at_its_frequency(bruker: Callable[..., Path], draw: Draw):
    fid = 1e6 * decay(500.0, 4000.0, 1024)
    numbers = np.column_stack([fid.real, fid.imag]).ravel().astype("<i4")
    drawing = draw([bruker({"acqus": ACQUS, "fid": numbers})], "nmr")
    # The middle of the window is O1 = 1000 Hz from BF1 = 100 MHz: (1000 + 500) Hz / 100 MHz.
    assert drawing.computed["strongest_peak_ppm"] == pytest.approx(15.0, abs=0.02)


def rows(fids: np.ndarray) -> np.ndarray:
    """FIDs as ``ser`` has them, each row filled up to 1024 bytes."""
    flat = np.stack([fids.real, fids.imag], axis=-1).reshape(len(fids), -1)
    return np.pad(flat, ((0, 0), (0, -flat.shape[1] % 256))).astype("<i4")


def two_dimensional(mode: int, first: np.ndarray) -> dict[str, Any]:
    """An experiment with one line, whose increments are modulated by ``first``."""
    fids = 1e5 * first[:, None] * decay(500.0, 4000.0, 200)
    second = ACQUS | {"NUC1": "<13C>", "SFO1": 25.0, "BF1": 25.0, "O1": 0, "SW_h": 1000, "SW": 40}
    return {
        "acqus": ACQUS | {"TD": 400},
        "acqu2s": second | {"FnMODE": mode, "TD": len(first)},
        "ser": rows(fids),
        "pulseprogram": "1 ze\n2 d1\n p1 ph1\n d0\n p1 ph2\n go=2 ph31\n d1 mc #0 to 2 F1PH(id0)",
    }


def states(frequency: float, alternate: bool) -> np.ndarray:
    turning = decay(frequency, 1000.0, 64)
    signs = np.where(np.arange(64) % 2 & alternate, -1, 1)
    return np.column_stack([turning.real * signs, turning.imag * signs]).ravel()


def echoes(frequency: float) -> np.ndarray:
    turning = decay(frequency, 1000.0, 64)
    return np.column_stack([turning.conj(), turning]).ravel()


@pytest.mark.parametrize(
    ("mode", "first"),
    [
        (1, decay(-200.0, 1000.0, 64)),
        (3, np.cos(2 * np.pi * (-200.0 + 500.0) * np.arange(128) / 2000.0) * np.exp(-np.arange(128) / 40)),
        (4, states(-200.0, alternate=False)),
        (5, states(-200.0, alternate=True)),
        (6, echoes(-200.0)),
    ],
    ids=["QF", "TPPI", "States", "States-TPPI", "echo-antiecho"],
)  # fmt: skip
def test_a_map_is_made_of_raw_increments(
    bruker: Callable[..., Path], draw: Draw, points: Points, heights: Any, mode: int, first: np.ndarray
):  # fmt: skip
    drawing = draw([bruker(two_dimensional(mode, first))], "nmr")
    trace = drawing.figure["data"][0]
    x, y = points(trace)
    row, column = np.unravel_index(heights(trace).argmax(), heights(trace).shape)
    assert x[column] == pytest.approx(15.0, abs=0.4)  # (1000 + 500) Hz / 100 MHz
    assert y[row] == pytest.approx(-8.0, abs=1.0)  # -200 Hz / 25 MHz
    assert drawing.figure["layout"]["yaxis"]["title"]["text"] == "δ(¹³C) (ppm)"


def test_a_series_of_delays_is_drawn_as_stacked_spectra(
    bruker: Callable[..., Path], read: Read, draw: Draw, points: Points
):
    delays = np.array([0.001, 0.1, 2.5])
    files = two_dimensional(1, 1 - np.exp(-delays))
    files |= {
        "pulseprogram": "1 ze\n2 d1\n p2 ph1\n vd\n p1 ph2\n go=2 ph31\n ivd\n lo to 2 times td1"
    }
    path = bruker(files | {"vdlist": "1m\n100m\n2.5s\n"})
    fids = read(path, "nmr")
    assert fids.across is not None
    assert (fids.across.name, fids.across.unit) == ("delay", "s")
    np.testing.assert_allclose(fids.across.values, delays)
    traces = draw([path], "nmr").figure["data"]
    assert [trace["name"] for trace in traces] == ["Delay 0.001 s", "Delay 0.1 s", "Delay 2.5 s"]
    steps = np.diff([np.median(points(trace)[1]) for trace in traces])
    assert (steps > 0).all()  # each above the one before


def test_bruker_is_known_by_the_files_inside():
    def head(*members: str) -> FileHead:
        return FileHead("a.zip", b"PK\x03\x04", members)

    assert knows_bruker(head("s/1/acqus", "s/1/fid")) is Match.CERTAIN
    assert knows_bruker(head("s\\1\\pdata\\1\\procs")) is Match.CERTAIN
    assert knows_bruker(head("s/1/pdata/1/")) is Match.LIKELY
    assert knows_bruker(head("xl/workbook.xml")) is Match.NO
