"""PalmSens' sessions, ``.pssession``: what PSTrace saves.

Layout
    JSON in UTF-16, perhaps with its mark at both ends; keys are in lower or upper case by
    version. ``measurements`` is a list; each has ``title``, ``method`` (settings a line,
    ``METHOD_ID=cv``) and ``dataset.values``, a list of arrays: ``arraytype``, ``description``,
    ``unit`` (``q`` quantity, ``s`` symbol, ``type`` with the prefix, ``PalmSens.Units.MicroAmpere``)
    and ``datavalues``, a list of ``{"v": number}``. Impedances stand a second time in
    ``eisdatalist``, one ``dataset`` for each spectrum. Array types: 0 time, 1 potential, 2 current,
    5 frequency, 6 phase, 7 Z', 8 Z'', 10 |Z|; the quantities of 6 and 8 are ``-Phase`` and
    ``-Z''``.
Source
    Public descriptions of sessions of PSTrace 5.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pydatalab.errors import UnreadableFile
from pydatalab.techniques.shared.measurement import Floats
from pydatalab.techniques.shared.source import SourceFile

TIME, POTENTIAL, CURRENT, FREQUENCY, PHASE, Z_REAL, Z_IMAG, Z_ABS = 0, 1, 2, 5, 6, 7, 8, 10
_PREFIXES = {"Nano": "n", "Micro": "µ", "Milli": "m", "Kilo": "k", "Mega": "M", "Pico": "p"}


@dataclass(frozen=True)
class Array:
    """One quantity of a measurement."""

    kind: int
    """PalmSens' number of the quantity: ``FREQUENCY``."""
    description: str
    quantity: str
    """``-Z''``."""
    unit: str
    """With its prefix: ``µA``."""
    values: Floats


@dataclass(frozen=True)
class Run:
    """One measurement of a session."""

    title: str
    method: Mapping[str, str]
    """Settings: ``{"METHOD_ID": "cv", …}``."""
    datasets: tuple[tuple[Array, ...], ...]
    """The spectra of an impedance, else the one set of arrays."""


def read_session(file: SourceFile) -> tuple[Run, ...]:
    """All measurements of a session.

    Raises:
        UnreadableFile: it is no session, or stops early.
    """
    text = file.raw.decode("utf-16-le", errors="replace") if file.raw[1:2] == b"\0" else file.text
    try:
        session = json.loads(text.strip("\ufeff\0 \n"), object_pairs_hook=_lower)
    except (json.JSONDecodeError, RecursionError) as exc:
        raise UnreadableFile("The session of PSTrace stops early or is damaged.") from exc
    if not isinstance(session, dict) or not isinstance(session.get("measurements"), list):
        raise UnreadableFile("Expected a session of PSTrace, but it lists no measurements.")
    return tuple(_run(one) for one in session["measurements"] if isinstance(one, dict))


def _lower(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {key.lower(): value for key, value in pairs}


def _run(measurement: Mapping[str, Any]) -> Run:
    spectra = _list(measurement.get("eisdatalist"))
    sets = [one.get("dataset") for one in spectra if isinstance(one, dict)]
    sets = [one for one in sets if one] or [measurement.get("dataset")]
    method = str(measurement.get("method") or "")
    return Run(
        title=str(measurement.get("title") or ""),
        method=dict(re.findall(r"^(\w+)=(.*?)\r?$", method, flags=re.MULTILINE)),
        datasets=tuple(tuple(_arrays(one)) for one in sets if isinstance(one, dict)),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _arrays(dataset: Mapping[str, Any]) -> Iterator[Array]:
    for array in _list(dataset.get("values")):
        try:
            unit = array.get("unit") or {}
            values = np.array(
                [point["v"] for point in _list(array["datavalues"])], dtype=np.float64
            )
            kind, symbol = int(array["arraytype"]), str(unit.get("s") or "")
            quantity, type_ = str(unit.get("q") or ""), str(unit.get("type"))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as exc:
            raise UnreadableFile("An array of the session is not of numbers.") from exc
        prefix = re.search(rf"Units\.({'|'.join(_PREFIXES)})", type_)
        yield Array(
            kind=kind,
            description=str(array.get("description") or ""),
            quantity=quantity,
            unit=(_PREFIXES[prefix[1]] if prefix else "") + symbol,
            values=values,
        )
