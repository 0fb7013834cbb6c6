"""The figures of cycling."""

import base64
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from pydatalab.errors import NoData
from pydatalab.techniques.cycle import CycleParameters
from pydatalab.techniques.shared.drawing import Screen
from pydatalab.techniques.shared.torn import TORN

LONG = "jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"


def numbers(packed):
    """A typed array as numbers."""
    return np.frombuffer(
        base64.b64decode(packed["bdata"]), np.dtype(packed["dtype"]).newbyteorder("<")
    )


def title(figure, axis):
    return figure["layout"][axis]["title"]["text"]


@pytest.fixture
def lco(data):
    """A cell of LiCoO2, four cycles between 3.0 and 4.3 V."""
    return data / "arbin" / "arbin_example.res.bz2"


def test_voltage_is_drawn_against_capacity_by_cycle(lco, draw):
    drawing = draw([lco], "cycle")
    figure = drawing.figure
    assert title(figure, "xaxis") == "Capacity (mAh)"
    assert title(figure, "yaxis") == "Voltage (V)"
    named = [trace["name"] for trace in figure["data"] if trace["showlegend"]]
    assert named == ["Cycle 1", "Cycle 2", "Cycle 3", "Cycle 4"]
    assert len(figure["data"]) == 8
    charge = figure["data"][0]
    assert numbers(charge["x"]).max() == pytest.approx(0.48351, abs=1e-4)
    assert numbers(charge["y"])[-1] == pytest.approx(4.3, abs=0.01)


def test_both_halves_of_a_cycle_have_its_colour(lco, draw):
    traces = draw([lco], "cycle").figure["data"]
    assert traces[0]["line"]["color"] == traces[1]["line"]["color"]
    assert traces[0]["line"]["color"] != traces[2]["line"]["color"]


def test_mass_and_reference_are_in_the_titles(lco, draw):
    drawing = draw([lco], "cycle", item={"characteristic_mass": 3.0}, reference="Li/Li⁺")
    assert title(drawing.figure, "xaxis") == "Specific capacity (mAh/g)"
    assert title(drawing.figure, "yaxis") == "Voltage (V vs Li/Li⁺)"
    assert drawing.computed["first_charge_capacity_mAh_per_g"] == pytest.approx(161.17, abs=0.01)
    assert drawing.computed["mass_mg"] == 3.0
    assert drawing.computed["mass_source"] == "item"


def test_a_reference_in_the_file_is_in_the_title(biologic, draw):
    drawing = draw([biologic / "cp.mpr"], "cycle")
    assert title(drawing.figure, "yaxis") == "Voltage (V vs SCE)"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Li/Li+", "Voltage (V vs Li/Li⁺)"),
        ("vs. Li/Li⁺ (-3.04 V)", "Voltage (V vs Li/Li⁺)"),
        ("Na+/Na", "Voltage (V vs Na⁺/Na)"),
        ("Zn/Zn2+", "Voltage (V vs Zn/Zn²⁺)"),
        (" ", "Voltage (V vs SCE)"),
    ],
)
def test_a_chosen_reference_is_typeset_in_the_title(biologic, draw, written, shown):
    drawing = draw([biologic / "cp.mpr"], "cycle", reference=written)
    assert title(drawing.figure, "yaxis") == shown


def test_a_reference_that_names_no_electrode_is_not_shown(draw):
    path = Path(__file__).parents[2] / "data/gamry/ocp_data.dta"
    figure = draw([path], "cycle", plot="voltage against time").figure
    assert title(figure, "yaxis") == "Voltage (V)"


def test_chosen_cycles_alone_are_drawn(lco, draw):
    drawing = draw([lco], "cycle", cyclenumber=[2, 3, 50])
    assert {trace["name"] for trace in drawing.figure["data"]} == {"Cycle 2", "Cycle 3"}
    assert drawing.warnings == ("There is no cycle 50.",)


def test_of_many_cycles_a_few_are_drawn_from_first_to_last(shared_data, draw):
    drawing = draw([shared_data / "echem" / "20160805_test001_45_cc_01.res"], "cycle")
    named = {trace["name"] for trace in drawing.figure["data"]}
    assert len(named) == 12
    assert {"Cycle 1", "Cycle 18"} <= named
    assert drawing.computed["cycles"] == 18


def test_numbers_beside_the_plot_are_those_of_the_tester(lco, draw):
    computed = draw([lco], "cycle").computed
    # Charge_Capacity and Discharge_Capacity at the ends of cycle 1, and of cycle 4.
    assert computed["first_charge_capacity_mAh"] == pytest.approx(0.48351)
    assert computed["first_discharge_capacity_mAh"] == pytest.approx(0.47516)
    assert computed["first_coulombic_efficiency_percent"] == pytest.approx(98.271)
    assert computed["capacity_retention_percent"] == pytest.approx(99.695)
    assert computed["last_whole_cycle"] == 4


def test_a_run_that_starts_half_charged_is_compared_from_its_second_cycle(shared_data, draw):
    computed = draw([shared_data / "echem" / LONG], "cycle").computed
    assert computed["first_whole_cycle"] == 2
    assert 90 < computed["capacity_retention_percent"] < 110


@pytest.mark.parametrize(
    ("plot", "x", "y"),
    [
        ("voltage against time", "Time (h)", "Voltage (V)"),
        ("current against time", "Time (h)", "Current (mA)"),
        ("dQ/dV", "Voltage (V)", "dQ/dV (mAh/V)"),
        ("dV/dQ", "Capacity (mAh)", "dV/dQ (V/mAh)"),
        ("cycle summary", "Cycle", "Capacity (mAh)"),
    ],
)
def test_other_plots_have_their_axes(plot, x, y, lco, draw):
    figure = draw([lco], "cycle", plot=plot).figure
    assert (title(figure, "xaxis"), title(figure, "yaxis")) == (x, y)


