"""How tables are drawn, and which files are taken for one."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.registry import FileHead, Match, technique, techniques_for
from pydatalab.techniques.shared.drawing import Drawing, Screen

Draw = Callable[..., Drawing]

TEXT = "day,t (s),U (V),I (mA),V2 (V)\nMo,0,1,10,5\nTu,1,2,20,6\nWe,2,3,30,7\nTh,3,4,40,8\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "table.csv"
    written.write_text(TEXT)
    return written


def numbers(values: Any) -> list[float]:
    """What a typed array holds."""
    if isinstance(values, list):
        return values
    return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()


def test_numbers_of_one_unit_are_drawn_against_the_first(draw: Draw, path: Path):
    drawing = draw([path], "tabular")
    layout = drawing.figure["layout"]
    assert layout["xaxis"]["title"]["text"] == "t (s)"
    assert layout["yaxis"]["title"]["text"] == "(V)"
    assert [one["name"] for one in drawing.figure["data"]] == ["U (V)", "V2 (V)"]
    assert numbers(drawing.figure["data"][0]["y"]) == [1, 2, 3, 4]
    assert drawing.computed["available_columns"] == ["day", "t", "U", "I", "V2"]
    assert drawing.computed["rows"] == 4


def test_columns_are_chosen_by_name_or_title(draw: Draw, path: Path):
    drawing = draw([path], "tabular", x="U", y=["I (mA)"], kind="scatter", log_x=True, log_y=True)
    (trace,) = drawing.figure["data"]
    assert (trace["mode"], numbers(trace["x"]), numbers(trace["y"])) == (
        "markers", [1, 2, 3, 4], [10, 20, 30, 40],
    )  # fmt: skip
    layout = drawing.figure["layout"]
    assert (layout["xaxis"]["type"], layout["yaxis"]["type"]) == ("log", "log")
    assert layout["yaxis"]["title"]["text"] == "I (mA)"


def test_bars_may_stand_on_words(draw: Draw, path: Path):
    (trace,) = draw([path], "tabular", x="day", y="I", kind="bar").figure["data"]
    assert (trace["type"], trace["x"]) == ("bar", ["Mo", "Tu", "We", "Th"])


def test_dates_are_an_axis_too(draw: Draw, tmp_path: Path):
    dated = tmp_path / "dated.csv"
    dated.write_text("when,x\n2024-01-01 00:00:00,1\n2024-01-02 12:00:00,2\n")
    (trace,) = draw([dated], "tabular").figure["data"]
    assert trace["x"] == ["2024-01-01 00:00:00", "2024-01-02 12:00:00"]


def test_one_column_is_drawn_against_its_rows(draw: Draw, tmp_path: Path):
    single = tmp_path / "single.csv"
    single.write_text("x\n5\n6\n7\n")
    drawing = draw([single], "tabular")
    assert drawing.figure["layout"]["xaxis"]["title"]["text"] == "Row"
    assert numbers(drawing.figure["data"][0]["x"]) == [1, 2, 3]


def test_several_tables_are_compared_and_what_one_lacks_is_said(
    draw: Draw, path: Path, tmp_path: Path
):
    other = tmp_path / "other.csv"
    other.write_text("t (s),U (V)\n0,9\n1,8\n2,7\n")
    drawing = draw([path, other], "tabular")
    assert [one["name"] for one in drawing.figure["data"]] == [
        "table.csv: U (V)", "table.csv: V2 (V)", "other.csv: U (V)",
    ]  # fmt: skip
    assert drawing.warnings == ("other.csv has no column V2 (V).",)


def test_an_unknown_column_is_refused_with_those_there_are(draw: Draw, path: Path):
    with pytest.raises(UnreadableFile, match=r"'power'.*day, t, U, I, V2"):
        draw([path], "tabular", y=["power"])


@pytest.mark.parametrize("mark", [".", ","])
def test_words_among_numbers_are_gaps_in_the_drawing(draw: Draw, tmp_path: Path, mark: str):
    saturated = tmp_path / "saturated.csv"
    saturated.write_text(f"x;y\n1;0{mark}5\n2;OVRFLW\n3;1{mark}5\n4;1{mark}6\n")
    (trace,) = draw([saturated], "tabular").figure["data"]
    np.testing.assert_allclose(numbers(trace["y"]), [0.5, np.nan, 1.5, 1.6])


def test_text_alone_draws_nothing_and_says_so(draw: Draw, tmp_path: Path):
    words = tmp_path / "words.csv"
    words.write_text("name,colour\nA,red\nB,blue\n")
    drawing = draw([words], "tabular")
    assert drawing.figure["data"] == []
    assert drawing.warnings == ("The table holds no numbers to draw.",)


def test_long_tables_are_thinned_to_the_screen(draw: Draw, tmp_path: Path):
    long = tmp_path / "long.csv"
    long.write_text("t,u\n" + "".join(f"{n},{n % 97}\n" for n in range(100_000)))
    drawing = draw([long], "tabular", screen=Screen(width=800))
    assert len(numbers(drawing.figure["data"][0]["x"])) <= 1600
    assert len(json.dumps(drawing.figure)) < 40_000


def test_files_of_a_technique_are_tables_in_the_last_place(
    head: Callable[[Path], FileHead], shared_data: Path
):
    for path in shared_data.rglob("*"):
        if path.is_file():
            found = techniques_for(head(path))
            foreign = path.suffix in {".xls", ".xlsx"} and found == ["tabular", "cycle"]
            assert foreign or "tabular" not in found or found[-1] == "tabular", path


@pytest.mark.parametrize(
    ("start", "name", "expected"),
    [
        (b"a,b\n1,2\n", "x.csv", Match.POSSIBLE),
        (b"1 2\n3 4\n", "x.dat", Match.POSSIBLE),
        ("a;b\n1;2\n".encode("utf-16"), "x.txt", Match.POSSIBLE),
        (b"Dear all,\nthe furnace is broken again.\nRobin\n", "x.txt", Match.NO),
        (b"<?xml version='1.0'?><a>1,2</a>", "x.csv", Match.NO),
        (b'{"a": [1, 2]}', "x.txt", Match.NO),
        (b"##TITLE= x\n##XYDATA= (XY..XY)\n1,2\n", "x.txt", Match.NO),
        (bytes(range(256)) * 10, "x.csv", Match.NO),
        (b"", "x.csv", Match.NO),
        (b"\xef\xbb\xbf", "x.csv", Match.NO),
        (b"\xff\xfe\n\0", "x.csv", Match.NO),
        (b"a,b\n1,2\n", "x.py", Match.NO),
        (b"PAR1\x15\x04", "x.bin", Match.POSSIBLE),
        (b"PK\3\4", "x.xlsx", Match.POSSIBLE),
        (b"PK\3\4", "x.zip", Match.NO),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "x.xls", Match.POSSIBLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "x.doc", Match.NO),
    ],
)
def test_tables_are_known_by_their_content(start: bytes, name: str, expected: Match):
    found = technique("tabular").format_of(FileHead(name=name, start=start))
    assert (found[1] if found else Match.NO) == expected


def test_a_workbook_of_anything_is_a_table_before_it_may_be_a_cyclers():
    members = ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml")
    found = techniques_for(FileHead("a.xlsx", b"PK\3\4" + bytes(60_000), members))
    assert found[0] == "tabular"


def test_a_second_table_in_another_unit_is_said_to_be_one(
    draw: Callable[..., Drawing], tmp_path: Path
):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("x (s),y (V)\n1,2\n2,3\n3,4\n")
    second.write_text("x (h),y (V)\n1,2\n2,3\n3,4\n")
    drawing = draw([first, second], "tabular")
    assert drawing.warnings == (
        "b.csv has x (h) where the first table has x (s): drawn as it stands, not converted.",
    )
    assert draw([first, first], "tabular").warnings == ()
