"""Where settings come from: the environment, ``.env`` and files; what each says, and which counts."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydatalab.errors import Invalid

PREFIX = "PYDATALAB_"
FREE = "PYDATALAB_TEST_"

ENCODING = "utf-8-sig"
"""With or without the mark that editors of Windows put before a text."""

Source = Literal["environment", ".env", "file", "defaults file", "default"]


@dataclass(frozen=True)
class Given:
    """What was given for a setting, and where."""

    value: Any

    source: Source

    place: str
    """The variable's name, or the path of the file."""

    @property
    def where(self) -> str:
        """In words: ``in /app/config.json``."""
        if self.source == "environment":
            return f"in the environment as {self.place}"
        return f"in {self.place}"


def variables(environment: Mapping[str, str], dotenv: Path) -> dict[str, Given]:
    """All variables by their full names: those of the environment, and those that ``.env`` adds."""
    in_file = {name: Given(text, ".env", str(dotenv)) for name, text in _dotenv(dotenv).items()}
    return in_file | {name: Given(text, "environment", name) for name, text in environment.items()}


def judged(found: Mapping[str, Given]) -> dict[str, Given]:
    """Those that are settings, less the prefix."""
    return {
        name.removeprefix(PREFIX): given
        for name, given in found.items()
        if name.startswith(PREFIX) and not name.startswith(FREE)
    }


def require_known(
    given: Mapping[str, Given], known: Iterable[str], unprefixed: Iterable[str]
) -> None:
    """Go on only if there is a setting of each name.

    Args:
        given: by their names without prefix.
        known: names of settings.
        unprefixed: names that stand in the environment as they are.

    Raises:
        Invalid: some are unknown; the nearest to each is named.
    """
    known, unprefixed = list(known), set(unprefixed)
    wrong = [
        f"{name} is set in the environment, and without {PREFIX}."
        if name in unprefixed
        else _unknown(name, one, known, unprefixed)
        for name, one in given.items()
        if name in unprefixed or name not in known
    ]
    if wrong:
        raise Invalid(" ".join(wrong))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The name that somebody may have meant."""
    by_upper = {one.upper(): one for one in known}
    meant = name.upper().removeprefix(PREFIX).replace("-", "_")
    found = difflib.get_close_matches(meant, by_upper, n=1, cutoff=0)
    return by_upper[found[0]] if found else None


def meant(
    name: str, known: Iterable[str], unprefixed: Collection[str], prefix: str = PREFIX
) -> str:
    """What somebody should have written, as it is written there."""
    found = nearest(name, [*known, *sorted(unprefixed)])
    return f"{found}, without {PREFIX}" if found in unprefixed else f"{prefix}{found}"


def _unknown(name: str, given: Given, known: list[str], unprefixed: Collection[str]) -> str:
    in_file = given.source in {"file", "defaults file"}
    prefix = "" if in_file else PREFIX
    place = f" ({given.where})" if given.source != "environment" else ""
    wanted = meant(name, known, unprefixed, prefix)
    return f"There is no setting {prefix}{name}{place}. Did you mean {wanted}?"


def _dotenv(path: Path) -> dict[str, str]:
    """What ``.env`` sets.

    Raises:
        Invalid: it cannot be read, or a line that means us sets nothing.
    """
    if not path.is_file():
        return {}
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    try:
        with path.open(encoding=ENCODING) as file:
            for line in parse_stream(file):
                sets_nothing = line.error or (line.key is not None and line.value is None)
                if sets_nothing and PREFIX in line.original.string:
                    said = _first_word(line.original.string)
                    raise Invalid(
                        f"{path}, line {line.original.line}: {said} must be written as NAME=value."
                    )
        found = dotenv_values(path, encoding=ENCODING)
    except OSError as exc:
        raise Invalid(f"{path} cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise Invalid(f"{path} is not in UTF-8.") from exc
    return {name: text for name, text in found.items() if text is not None}


def _first_word(line: str) -> str:
    """The name that a line begins with; what follows may be a secret."""
    return re.split(r"[\s=:]", line.strip().removeprefix("export ").lstrip(), maxsplit=1)[0]
