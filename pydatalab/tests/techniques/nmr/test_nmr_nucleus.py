"""The nucleus of a spectrum: from the file, or from who knows better."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from pydatalab.techniques.nmr import NmrParameters
from pydatalab.techniques.nmr.analysis import with_nucleus
from pydatalab.techniques.nmr.axes import Axis, fid_measurement, shift_column, spectrum_measurement
from pydatalab.techniques.nmr.transform import spectrum_of
from pydatalab.techniques.shared.drawing import Drawing
from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]
Draw = Callable[..., Drawing]

DATA = Path(__file__).parents[2] / "data/nmr"
PHOSPHORIC_ACID = DATA / "bruker/phosphoric_acid_31p.zip"
ASPIRIN = DATA / "jcamp/aspirin_1h.fid.dx"


@pytest.mark.parametrize("path", [PHOSPHORIC_ACID, ASPIRIN])
def test_a_chosen_nucleus_goes_before_that_of_the_file(draw: Draw, read: Read, path: Path):
    drawing = draw([path], "nmr", nucleus="19F")
    assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "δ(¹⁹F) (ppm)"
    assert drawing.metadata["nucleus"] == "19F"
    measured, stated = read(path, "nmr", nucleus="19F"), read(path, "nmr")
    assert measured.header["nucleus"] == "19F"
    for column in stated:
        np.testing.assert_array_equal(measured[column.name], column.values)


def test_the_columns_are_named_by_the_chosen_nucleus(read: Read):
    column = read(PHOSPHORIC_ACID, "nmr", nucleus="19F").column("chemical_shift")
    assert column.title == "δ(¹⁹F) (ppm)"


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_where_no_nucleus_is_chosen_the_file_says_it(draw: Draw, nothing: Any):
    drawing = draw([PHOSPHORIC_ACID], "nmr", nucleus=nothing)
    assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "δ(³¹P) (ppm)"
    assert drawing.metadata["nucleus"] == "31P"


def test_files_of_different_nuclei_are_drawn_under_the_chosen_one(draw: Draw):
    figure = draw([PHOSPHORIC_ACID, ASPIRIN], "nmr", nucleus="1H").figure
    assert figure["layout"]["xaxis"]["title"]["text"] == "δ(¹H) (ppm)"


@pytest.mark.parametrize(("second", "label"), [("1H", "δ(¹⁹F)"), ("13C", "δ(¹³C)"), ("", "δ")])
def test_a_second_axis_of_the_same_nucleus_follows(second: str, label: str):
    across = shift_column(np.arange(3.0), second)
    plane = spectrum_measurement(
        np.arange(4.0), np.ones((4, 3)), "1H", {"nucleus": "1H"}, across=across
    )
    named = with_nucleus(plane, NmrParameters(nucleus="19F"), {})
    assert named.across is not None
    assert named.across.label == label
    raw = fid_measurement(
        np.ones((8, 4), complex), Axis(1000, 400, 0, "1H"), {"nucleus": "1H"},
        indirect=Axis(1000, 400, 0, second),
    )  # fmt: skip
    fid = with_nucleus(raw, NmrParameters(nucleus="19F"), {})
    assert spectrum_of(fid, 0.0).across is not None
    assert fid.header["direct_axis"]["nucleus"] == "19F"
    assert fid.header["indirect_axis"]["nucleus"] == {"1H": "19F"}.get(second, second)


@pytest.mark.parametrize(
    ("written", "nucleus"),
    [("31P", "31P"), ("31p", "31P"), ("P31", "31P"), ("P-31", "31P"), (" ³¹P ", "31P"), ("^13C", "13C"),
     ("Proton", "1H"), ("carbon-13", "13C"), ("6li", "6Li"), ("off", None)],
)  # fmt: skip
def test_a_nucleus_may_be_written_in_many_ways(written: str, nucleus: str | None):
    assert NmrParameters(nucleus=written).nucleus == nucleus


@pytest.mark.parametrize("written", ["P", "31", "31H", "13Xx", "phosphate", "31P 1H", "1P", "999U"])
def test_what_is_no_nucleus_is_refused_in_words(written: str):
    with pytest.raises(ValidationError, match="is no nucleus: write mass number and symbol"):
        NmrParameters(nucleus=written)
