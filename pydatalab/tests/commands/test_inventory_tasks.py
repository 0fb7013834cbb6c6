"""The tasks of inventories, as one types them."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import orjson
import pytest

PROGRAM = Path(sys.executable).with_name("pydatalab")
TABLE = "Stoff;CAS-Nr.;Menge;Projekt\nAceton;67-64-1;500 ml;X\nWasser;7732-18-6;1 L;\n"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path, engine_variables: dict[str, str]) -> dict[str, str]:
    """What names a lab of its own."""
    return os.environ | {"PYDATALAB_DATA_DIRECTORY": str(tmp_path / "data")} | engine_variables


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    """``run("guess-mapping", …)``: a task over a lab of its own; ``lager.csv`` is there."""
    (tmp_path / "lager.csv").write_text(TABLE, encoding="utf-8")

    def running(task: str, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [PROGRAM, f"admin.{task}", *words], env=environment, cwd=tmp_path,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return running


def test_a_mapping_is_guessed_corrected_saved_and_used(run: Run):
    guessed = run("guess-mapping", "lager.csv").stdout
    assert "CAS-Nr.  CAS" in guessed
    saved = run(
        "save-mapping", "lager", "lager.csv", "--columns", "Projekt=comment; Menge=", "--json"
    )
    assert orjson.loads(saved.stdout)["columns"] == {
        "Stoff": "name", "CAS-Nr.": "CAS", "Menge": None, "Projekt": "comment",
    }  # fmt: skip
    looked = run("import-inventory", "lager.csv", "--mapping", "lager", "--dry-run")
    assert "new: Aceton" in looked.stdout
    assert "row 3, column CAS-Nr.: 7732-18-6 is no CAS number" in looked.stdout
    assert looked.stdout.endswith("This was a dry run: nothing was changed.\n")
    assert orjson.loads(run("list-imports", "--json").stdout) == {"imports": []}
    done = run("import-inventory", "lager.csv", "--mapping", "lager")
    assert done.stdout.splitlines()[-2].startswith("2 rows: 2 new;")
    undone = run("undo-import", done.stdout.split()[-1])
    assert (undone.returncode, undone.stdout) == (0, "2 items removed, 0 put back, 0 kept.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import-cheminventory", "nowhere.xlsx"], "There is no file"),
        (["import-cheminventory", "lager.csv"], "None of its columns names a container"),
        (["import-inventory", "lager.csv", "--mapping", "x"], "there are: cheminventory."),
        (["save-mapping", "a", "lager.csv", "--columns", "Nope=name"], "There is no column 'Nope'"),
        (["save-mapping", "a", "lager.csv", "--columns", "Stoff=colour"], "There is no field colour"),
        (["save-mapping", "cheminventory", "lager.csv"], "built in"),
        (["undo-import", "ffff"], "There is no import ffff"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_status_1(run: Run, words: list[str], said: str):
    done = run(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_dry_run_says_what_was_understood_and_names_units_that_nobody_knows(
    run: Run, tmp_path: Path
):
    (tmp_path / "one.csv").write_text(
        "Container Name,Barcode,Substance CAS,Container Size,Unit\nTechnical toluene,T1,108-88-3,5,parsec\n",
        encoding="utf-8",
    )
    looked = run("import-cheminventory", "one.csv", "--dry-run")
    assert looked.stdout.splitlines()[-4:] == [
        "row 2  T1  new: Technical toluene; barcode: T1; CAS: 108-88-3; size: 5; size_unit: parsec",
        "row 2, column Unit: 'parsec' is no unit that is known; it is kept as it is.",
        "1 row: 1 new; 1 cell or row to look at.",
        "This was a dry run: nothing was changed.",
    ]
    told = orjson.loads(run("import-cheminventory", "one.csv", "--dry-run", "--json").stdout)
    assert told["changes"][0]["fields"]["CAS"] == [None, "108-88-3"]
    assert told["faults"] == [
        {"row": 2, "column": "Unit", "cell": "parsec",
         "why": "'parsec' is no unit that is known; it is kept as it is."},
    ]  # fmt: skip
    done = run("import-cheminventory", "one.csv").stdout
    again = run("import-cheminventory", "one.csv").stdout
    assert again.splitlines()[-1].startswith("1 row: 1 the same as before;")
    undone = run("undo-import", done.split()[-1])
    assert undone.stdout == "1 item removed, 0 put back, 0 kept.\n"


def test_an_import_that_is_stopped_in_the_terminal_says_what_stays_and_how_it_goes_on(
    run: Run, tmp_path: Path, environment: dict[str, str]
):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Container Name", "Barcode"])
    for number in range(5_000):
        sheet.append([f"Salt {number}", f"L{number}"])
    book.save(tmp_path / "long.xlsx")
    seen, terminal = pty.openpty()
    heard = ["env", "--default-signal=INT"]  # though these tests may run in the background
    command = [*heard, PROGRAM, "admin.import-cheminventory", "long.xlsx"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=terminal
    ) as process:
        said = b""
        while b"Importing" not in said:
            said += os.read(seen, 4_096)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    said += os.read(seen, 4_096)
    assert b"Stopping." in said
    (import_id,) = re.findall(rb"what was imported by then stays.* admin\.undo-import (\w+)", said)
    (listed,) = orjson.loads(run("list-imports", "--json").stdout)["imports"]
    assert (listed["immutable_id"], listed["state"]) == (import_id.decode(), "cancelled")
