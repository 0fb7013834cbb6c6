"""File names from strangers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydatalab.files.names import LONGEST, ascii_name, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("scan 1.xrdml", "scan 1.xrdml"),
        ("Ni(OH)₂, β-Phase.xy", "Ni(OH)₂, β-Phase.xy"),
        ("试样.mpr", "试样.mpr"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\run.raw", "run.raw"),
        ("..", "file"),
        ("", "file"),
        (" . ", "file"),
        ("a\0b\nc\x1b[31m.xy", "abc[31m.xy"),
        ("\u202egpj.exe", "gpj.exe"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        (".hidden", "hidden"),
        ('what?"<>|*:.txt', "what_______.txt"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_a_safe_name_is_the_name_alone(name: str, safe: str):
    assert safe_name(name) == safe


def test_a_name_that_is_too_long_keeps_its_endings():
    name = safe_name("é" * 300 + ".xrdml.gz")
    assert name.endswith("é.xrdml.gz")
    assert LONGEST - 1 <= len(name.encode()) <= LONGEST


@given(st.text())
def test_a_safe_name_names_one_file_in_its_folder(name: str):
    safe = safe_name(name)
    assert Path("folder", safe).parent == Path("folder")
    assert safe not in (".", "..")
    assert safe.isprintable()
    assert 0 < len(safe.encode()) <= LONGEST + 1
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("my file (1).xy", "my_file_1.xy"),
        ("Ni(OH)₂ run.xy", "NiOH2_run.xy"),
        ("Überstruktur.mpr", "Uberstruktur.mpr"),
        ("试样", "file"),
        ("../a/b.txt", "b.txt"),
        ("a,b;c'd.txt", "abcd.txt"),
    ],
)
def test_an_ascii_name_is_what_old_clients_can_write(name: str, plain: str):
    assert ascii_name(name) == plain


def test_a_name_of_other_letters_keeps_its_ending_in_ascii():
    assert ascii_name("试样.mpr") == "file.mpr"


@given(st.text())
def test_an_ascii_name_is_never_empty_and_never_more_than_a_name(name: str):
    plain = ascii_name(name)
    assert plain
    assert plain.isascii()
    assert "/" not in plain
    assert not plain.startswith(".")
