"""ASCII spectra of one number a line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.ftir.asp import read_asp
from pydatalab.techniques.ftir.recognise import knows_asp
from pydatalab.techniques.registry import FileHead, Match
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.source import SourceFile

HEAD = "3\n4000\n3998\n1\n2\n4\n"


def asp(tmp_path: Path, text: str) -> Measurement:
    (tmp_path / "a.asp").write_text(text)
    return read_asp(SourceFile(tmp_path / "a.asp")).checked()


def test_a_real_file_has_its_known_numbers(shared_data: Path, read: Callable[..., Measurement]):
    # Facts read from the file's own head: 1,932 points from 3999.43 to 400.689 cm⁻¹.
    found = read(shared_data / "ftir" / "2024-10-10_FeSO4_ref.asp", "ftir")
    np.testing.assert_allclose(found["wavenumber"][[0, -1]], [3999.43, 400.689], rtol=1e-6)
    y = found["absorbance"]
    np.testing.assert_allclose([len(y), y.min(), y.max()], [1932, -0.000594031, 0.12412], rtol=1e-5)


@pytest.mark.parametrize(
    "text", [HEAD + "0.1\n0.2\n0.3\n", (HEAD + "0,1\n0,2\n0,3").replace("\n", "\r\n")]
)
def test_steps_are_even(tmp_path: Path, text: str):
    found = asp(tmp_path, text)
    np.testing.assert_array_equal(found["wavenumber"], [4000, 3999, 3998])
    np.testing.assert_array_equal(found["absorbance"], [0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    "text", ["3\n4000\n", HEAD + "0.1\n0.2\n", HEAD + "0.1\nx\n0.3\n", "nan\n1\n2\n3\n4\n5\n"]
)
def test_a_broken_file_is_an_error(tmp_path: Path, text: str):
    with pytest.raises(UnreadableFile):
        asp(tmp_path, text)


def test_a_head_that_promises_nothing_has_no_data(tmp_path: Path):
    with pytest.raises(NoData):
        asp(tmp_path, HEAD.replace("3\n4000", "0\n4000"))


def test_recognition_looks_at_the_head():
    assert knows_asp(FileHead("a.asp", (HEAD + "0.1\n").encode())) == Match.CERTAIN
    assert knows_asp(FileHead("a.txt", (HEAD + "0.1\n").encode())) == Match.LIKELY
    assert knows_asp(FileHead("a.asp", b"1 2\n3 4\n")) == Match.NO
