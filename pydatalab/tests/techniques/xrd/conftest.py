"""Small diffraction files: real ones by name, and scans made up where none is openly licensed."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

REAL = Path(__file__).parents[2] / "data" / "xrd"


@pytest.fixture
def real() -> Callable[[str], Path]:
    """``real("TiO2.raw")``: the real file of that name in the repository."""
    return lambda name: next(REAL.rglob(name))


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """``saved(name, content)``: a file with that content."""

    def save(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


@pytest.fixture
def positions() -> Callable[..., str]:
    """``positions("2Theta", 20, 21)``: the XRDML of an axis that ran, or with one place stood still."""
    return _positions


def _positions(axis: str, *places: float) -> str:
    names = ("commonPosition",) if len(places) == 1 else ("startPosition", "endPosition")
    inner = "".join(f"<{n}>{p}</{n}>" for n, p in zip(names, places, strict=True))
    return f'<positions axis="{axis}" unit="deg">{inner}</positions>'


@pytest.fixture
def xrdml() -> Callable[..., str]:
    """``xrdml(scans, scan_axis)``: an XRDML file of these scans, each a list of axes and the counts."""
    return _xrdml


def _xrdml(scans: Sequence[tuple[Sequence[str], Sequence[int]]], scan_axis: str = "2Theta") -> str:
    points = "".join(
        f'<scan scanAxis="{scan_axis}" status="Completed"><dataPoints>{"".join(axes)}'
        "<commonCountingTime>1.0</commonCountingTime>"
        f'<intensities unit="counts">{" ".join(map(str, counts))}</intensities></dataPoints></scan>'
        for axes, counts in scans
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><xrdMeasurements '
        'xmlns="http://www.xrdml.com/XRDMeasurement/1.5"><xrdMeasurement>'
        "<usedWavelength><kAlpha1>0.709317</kAlpha1></usedWavelength>"
        f"{points}</xrdMeasurement></xrdMeasurements>"
    )
