"""Half cycles, full cycles and capacities, from what physics says of made-up runs."""

import numpy as np
import pytest

from pydatalab.techniques.cycle import CycleParameters
from pydatalab.techniques.cycle.analysis import mass_of, with_cycles
from pydatalab.techniques.shared.measurement import Column, Measurement


def run_of(current, hours=1.0, **more):
    """A run with these currents [mA], one point each ``hours``."""
    current = np.asarray(current, dtype=float)
    columns = [
        Column("time", "h", np.arange(len(current)) * hours),
        Column("voltage", "V", 3 + 0.01 * np.cumsum(current)),
        Column("current", "mA", current),
    ]
    columns += [Column(name, unit, np.asarray(values)) for name, (unit, values) in more.items()]
    return Measurement(tuple(columns))


def analysed(measurement, item=None, **parameters):
    return with_cycles(measurement, CycleParameters(**parameters), item or {})


def test_charge_is_the_integral_of_the_current():
    points = analysed(run_of([0, 2, 2, 2, 2]))
    # Trapezoids: half of 2 mA for the first hour, 2 mA for the others.
    assert points["capacity"].tolist() == pytest.approx([0, 1, 3, 5, 7])
    assert points.column("capacity").unit == "mAh"


def test_rests_end_no_half_cycle():
    points = analysed(run_of([0, 1, 1, 0, 0, 1, 1, 0, -1, -1]))
    assert points["half_cycle"].tolist() == [1] * 8 + [2] * 2
    assert points["direction"].tolist() == [0, 1, 1, 0, 0, 1, 1, 0, -1, -1]


def test_two_half_cycles_make_a_cycle_when_the_file_counts_none():
    points = analysed(run_of([1, 1, -1, -1, 1, 1, -1, -1, 1, 1]))
    assert points["cycle"].tolist() == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]


def test_cycles_of_the_file_are_kept_and_end_half_cycles():
    counted = [1, 1, 1, 2, 2, 2]
    points = analysed(run_of([1, 1, 1, 1, 1, 1], cycle_index=("", counted)))
    assert "cycle" not in points
    assert points["half_cycle"].tolist() == [1, 1, 1, 2, 2, 2]


def test_a_cycle_number_that_never_counts_is_not_taken_for_one():
    points = analysed(run_of([1, 1, -1, -1, 1, 1], cycle_index=("", [1] * 6)))
    assert points["cycle"].tolist() == [1, 1, 1, 1, 2, 2]
    assert points["cycle_index"].tolist() == [1] * 6


def test_a_short_pulse_the_other_way_is_no_half_cycle():
    current = np.r_[np.ones(500), -1, np.ones(500), -np.ones(900)]
    points = analysed(run_of(current))
    assert points["half_cycle"].max() == 2


def test_noise_at_rest_is_a_rest():
    noise = 1e-5 * np.resize([1, -1], 200)
    points = analysed(run_of(np.r_[noise, np.ones(300), noise]))
    assert points["half_cycle"].max() == 1
    assert not points["direction"][:200].any()


def test_counters_go_before_integrals_and_may_start_again():
    # The current is 1 mA, but the tester counted twice as much.
    counters = {
        "charge_capacity": ("mAh", [0.0, 2, 4, 4, 4, 0, 2]),
        "discharge_capacity": ("Ah", [0.0, 0, 0, 0.002, 0.004, 0, 0]),
    }
    points = analysed(run_of([0, 1, 1, -1, -1, 1, 1], **counters))
    ends = [points["capacity"][points["half_cycle"] == half].max() for half in (1, 2, 3)]
    assert ends == pytest.approx([4, 4, 2])


def test_a_counter_for_both_ways_may_count_down_or_up():
    up = {"capacity": ("mAh", [0.0, 1, 2, 0.5, 1])}
    down = {"capacity": ("mAh", [0.0, 1, 2, 1.5, 1])}
    for counter in (up, down):
        points = analysed(run_of([0, 1, 1, -0.5, -0.5], **counter))
        assert points["computed_capacity"][-1] == pytest.approx(1)
        assert points["direction"][-1] == -1


def test_a_time_that_starts_again_with_each_step_goes_on():
    measurement = run_of([1, 1, 1, -1, -1])
    restarted = measurement.with_columns(Column("time", "h", np.array([0.0, 1, 2, 0, 1])))
    points = analysed(restarted)
    assert points["capacity"].tolist() == pytest.approx([0, 1, 2, 0, 1])


def test_a_run_at_rest_has_no_capacity():
    points = analysed(run_of([0, 0, 0]))
    assert not points["capacity"].any()
    assert points["half_cycle"].tolist() == [1, 1, 1]


def test_specific_capacity_divides_by_the_mass_of_the_cell():
    points = analysed(run_of([2, 2, 2]), item={"characteristic_mass": 10})
    # 4 mA·h in 10 mg.
    assert points["specific_capacity"][-1] == pytest.approx(400)
    assert points.column("specific_capacity").unit == "mAh/g"


def test_a_mass_that_is_given_goes_before_that_of_the_cell():
    mass = mass_of(CycleParameters(mass=5), {"characteristic_mass": 10})
    assert mass is not None
    assert (mass.milligrams, mass.source) == (5, "parameter")
    for unusable in (None, 0, -1, "heavy", float("nan"), True):
        assert mass_of(CycleParameters(), {"characteristic_mass": unusable}) is None


def test_columns_of_the_file_are_never_replaced():
    own = {name: ("", np.arange(4)) for name in ("half_cycle", "direction", "cycle")}
    points = analysed(run_of([1, 1, -1, -1], **own), item={"characteristic_mass": 1})
    for name in own:
        assert points[name].tolist() == [0, 1, 2, 3]
        assert not points.column(name).computed
    assert points["computed_half_cycle"].max() == 2


def test_nothing_known_but_voltage_is_a_rest():
    points = analysed(Measurement((Column("voltage", "V", np.array([3.0, 3.1])),)))
    assert points["direction"].tolist() == [0, 0]
