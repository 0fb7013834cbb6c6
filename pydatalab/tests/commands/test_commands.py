"""The console script and ``invoke``, as one meets them in a terminal."""

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from pathlib import Path

import orjson
import pytest

from pydatalab.commands.program import namespace

SCRIPTS = Path(sys.executable).parent
PROJECT = Path(__file__).parents[2]

HEAVY = ("numpy", "pandas", "pyarrow", "fastapi", "uvicorn", "pydantic", "pydatalab.app")
"""What a list of tasks does without."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path, engine_variables: dict[str, str]) -> Run:
    """``run("pydatalab", …)``: a command over a lab of its own."""

    def running(
        command: str, *words: str, cwd: Path = tmp_path, **settings: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [SCRIPTS / command, *words],
            env=environment(tmp_path, **engine_variables | settings),
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return running


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """This process's variables, with the settings of a lab in that folder."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}
    return kept | {"PYDATALAB_DATA_DIRECTORY": str(folder / "data")} | settings


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def serving(folder: Path, host: str, port: int, **settings: str) -> Iterator[str]:
    """A server that runs meanwhile; its address."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [SCRIPTS / "pydatalab", "serve", "--host", host, "--port", str(port)],
            env=environment(folder, **settings), cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    address = f"http://{host}:{port}"
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            try:
                urllib.request.urlopen(f"{address}/healthcheck/is_ready", timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def who_has(key: str, address: str) -> str:
    """The name of the person that a key belongs to."""
    request = urllib.request.Request(f"{address}/v1/me", headers={"DATALAB-API-KEY": key})
    with urllib.request.urlopen(request, timeout=30) as answer:
        name: str = orjson.loads(answer.read())["display_name"]
    return name


def make_user(run: Run, name: str, *more: str) -> "subprocess.CompletedProcess[str]":
    email = f"{name.lower()}@lab.example"
    return run(
        "pydatalab", "admin.create-user", "--display-name", name, "--contact-email", email, *more
    )


def test_both_commands_list_the_same_tasks(run: Run):
    ours, theirs = run("pydatalab", "--list"), run("invoke", "--list", cwd=PROJECT)
    found = [set(re.findall(r"^  ([a-z][\w.-]+)", one.stdout, re.M)) for one in (ours, theirs)]
    assert {"serve", "demo", "admin.create-user", "admin.create-api-key"} <= found[0]
    assert found[0] == found[1]


def test_every_task_that_ends_answers_scripts_and_says_what_each_option_is_for():
    tasks = namespace()
    said = {name: set(tasks[name].help) for name in tasks.task_names}  # as invoke has them at first
    servers = {"serve", "demo", "work"}
    assert {name for name, options in said.items() if "json" not in options} == servers
    for name, options in said.items():
        parameters = list(signature(tasks[name].body).parameters)[1:]
        assert options == set(parameters), name


def test_the_reference_is_written_where_one_says_or_the_fault_is_said(run: Run, tmp_path: Path):
    written = run("pydatalab", "dev.write-settings", "--path", str(tmp_path / "s.md"), "--json")
    assert orjson.loads(written.stdout) == {"path": str(tmp_path / "s.md")}
    refused = run("pydatalab", "dev.write-settings", "--path", str(tmp_path / "none" / "s.md"))
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "cannot be written" in refused.stderr


@pytest.mark.parametrize("words", [("--list",), ("--help", "admin.create-backup")])
def test_a_list_that_nobody_reads_to_its_end_is_no_fault(tmp_path: Path, words: tuple[str, ...]):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [SCRIPTS / "pydatalab", *words], env=environment(tmp_path), stdout=write,
        stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ("admin.verify-backup",), ("admin.restore-backup", "--yes"), ("admin.import-cheminventory",),
        ("admin.guess-mapping",), ("admin.check-files", "--repair-from"),
    ],
)  # fmt: skip
def test_what_the_machine_refuses_is_one_sentence(run: Run, words: tuple[str, ...]):
    name = "x" * 300  # longer than names of files may be: the machine refuses to look
    refused = run("pydatalab", *words, name)
    assert refused.returncode == 1
    assert refused.stderr == f"pydatalab: {name} cannot be used: File name too long.\n"
    told = run("pydatalab", *words, name, "--json")
    assert orjson.loads(told.stdout)["error"].endswith("cannot be used: File name too long.")


def test_a_terminal_that_knows_few_letters_stops_no_task(run: Run):
    made = run(
        "pydatalab", "admin.create-user", "--display-name", "Zoë Ψ", "--contact-email",
        "zoe@lab.example", PYTHONIOENCODING="ascii",
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith("Zo? ? (user) has the account")


def test_the_list_of_tasks_needs_neither_a_valid_configuration_nor_the_lab(
    run: Run, tmp_path: Path
):
    done = run("pydatalab", "--list", PYDATALAB_UNHEARD_OF="1")
    assert done.returncode == 0
    assert not (tmp_path / "data").exists()


def test_the_list_of_tasks_is_quick(run: Run):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run("invoke", "--list", cwd=PROJECT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 1.0  # a third of that on an idle machine


def test_the_list_of_tasks_imports_nothing_heavy():
    code = "import sys, pydatalab.commands.program as p; p.namespace(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & set(HEAVY) == set()


def test_a_person_and_a_key_are_made_without_a_server_and_work_with_it(
    run: Run, tmp_path: Path, engine_variables: dict[str, str]
):
    made = make_user(run, "Ada", "--role", "admin")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith("Ada (admin) has the account ")
    key = run(
        "pydatalab", "admin.create-api-key", "--contact-email", "ada@lab.example", "--name", "k"
    ).stdout.splitlines()[-1]
    assert re.fullmatch(r"\S{20,}", key)
    with serving(tmp_path, "127.0.0.1", free_port(), **engine_variables) as address:
        assert who_has(key, address) == "Ada"
        make_user(run, "Bob")
        beside = run(
            "pydatalab", "admin.create-api-key", "--contact-email", "bob@lab.example", "--name", "k"
        ).stdout.splitlines()[-1]
        assert who_has(beside, address) == "Bob"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            who_has("x" * len(key), address)


def test_invoke_makes_people_in_the_same_lab(run: Run):
    done = run(
        "invoke", "admin.create-user", "--display-name", "Eve", "--contact-email", "eve@lab.example",
        cwd=PROJECT,
    )  # fmt: skip
    assert done.stdout.startswith("Eve (user)")
    assert (
        "Eve"
        in run(
            "pydatalab", "admin.create-api-key", "--contact-email", "eve@lab.example", "--name", "k"
        ).stdout
    )


@pytest.mark.parametrize("command", ["pydatalab", "invoke"])
def test_a_task_explains_itself_though_nothing_that_it_needs_is_given(run: Run, command: str):
    done = run(command, "admin.create-user", "--help", cwd=PROJECT)
    assert done.returncode == 0
    assert "--contact-email" in done.stdout
    assert "--json" in done.stdout


def test_a_task_answers_scripts_in_json(run: Run):
    made = make_user(run, "Ida", "--json")
    assert orjson.loads(made.stdout)["display_name"] == "Ida"
    again = make_user(run, "Ida", "--json")
    assert (again.returncode, orjson.loads(again.stdout)) == (
        1,
        {"error": "Somebody has the e-mail ida@lab.example already."},
    )


@pytest.mark.parametrize(
    "words", [["admin.set-role"], ["admin.list-users", "--rolle", "user"], ["admin.shake"]]
)
def test_scripts_are_told_in_json_what_is_wrong_with_a_command_line(run: Run, words: list[str]):
    done = run("pydatalab", *words, "--json")
    assert done.returncode == 1
    assert done.stderr == f"pydatalab: {orjson.loads(done.stdout)['error']}\n"


def test_nothing_is_wrong_where_nobody_reads_what_a_task_says(tmp_path: Path):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [SCRIPTS / "pydatalab", "migration.status"],
        env=environment(tmp_path),
        cwd=tmp_path,
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["admin.create-user", "--display-name", "X", "--contact-email", "x@y.example", "--role", "king"], "king|role"),
        (["admin.create-user", "--display-name", "X", "--contact-email", "nonsense"], "mail"),
        (["admin.create-api-key", "--contact-email", "nobody@lab.example", "--name", "k"], "nobody@lab.example"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_status_1(run: Run, words: list[str], said: str):
    done = run("pydatalab", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(said, done.stderr)
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("task", ["serve", "demo"])
def test_a_setting_that_cannot_be_stops_the_start(run: Run, task: str):
    done = run("pydatalab", task, PYDATALAB_FILE_DIRECTROY="/x")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "pydatalab: There is no setting PYDATALAB_FILE_DIRECTROY. "
        "Did you mean PYDATALAB_FILE_DIRECTORY?\n"
    )


def test_the_server_listens_where_it_is_told(tmp_path: Path):
    port = free_port()
    with serving(tmp_path, "127.0.0.2", port) as address:
        assert urllib.request.urlopen(f"{address}/healthcheck/is_alive", timeout=5).status == 200
        with socket.socket() as elsewhere:
            assert elsewhere.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_that_is_taken_is_said_so(run: Run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("pydatalab", "serve", "--port", port)
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("admin.create-user --display-name --role admin", "--display-name .* needs a value"),
        ("admin.create-user --display-name --rolle", "--display-name .* needs a value"),
        ("admin.create-user Ada --role", "--role .* needs a value"),
        ("admin.create-user Ada --rol admin", "no option --rol. Is --role meant"),
        ("admin.create-user", "needs DISPLAY-NAME and CONTACT-EMAIL. Call it so"),
        ("admin.create-user admin.list-users", "needs CONTACT-EMAIL"),
        ("admin.list-users extra", "does not know what to do with 'extra'"),
        ("admin.show-spac", "no task admin.show-spac. Is admin.show-space meant"),
        ("admin.list-unused-blobs --older-than=soon", "whole number, and 'soon' is none"),
    ],
)
@pytest.mark.parametrize("program", ["pydatalab", "invoke"])
def test_a_line_that_cannot_be_meant_is_refused_in_a_sentence(
    run: Run, program: str, line: str, said: str
):
    answer = run(program, *line.split(), cwd=PROJECT)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert re.search(said, answer.stderr)
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("flag", ["--list", "-l"])
def test_the_tasks_of_one_group_are_listed(run: Run, flag: str):
    answer = run("pydatalab", flag, "migration")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert ".go-back" in answer.stdout
    assert "create-user" not in answer.stdout


def test_several_tasks_and_values_of_any_form_stand_in_one_line(run: Run):
    line = "admin.create-user --role=admin Ada --contact-email ada@lab.example admin.list-users"
    answer = run("pydatalab", *line.split())
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.count("Ada") == 2


def test_what_a_command_compiles_is_kept_for_the_next(run: Run, tmp_path: Path):
    kept = tmp_path / "compiled"
    answer = run(
        "pydatalab", "admin.list-users", PYTHONPYCACHEPREFIX=str(kept), PYTHONDONTWRITEBYTECODE=""
    )
    assert answer.returncode == 0, answer.stderr
    assert list(kept.rglob("pydatalab/app.*.pyc"))
