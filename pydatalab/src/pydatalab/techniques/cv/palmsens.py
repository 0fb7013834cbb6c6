"""Voltammograms from PalmSens' sessions."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from pydatalab.errors import NoData
from pydatalab.techniques.shared import palmsens
from pydatalab.techniques.shared.measurement import Column, Measurement
from pydatalab.techniques.shared.palmsens import Array, Run
from pydatalab.techniques.shared.source import SourceFile


def read_palmsens(file: SourceFile) -> Measurement:
    """Read all voltammograms of a ``.pssession``; other measurements in it are left aside.

    Returns:
        ``potential`` and ``current`` in PalmSens' units (V, µA); where the session has several
        scans, one after another, with the number of each in ``scan``.

    Raises:
        NoData: the session holds no potential with a current.
    """
    runs = palmsens.read_session(file)
    scans = [pair for run in runs for pair in _scans(run)]
    if not scans:
        raise NoData("The session holds no voltammogram.")
    units = (scans[0][0].unit, scans[0][1].unit)
    same = [pair for pair in scans if (pair[0].unit, pair[1].unit) == units]
    columns = [
        Column("potential", units[0], np.concatenate([e.values for e, _ in same]), "Potential"),
        Column("current", units[1], np.concatenate([i.values for _, i in same]), "Current"),
    ]
    if len(same) > 1:
        numbers = np.repeat(np.arange(1, len(same) + 1), [len(e.values) for e, _ in same])
        columns.insert(0, Column("scan", "", numbers, "Scan"))
    header: dict[str, object] = {"software": "PSTrace", "title": runs[0].title}
    if len(same) < len(scans):
        header["warnings"] = [f"{len(scans) - len(same)} scans in other units were left out."]
    return Measurement(tuple(columns), header=header)


def _scans(run: Run) -> Iterator[tuple[Array, Array]]:
    """Each potential with the current that follows it, of equal length."""
    if run.method.get("METHOD_ID", "cv").lower() in ("eis", "geis", "ad", "ocp", "cp"):
        return
    for arrays in run.datasets:
        kinds = (palmsens.POTENTIAL, palmsens.CURRENT)
        curves = [array for array in arrays if array.kind in kinds and len(array.values)]
        for first, second in pairwise(curves):
            if (first.kind, second.kind) == kinds and len(first.values) == len(second.values):
                yield first, second