def test_time_is_in_hours(lco, draw):
    trace = draw([lco], "cycle", plot="voltage against time").figure["data"][0]
    assert numbers(trace["x"]).max() == pytest.approx(345733.389 / 3600)


def test_the_part_of_the_time_that_is_looked_at_is_drawn_finer(shared_data, draw):
    path = shared_data / "echem" / LONG
    whole = draw([path], "cycle", plot="voltage against time").figure["data"][0]
    part = draw(
        [path], "cycle", plot="voltage against time", screen=Screen(low=20.0, high=22.0)
    ).figure["data"][0]
    inside = numbers(whole["x"])
    assert len(numbers(part["x"])) > 2 * np.count_nonzero((inside > 20) & (inside < 22))
    assert numbers(part["x"])[1:-1].min() >= 20


@pytest.mark.parametrize(
    ("mode", "y"),
    [("dQ/dV", "dQ/dV (mAh/V)"), ("dV/dQ", "dV/dQ (V/mAh)"), ("final capacity", "Capacity (mAh)"),
     (None, "Voltage (V)"), ("", "Voltage (V)")],
)  # fmt: skip
def test_older_blocks_draw_what_they_drew(mode, y, lco, draw):
    older = {
        "p_spline": 5,
        "s_spline": 5,
        "win_size_1": 1001,
        "win_size_2": 101,
        "cyclenumber": None,
    }
    assert title(draw([lco], "cycle", derivative_mode=mode, **older).figure, "yaxis") == y


def test_the_summary_has_the_efficiency_on_an_axis_of_its_own(lco, draw):
    figure = draw([lco], "cycle", plot="cycle summary").figure
    charge, discharge, efficiency = figure["data"]
    assert [trace["name"] for trace in figure["data"]] == [
        "Charge",
        "Discharge",
        "Coulombic efficiency",
    ]
    assert efficiency["yaxis"] == "y2"
    assert figure["layout"]["yaxis2"]["side"] == "right"
    ratio = 100 * numbers(discharge["y"]) / numbers(charge["y"])
    np.testing.assert_allclose(numbers(efficiency["y"]), ratio, rtol=1e-5)


def test_several_files_are_compared_under_their_names(lco, data, draw):
    other = data / "neware" / "navani_test.ndax"
    drawing = draw([lco, other], "cycle")
    names = {trace["name"].split(",")[0] for trace in drawing.figure["data"]}
    assert names == {lco.name, other.name}
    assert set(drawing.computed) == {lco.name, other.name}
    colours = {trace["line"]["color"] for trace in drawing.figure["data"]}
    assert len(colours) == 2


def test_two_files_of_one_name_are_told_apart(lco, draw):
    drawing = draw([lco, lco], "cycle", plot="voltage against time")
    assert [trace["name"] for trace in drawing.figure["data"]] == [
        f"{lco.name} (1)",
        f"{lco.name} (2)",
    ]
    assert len(drawing.computed) == 2


def test_parts_of_one_run_are_joined(data, draw):
    part = data / "bdf" / "test_with_capacity.bdf"
    drawing = draw([part, part], "cycle", mode="multi", plot="voltage against time")
    (trace,) = drawing.figure["data"]
    assert len(numbers(trace["x"])) == 20
    assert numbers(trace["x"])[-1] == pytest.approx(18 / 3600)
    assert drawing.computed["cycles"] == 2


@pytest.mark.parametrize("mode", ["single", "multi"])
def test_what_the_reader_of_any_file_warns_of_is_said_with_its_name(data, draw, tmp_path, mode):
    whole = data / "novonix" / "sample_data_novonix.csv"
    torn = tmp_path / "torn.csv"
    torn.write_text(whole.read_text().rstrip()[:-2])
    drawing = draw([whole, torn], "cycle", mode=mode)
    assert f"torn.csv: {TORN}" in drawing.warnings


def test_a_rest_is_drawn_against_time(biologic, data, draw):
    drawing = draw([data / "ivium" / "rest_only_ivium.txt"], "cycle")
    assert title(drawing.figure, "xaxis") == "Time (h)"
    assert drawing.warnings == ()
    drawing = draw([data / "ivium" / "rest_only_ivium.txt"], "cycle", plot="dQ/dV")
    assert drawing.warnings == ("No current flows, so there is no dQ/dV.",)


def test_a_derivative_of_too_few_points_says_so(data, draw):
    with pytest.raises(NoData, match="too few points"):
        draw([data / "bdf" / "test_machine_readable.bdf"], "cycle", plot="dQ/dV")


def test_the_figure_of_a_long_run_is_small(shared_data, draw):
    drawing = draw([shared_data / "echem" / LONG], "cycle")
    sent = gzip.compress(json.dumps(drawing.figure).encode(), compresslevel=6)
    assert len(sent) < 150_000
    assert sum(len(numbers(trace["x"])) for trace in drawing.figure["data"]) > 8_000


@pytest.mark.parametrize(
    "wrong", [{"mass": -1}, {"plot": "pie"}, {"win_size_1": 0}, {"p_spline": 9}, {"cyclenumber": "all"},
              {"derivative_mode": "dX"}],
)  # fmt: skip
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        CycleParameters(**wrong)


def test_parameters_of_older_blocks_are_understood():
    chosen = CycleParameters(
        cyclenumber=3, derivative_mode="none", mode="single", bokeh_plot_data={}
    )
    assert chosen.cyclenumber == (3,)
    assert chosen.derivative_mode is None
