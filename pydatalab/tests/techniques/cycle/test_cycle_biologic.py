"""BioLogic's files as cycling."""

import numpy as np
import pytest

from pydatalab.errors import NoData
from pydatalab.techniques.registry import Match, technique

LONG = "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"


def test_the_settings_alone_are_no_data_and_it_says_so(biologic, read):
    with pytest.raises(NoData, match="settings"):
        read(biologic / "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data.mps", "cycle")


def test_a_gcpl_run_has_its_half_cycles(shared_data, read):
    # 46102 rows, half cycles 0, 2, 3 … 13: galvani 0.6.0.
    points = read(shared_data / "echem" / LONG, "cycle")
    assert len(points) == 46102
    assert points["half_cycle"].max() == 13
    ours = points["computed_half_cycle"]
    same = points["half_cycle"].astype(int)
    np.testing.assert_array_equal(ours, np.where(same == 0, 1, same))
    assert points["cycle"].max() == 7


def test_capacity_follows_eclabs_own_counter(shared_data, read):
    points = read(shared_data / "echem" / LONG, "cycle")
    np.testing.assert_allclose(points["capacity"], np.abs(points["q_charge_discharge"]), atol=1e-6)


def test_a_current_that_the_file_leaves_out_is_worked_out(shared_data, read):
    # C/24 of the cell: 0.0444 mA while charging, by the charge and the time of the file.
    points = read(shared_data / "echem" / LONG, "cycle")
    current = points.column("current")
    assert current.computed
    assert current.unit == "mA"
    half = (points["computed_half_cycle"] == 2) & (points["direction"] == 1)
    passed = points["capacity"][half][-1] / (np.ptp(points["time"][half]) / 3600)
    assert np.median(current.values[half]) == pytest.approx(passed, rel=0.2)


def test_binary_and_text_of_one_run_agree(biologic, read):
    binary, text = read(biologic / "cp.mpr", "cycle"), read(biologic / "cp.mpt", "cycle")
    np.testing.assert_allclose(binary["capacity"], text["computed_capacity"], rtol=1e-5, atol=1e-6)
    assert binary["direction"].tolist() == text["direction"].tolist()


def test_a_run_without_points_is_no_data(biologic, read):
    with pytest.raises(NoData):
        read(biologic / "wait.mpr", "cycle")


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("00_test_02_MB_C01.mpr", Match.CERTAIN),
        ("cp.mpr", Match.LIKELY),
        ("cp.mpt", Match.LIKELY),
        ("jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data.mps", Match.CERTAIN),
        ("zir.mpr", None),
        ("peis.mpt", None),
        ("Pt_poly_cv_CUT.mpt", None),
    ],
)
def test_eclabs_technique_decides(name, match, biologic, head):
    found = technique("cycle").format_of(head(biologic / name))
    assert (found[1] if found else None) is match
