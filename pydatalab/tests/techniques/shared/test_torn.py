"""A last row that was cut inside is left out, and a whole one never."""

from pathlib import Path

import pytest

from pydatalab.techniques.shared.torn import TORN, without_torn_row

COUNTS = "\n".join(f"{10 + 0.05 * n:.2f} {1150 + n}" for n in range(40))
DECIMALS = "\n".join(f"{n},{3 + n / 100:.4f},{n / 7:.6f}" for n in range(40))
WITH_WORDS = "\n".join(
    f"{n}\t2024-01-05 10:00:{n:02}\tCC_Chg\t{3 + n / 100:.4f}" for n in range(40)
)
EXPONENTS = "\n".join(f"{n}\t{(n + 1) * 1.25e-5:.3e}" for n in range(40))
COMMAS = "\n".join(f"{10 + n / 20:.2f} {700 + n / 3:.1f}".replace(".", ",") for n in range(40))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (COUNTS, "\n12.00 1"),
        (COUNTS, "\n12.00 "),
        (COUNTS, "\n12.00"),
        (COUNTS, "\n12.00 .5"),
        (COUNTS, "\n1"),
        (DECIMALS, "\n40,3.4000,5.71"),
        (DECIMALS, "\n40,3.4000,5"),
        (DECIMALS, "\n40,3.4000,-"),
        (DECIMALS, "\n40,3.4"),
        (DECIMALS, "\n40,3.4000,"),
        (WITH_WORDS, "\n40\t2024-01-05 10:00:40\tCC_C"),
        (WITH_WORDS, "\n40\t2024-01-05 10:00:40\tCC_Chg\t3.4"),
        (EXPONENTS, "\n40\t5.125e-0"),
        (EXPONENTS, "\n40\t5.12"),
        (COMMAS, "\n12,00 713,"),
        (COMMAS, "\n12,00 71"),
        (COMMAS, "\n12,0"),
    ],
)
def test_a_row_that_stops_half_way_is_left_out(text: str, end: str):
    assert without_torn_row(text + end) == (text + "\n", True)


@pytest.mark.parametrize(
    "text",
    [
        COUNTS,
        DECIMALS,
        WITH_WORDS,
        EXPONENTS,
        COMMAS,
        COUNTS + "\n12.00 987",  # fewer digits, but no leap
        COUNTS + "\n12.00 1\n",  # a line end: the row is whole
        COUNTS + "\n12.00 1190 ",
        COUNTS + "\n# end of data",
        DECIMALS + "\nEnd",
        DECIMALS + "\n40 points",
        "\n".join(["a,b", *(f"{n},{n / 8}" for n in range(40)), "40,5"]),  # decimals vary
        "1 2\n3 4",
        "titles only",
        "",
        "\n\n",
    ],
)
def test_whole_rows_and_remarks_are_kept(text: str):
    assert without_torn_row(text) == (text, False)


DATA = Path(__file__).parents[2] / "data" / "cycle"
CYCLERS = {
    "novonix.csv": DATA / "novonix" / "sample_data_novonix.csv",
    "landt.csv": DATA / "landt" / "SINTEF_LiGrR2032_Landt_first_60_rows.csv",
}
NOVA = "\n".join(
    ["Potential applied (V)\tWE(1).Current (A)"]
    + [f"{n / 50 if n < 30 else 1.2 - n / 50:.4f}\t{n * 1e-6 + 1e-7:.6E}" for n in range(60)]
)


@pytest.mark.parametrize("name", CYCLERS)
def test_a_cycler_that_was_copied_while_it_wrote_warns_in_the_plot(draw, read, tmp_path, name):
    rows = CYCLERS[name].read_text().rstrip("\r\n")
    path = tmp_path / name
    path.write_text(rows + "\n")
    whole = len(read(path, "cycle"))
    for cut in (len(rows.rpartition(",")[2]) + 1, 2):
        path.write_text(rows[:-cut])
        assert len(read(path, "cycle")) == whole - 1
        assert draw([path], "cycle").warnings[:1] == (TORN,)


@pytest.mark.parametrize("cut", [1, 3, 8, 17])
def test_a_voltammogram_cut_within_its_last_row_warns_in_the_plot(draw, read, tmp_path, cut):
    path = tmp_path / "nova.txt"
    path.write_text(NOVA[:-cut])
    assert len(read(path, "cv")) == 59
    assert TORN in draw([path], "cv").warnings


@pytest.mark.parametrize("name", ["a.xy", "a.xye"])
def test_a_pattern_cut_within_its_last_row_warns_in_the_plot(draw, read, tmp_path, name):
    path = tmp_path / name
    errors = " 33.9" if name.endswith("e") else ""
    text = "\n".join(f"{line}{errors}" for line in COUNTS.split("\n"))
    path.write_text(f"{text}\n{'12.00 1150 3' if errors else '12.00 1'}")
    assert len(read(path, "xrd")) == 40
    drawing = draw([path, path], "xrd")
    assert drawing.warnings == (f"{name}: {TORN}", f"{name}: {TORN}")
