"""The tasks of inventories, as one types them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

PROGRAM = Path(sys.executable).with_name("pydatalab")
TABLE = "Stoff;CAS-Nr.;Menge;Projekt\nAceton;67-64-1;500 ml;X\nWasser;7732-18-6;1 L;\n"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("guess-mapping", …)``: a task over a lab of its own; ``lager.csv`` is there."""
    (tmp_path / "lager.csv").write_text(TABLE, encoding="utf-8")
    environment = os.environ | {"PYDATALAB_DATA_DIRECTORY": str(tmp_path / "data")}

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
