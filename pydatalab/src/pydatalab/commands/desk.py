"""What every task has in common: the lab, its settings, and how it says what it did."""

import inspect
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invoke import Context, Exit, task

from pydatalab.commands.loading import uncollected
from pydatalab.errors import Cancelled, DatalabError, Invalid, Unavailable

if TYPE_CHECKING:
    from pydatalab.config import Config
    from pydatalab.lab import Lab
    from pydatalab.models.progress import Progress

EVERY_SECONDS = 0.2
"""How often the line of progress changes in a terminal."""

INTERRUPTED = 128 + signal.SIGINT
"""Exit status of a task that was ended by Ctrl-C."""


@dataclass(frozen=True)
class Report:
    """What a task did."""

    data: Mapping[str, Any]
    """For scripts: what ``--json`` prints."""

    lines: tuple[str, ...]
    """For people."""

    ok: bool = True
    """Whether all is well; if not, the exit status is 1."""


@dataclass(frozen=True)
class Desk:
    """What a task works with."""

    lab: "Lab"
    config: "Config"
    progress: "Progress"


class Terminal:
    """Progress on one line of the terminal; nothing where output goes to a file."""

    def __init__(self) -> None:
        self._is_stopping = False
        self._shown = 0.0
        self._width = 0
        self._is_seen = sys.stderr.isatty()

    def tell(self, doing: str, done: int = 0, total: int | None = None) -> None:
        """Say how far it is.

        Raises:
            Cancelled: Ctrl-C was pressed while that was heard.
        """
        if self._is_stopping:
            raise Cancelled("Stopped.")
        now = time.monotonic()
        if not self._is_seen or now < self._shown + EVERY_SECONDS:
            return
        self._shown = now
        said = (
            f"{doing} … {done:,} of {total:,}"
            if total
            else f"{doing} … {done:,}"
            if done
            else f"{doing} …"
        )
        sys.stderr.write(f"\r{said.ljust(self._width)}")
        sys.stderr.flush()
        self._width = len(said)

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Let Ctrl-C end the work in the block where it says how far it is, so that it can end well and
        say what it did; pressed again, it ends it at once."""
        hears = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if hears:  # what a script does in the background does not
            signal.signal(signal.SIGINT, self._stop)
        try:
            yield
        finally:
            if hears:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            self.end()

    def _stop(self, *_: object) -> None:
        self._is_stopping = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._is_seen:
            os.write(sys.stderr.fileno(), b"\nStopping. Ctrl-C again ends it at once.\n")

    def end(self) -> None:
        """Clear the line."""
        if self._width:
            sys.stderr.write(f"\r{' ' * self._width}\r")
            self._width = 0


def lab_task(**help_of: str) -> Callable[[Callable[..., Report]], Any]:
    """A task over an open lab: its body takes a ``Desk`` and options, and gives a ``Report``.

    It gets ``--json``, says errors in a sentence, and ends with status 0 only if all went well.
    """

    def made(body: Callable[..., Report]) -> Any:
        return plain_task(**help_of)(_at_a_desk(body))

    return made


def plain_task(**help_of: str) -> Callable[[Callable[..., Report]], Any]:
    """A task without a lab: as ``lab_task``, but its body takes options alone."""

    def made(body: Callable[..., Report]) -> Any:
        @wraps(body)
        def run(_: Context, *, json: bool = False, **options: Any) -> None:
            _say(lambda: body(**options), as_json=json)

        run.__signature__ = _with_json(body)  # type: ignore[attr-defined]
        return task(help={**help_of, "json": "print the result as JSON"})(run)

    return made


def in_columns(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Rows of a table as lines, their cells below one another; the first row is the head."""
    rows = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return tuple(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def path_in(text: str) -> Path:
    """A path as people write it; shells leave the ``~`` of ``--to=~/x`` to us."""
    return Path(text).expanduser()


def harmless(line: str) -> str:
    """A line without what a terminal would obey, as names of files may hold it."""
    return "".join(one if one.isprintable() or one in "\n\t" else "\ufffd" for one in line)


def several(words: str) -> tuple[str, ...]:
    """What was given with commas between."""
    return tuple(part.strip() for part in words.split(",") if part.strip())


def checked(model: Any, fields: Mapping[str, Any]) -> Any:
    """The model of these fields.

    Raises:
        Invalid: with the fields that cannot be.
    """
    from pydantic import ValidationError

    try:
        return model(**fields)
    except ValidationError as exc:
        raise Invalid(" ".join(map(_in_words, exc.errors()))) from exc


def _in_words(error: Mapping[str, Any]) -> str:
    """What is wrong with a field, as pydantic has it."""
    said = f"{error['input']!r} is no proper {str(error['loc'][0]).replace('_', ' ')}."
    allowed = error.get("ctx", {}).get("expected")
    return f"{said} Say {allowed}." if allowed else said


def _at_a_desk(body: Callable[..., Report]) -> Callable[..., Report]:
    """A task's body that opens the lab by itself."""

    @wraps(body)
    def opened(**options: Any) -> Report:
        with uncollected():
            from pydatalab.app import open_lab
            from pydatalab.config import read_config

        terminal = Terminal()
        config = read_config()
        with open_lab(config) as lab, terminal.hearing():
            return body(Desk(lab, config, terminal), **options)

    signature = inspect.signature(body)
    opened.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=list(signature.parameters.values())[1:]
    )
    return opened


def _with_json(body: Callable[..., Report]) -> inspect.Signature:
    """The options of a task as invoke reads them: the context first, ``--json`` last."""
    options = list(inspect.signature(body).parameters.values())
    context = inspect.Parameter("_", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    as_json = inspect.Parameter("json", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=False)
    return inspect.Signature([context, *options, as_json])


def _say(work: Callable[[], Report], *, as_json: bool) -> None:
    """Do it, and say what became of it."""
    try:
        report = work()
    except (DatalabError, OSError) as exc:
        error = _in_the_labs_words(exc)
        if as_json:
            print(json.dumps({"error": error.message, **error.details}, default=str))
        code = INTERRUPTED if isinstance(exc, Cancelled) else 1
        raise Exit(f"pydatalab: {harmless(error.message)}", code=code) from exc
    except KeyboardInterrupt:
        raise Exit("pydatalab: Stopped.", code=INTERRUPTED) from None
    with read_or_not():
        said = "\n".join(map(harmless, report.lines))
        print(json.dumps(report.data, default=str) if as_json else said)
    if not report.ok:
        raise Exit(code=1)


def _in_the_labs_words(error: DatalabError | OSError) -> DatalabError:
    """What went wrong; of a file, what the machine says of it.

    Raises:
        OSError: it tells of no file, so somebody has to look at the code.
    """
    if isinstance(error, DatalabError):
        return error
    if error.filename is None:
        raise error
    return Unavailable(f"{error.filename} cannot be used: {error.strerror}.")


@contextmanager
def read_or_not() -> Iterator[None]:
    """Print within the block; that nobody reads it to its end, as before ``head``, is no fault."""
    try:
        yield
    except BrokenPipeError:
        _print_nowhere()
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _print_nowhere()


def _print_nowhere() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
