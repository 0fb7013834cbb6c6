"""What is worked out of an infrared spectrum: absorbance, transmittance, background."""

from collections.abc import Mapping
from typing import Any

from pydatalab.techniques.ftir import FtirParameters
from pydatalab.techniques.shared.measurement import Measurement
from pydatalab.techniques.shared.spectra import absorption


def with_counterparts(
    measurement: Measurement, parameters: FtirParameters, item: Mapping[str, Any]
) -> Measurement:
    """The measurement with absorbances for its transmittances, and the reverse."""
    return absorption.with_counterparts(measurement)
