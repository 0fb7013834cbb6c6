"""The units of impedances, also where a file leaves them to its readers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]

EIS = Path(__file__).parents[2] / "data/eis"


@pytest.mark.parametrize("name", ["exampleDataZPlot.z", "exampleDataPowersuite.txt"])
def test_impedances_without_a_unit_are_in_ohm(read: Read, name: str):
    units = {column.name: column.unit for column in read(EIS / name, "eis")}
    assert units["frequency"] == "Hz"
    assert units["z_real"] == units["z_imag"] == "ohm"
