"""What no instrument can have measured is an error in words."""

import numpy as np
import pytest

from pydatalab.errors import NoData, UnreadableFile
from pydatalab.techniques.ms.spectra import Trace, traces_measurement
from pydatalab.techniques.nmr.axes import Axis, fid_measurement
from pydatalab.techniques.nmr.transform import spectrum_of
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.spectra.quantities import COUNTS, RAMAN_SHIFT, Curve, spectra
from pydatalab.techniques.tabular.columns import table

ANGLES = np.linspace(10, 12, 5)


def pattern(x, y, name="two_theta", unit="deg") -> Measurement:
    columns = (Column(name, unit, np.asarray(x, float)), Column("intensity", "", np.asarray(y)))
    return Measurement(columns, axis=name)


def test_an_intensity_of_gaps_alone_is_no_data():
    with pytest.raises(NoData, match="intensity holds no number"):
        pattern(ANGLES, np.full(5, np.nan)).checked()


def test_an_error_bar_does_not_stand_for_an_intensity():
    errors = Column("intensity_error", "", np.ones(5))
    with pytest.raises(NoData, match="intensity holds no number"):
        pattern(ANGLES, np.full(5, np.nan)).with_columns(errors).checked()


@pytest.mark.parametrize("wrong", [np.inf, -np.inf])
def test_an_infinite_intensity_is_an_error(wrong):
    with pytest.raises(UnreadableFile, match="infinite"):
        pattern(ANGLES, [1, 2, wrong, 4, 5]).checked()


def test_a_gap_among_intensities_is_none():
    measured = pattern(ANGLES, [1, 2, np.nan, 4, 5])
    assert measured.checked() is measured


def test_an_axis_that_stands_still_is_an_error():
    with pytest.raises(UnreadableFile, match="10 at each of 5 points"):
        pattern(np.full(5, 10.0), range(5)).checked()


def test_an_axis_with_a_gap_is_an_error_that_says_so():
    with pytest.raises(UnreadableFile, match="missing at some points"):
        pattern([10, 11, np.nan, 13, 14], range(5)).checked()


@pytest.mark.parametrize(
    ("name", "unit", "x"),
    [
        ("two_theta", "deg", [100, 200, 300]),
        ("two_theta", "deg", [-900, 0, 90]),
        ("wavenumber", "cm⁻¹", [400, 4000, 4e5]),
        ("raman_shift", "cm⁻¹", [-2e5, 0, 100]),
        ("wavelength", "nm", [-10, 300, 500]),
        ("chemical_shift", "ppm", [1e9, 1e8, 0]),
        ("mz", "", [-5, 10, 20]),
    ],
)
def test_an_axis_beyond_what_its_quantity_can_be_is_an_error(name, unit, x):
    with pytest.raises(UnreadableFile, match="cannot be"):
        pattern(x, range(3), name, unit).checked()


def test_a_table_of_which_nothing_is_known_may_hold_any_numbers():
    anything = table([("two_theta (deg)", np.array([5e6, 5e6])), ("a", np.array([np.inf, np.nan]))])
    assert anything.checked() is anything


def test_an_empty_column_of_a_cycler_is_right():
    run = Measurement(
        (
            Column("time", "s", np.arange(5.0)),
            Column("voltage", "V", np.linspace(3, 4, 5)),
            Column("aux_temperature", "degC", np.full(5, np.nan)),
        )
    )
    assert run.checked() is run


def test_each_of_several_abscissae_must_run_in_order():
    good = Curve(ANGLES, ANGLES, COUNTS)
    torn = Curve(np.array([1.0, 3, 2, 9]), np.ones(4), COUNTS)
    with pytest.raises(UnreadableFile, match="back and forth"):
        spectra(RAMAN_SHIFT, [good, torn], {})


MINUTES = np.arange(5.0)


@pytest.mark.parametrize(
    ("time", "intensity", "error", "said"),
    [
        (MINUTES, [1, 2, np.inf, 4, 5], UnreadableFile, "m18 holds infinite numbers"),
        (MINUTES, np.full(5, np.nan), NoData, "m18 holds no number"),
        (np.full(5, 2.0), range(5), UnreadableFile, "2 at each of 5 points"),
    ],
)
def test_an_ion_current_must_be_measured_over_time_too(time, intensity, error, said):
    trace = Trace("m18", time, np.asarray(intensity, float))
    with pytest.raises(error, match=said):
        traces_measurement([trace], {}, time_unit="min")


def test_an_ion_that_was_not_recorded_is_right_beside_one_that_was():
    gap = Trace("m44", MINUTES, np.full(5, np.nan))
    measured = traces_measurement([gap, Trace("m18", MINUTES, MINUTES)], {}, time_unit="min")
    assert measured.checked() is measured


def test_a_fid_of_zeros_has_no_spectrum_and_no_peak():
    axis = Axis(window=4000.0, reference=400.0, centre=5.0, nucleus="1H")
    with pytest.raises(NoData, match="zero at all its points"):
        spectrum_of(fid_measurement(np.zeros(64, complex), axis, {}), 0.0)
