"""dQ/dV and dV/dQ against functions whose derivative is known."""

import numpy as np
import pytest

from pydatalab.techniques.cycle.derivatives import (
    Smoothing,
    capacity_by_voltage,
    voltage_by_capacity,
)

VOLTAGE = np.linspace(3.0, 4.0, 3000)
PLATEAU = 2 * np.tanh((VOLTAGE - 3.5) / 0.1) + 2
SLOPE = 20 / np.cosh((VOLTAGE - 3.5) / 0.1) ** 2
"""d/dV of the plateau, by hand."""


def test_the_derivative_of_a_plateau_is_a_peak_at_its_voltage():
    voltage, slope = capacity_by_voltage(VOLTAGE, PLATEAU, 1, Smoothing(301, 101))
    assert voltage[slope.argmax()] == pytest.approx(3.5, abs=0.005)
    np.testing.assert_allclose(slope, np.interp(voltage, VOLTAGE, SLOPE), atol=0.3)


def test_the_area_under_the_peak_is_the_capacity():
    voltage, slope = capacity_by_voltage(VOLTAGE, PLATEAU, 1, Smoothing())
    assert np.trapezoid(slope, voltage) == pytest.approx(np.ptp(PLATEAU), rel=0.02)


def test_a_discharge_has_a_negative_derivative():
    voltage, slope = capacity_by_voltage(VOLTAGE[::-1], PLATEAU, -1, Smoothing(301, 101))
    assert voltage[slope.argmin()] == pytest.approx(3.5, abs=0.005)
    assert slope.min() == pytest.approx(-20, rel=0.05)


def test_dv_dq_is_the_inverse_of_dq_dv():
    middle = (VOLTAGE > 3.3) & (VOLTAGE < 3.7)
    capacity, slope = voltage_by_capacity(VOLTAGE[middle], PLATEAU[middle], Smoothing(301, 101))
    expected = 1 / np.interp(capacity, PLATEAU[middle], SLOPE[middle])
    inner = slice(500, -500)
    np.testing.assert_allclose(slope[inner], expected[inner], rtol=0.05)


def test_noise_does_not_bury_the_peak():
    noise = np.random.default_rng(1).normal(0, 5e-4, VOLTAGE.size)
    voltage, slope = capacity_by_voltage(VOLTAGE + noise, PLATEAU, 1, Smoothing())
    assert voltage[slope.argmax()] == pytest.approx(3.5, abs=0.02)


def test_a_hold_at_the_upper_voltage_is_left_out():
    held = np.full(500, 4.0) + np.resize([1e-5, -1e-5], 500)
    voltage = np.r_[VOLTAGE, held]
    capacity = np.r_[PLATEAU, PLATEAU[-1] + np.linspace(0, 1, 500)]
    x, slope = capacity_by_voltage(voltage, capacity, 1, Smoothing(301, 101))
    assert slope[x > 3.9].max() < 1


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_points_have_no_derivative(count):
    voltage = np.linspace(3, 4, count)
    assert capacity_by_voltage(voltage, voltage, 1, Smoothing()) is None


def test_any_window_that_may_be_chosen_works():
    for first, last in ((1, 1), (2, 9999), (9999, 2)):
        _, slope = capacity_by_voltage(VOLTAGE, PLATEAU, 1, Smoothing(first, last, 1, 20))
        assert np.isfinite(slope).all()
