"""The units of impedances, also where a file leaves them to its readers."""

from collections.abc import Callable
from pathlib import Path

from pydatalab.techniques.shared.measurement import Measurement

Read = Callable[..., Measurement]

ZPLOT = Path(__file__).parents[2] / "data/eis/exampleDataZPlot.z"


def test_the_impedances_of_zplot_are_in_ohm(read: Read):
    units = {column.name: column.unit for column in read(ZPLOT, "eis")}
    assert units["frequency"] == "Hz"
    assert units["z_real"] == units["z_imag"] == "ohm"
