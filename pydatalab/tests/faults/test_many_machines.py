"""Two servers and two machines for jobs share a database, a bucket and a Redis; one of each loses its power."""

import hashlib
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for machines.py

from machines import Machine, Network, network

from mongo_server import MongoServer, can_be_had
from pydatalab.app import open_lab
from pydatalab.config import Config
from pydatalab.jobs.queue import ENDED
from pydatalab.lab import Lab
from pydatalab.services import accounts, people
from pydatalab.store.port import Scope
from pydatalab.store.query import Is, Query
from redis_server import REDIS, RedisServer

BIN = Path(sys.executable).parent
S3 = BIN / "versitygw"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not can_be_had(), reason="no MongoDB: install java and maven"),
    pytest.mark.skipif(not S3.exists(), reason="no S3 server: `make setup` builds it"),
]

PATTERN = b"".join(b"%.1f %d\n" % (n / 10, 100 + n % 17) for n in range(100, 900))
IMPORTS = 8
ROWS = 40
"""Rows of each imported inventory."""


def until(true: Callable[[], Any], seconds: float = 120, what: str = "it") -> Any:
    """What comes to be true."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"{what} did not come to pass"
        time.sleep(0.1)
    return found


@dataclass
class Labs:
    """Servers ``a`` and ``b``, machines ``c`` and ``d`` for jobs, and what they share."""

    settings: dict[str, str]
    servers: dict[str, Machine]
    workers: dict[str, Machine]
    ports: dict[str, int]
    lab: Lab
    """Opened here too, to see for ourselves."""
    key: str = ""

    def start(self, name: str) -> None:
        """Start a server."""
        machine, port = self.servers[name], str(self.ports[name])
        mine = {"PYDATALAB_RUN_JOBS": "false", "PYDATALAB_WORKERS": "1"}
        command = [str(BIN / "pydatalab"), "serve", "--host", machine.address, "--port", port]
        machine.start(command, self._of(machine) | mine)
        until(lambda: self._is_ready(name), what=f"server {name}")

    def work(self, name: str) -> None:
        """Start a machine for jobs."""
        machine = self.workers[name]
        machine.start([str(BIN / "pydatalab"), "work", "--jobs", "2"], self._of(machine))
        until(lambda: "Jobs of the lab run here" in machine.log, what=f"worker {name}")

    def _of(self, machine: Machine) -> dict[str, str]:
        return self.settings | {"PYDATALAB_DATA_DIRECTORY": str(machine.folder / "data")}

    def _is_ready(self, name: str) -> bool:
        with suppress(httpx2.TransportError), self.client(name) as anyone:
            return anyone.get("/healthcheck/is_ready").status_code == 200
        return False

    def client(self, name: str, **headers: str) -> httpx2.Client:
        """Somebody who speaks to one server."""
        base = f"http://{self.servers[name].address}:{self.ports[name]}"
        return httpx2.Client(base_url=base, headers=headers, timeout=120)

    def administrator(self, name: str) -> httpx2.Client:
        return self.client(name, **{"DATALAB-API-KEY": self.key})


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Network]:
    with network(tmp_path) as made:
        yield made


@pytest.fixture
def store() -> str:
    """Where files are kept."""
    return "s3://lab/files"


@pytest.fixture
def shared(net: Network, store: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings that all machines have: one database, one bucket, and one Redis where there is one."""
    database = MongoServer(tmp_path / "documents", host=net.address).start()
    (tmp_path / "buckets" / "lab").mkdir(parents=True)
    port = MongoServer().port
    command = [S3, "--access", "key", "--secret", "secretsecret", "--quiet"]
    command += ["--port", f"{net.address}:{port}", "posix", str(tmp_path / "buckets")]
    with (tmp_path / "s3.log").open("ab") as log:
        bucket = subprocess.Popen(command, stdout=log, stderr=log)
    redis = RedisServer(net.address).start() if REDIS else None
    rings = {"PYDATALAB_REDIS_URI": redis.address} if redis else {}
    yield rings | {
        "PYDATALAB_MONGO_URI": f"{database.address}/lab",
        "PYDATALAB_FILE_DIRECTORY": store.format(folder=tmp_path),
        "PYDATALAB_IDENTIFIER_PREFIX": "grey",
        "PYDATALAB_BACKUP_STRATEGIES": '{"often": {"location": "s3://lab/backups",'
        ' "frequency": "* * * * *", "retention": 9}}',
        "PYDATALAB_BACKUP_DRILL_FREQUENCY": "null",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secretsecret",
        "AWS_ENDPOINT_URL": f"http://{net.address}:{port}",
    }
    if redis:
        redis.end()
    bucket.kill()
    bucket.wait()
    database.kill()


@pytest.fixture
def labs(
    net: Network, shared: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Labs]:
    for name, value in shared.items():
        if name.startswith("AWS"):
            monkeypatch.setenv(name, value)
    config = Config(
        DATA_DIRECTORY=tmp_path / "here",
        MONGO_URI=shared["PYDATALAB_MONGO_URI"],
        FILE_DIRECTORY=shared["PYDATALAB_FILE_DIRECTORY"],
        IDENTIFIER_PREFIX="grey",
    )
    with open_lab(config) as lab:
        made = Labs(
            shared,
            {name: net.machine(name) for name in "ab"},
            {name: net.machine(name) for name in "cd"},
            {name: MongoServer().port for name in "ab"},
            lab,
        )
        yield made
        for machine in (*made.servers.values(), *made.workers.values()):
            machine.end()


@dataclass
class Person:
    """Uploads, saves and looks at plots at one server, and goes to the other where that is gone."""

    labs: Labs
    number: int
    server: str
    other: str
    uploaded: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file whose upload was acknowledged, by its id."""
    place: str = ""
    saved: int = 0
    """The last number whose save was acknowledged."""
    tried: int = 0
    figures: int = 0
    cut: int = 0
    """Requests that were under way when their server was gone."""
    refused: list[str] = field(default_factory=list)

    def run(self, over: threading.Event) -> None:
        """Work until it is over."""
        dice = random.Random(self.number)
        begun = self.ask("POST", "/v1/items", json={"type": "samples"})
        assert begun is not None
        self.place = f"/v1/items/{begun['refcode']}"
        while not over.is_set():
            self.upload(dice.randbytes(dice.randrange(1_000, 400_000)))
            self.save()
            self.look()

    def upload(self, content: bytes) -> None:
        params = {"name": "some.bin"}
        made = self.ask("POST", f"{self.place}/files", params=params, content=content)
        if made is not None:
            self.uploaded[made["file_id"]] = hashlib.sha256(content).hexdigest()

    def save(self) -> None:
        self.tried += 1
        if self.ask("PATCH", self.place, json={"name": f"{self.tried}"}) is not None:
            self.saved = self.tried

    def look(self) -> None:
        """Draw something that nobody drew before."""
        content = PATTERN + b"91.0 %d\n" % (self.number * 10_000 + self.tried)
        params = {"name": "scan.xy"}
        file = self.ask("POST", f"{self.place}/files", params=params, content=content)
        if file is None:
            return
        new = {"technique": "xrd", "file_ids": [file["file_id"]]}
        block = self.ask("POST", f"{self.place}/blocks", json=new)
        if block is None:
            return
        figure = self.ask("GET", f"{self.place}/blocks/{block['block_id']}/figure")
        if figure is not None:
            assert figure["data"]
            self.figures += 1

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """What a server answers; nothing where it was gone meanwhile, which is noted."""
        try:
            with self.labs.administrator(self.server) as client:
                answer = client.request(method, path, **more)
        except httpx2.TransportError:
            self.cut += 1
            self.server = self.other
            return None
        if not answer.is_success:
            self.refused.append(
                f"{self.server}: {method} {path} {answer.status_code} {answer.text}"
            )
            return None
        return answer.json()


def first_run_link(labs: Labs) -> str:
    """The path that makes an administrator, as the server that led last printed it; empty before."""
    found = re.findall(r"/sign-in/first-run\?token=\S+", labs.servers["b"].log)
    return str(found[-1]) if found else ""


def ask_for_imports(labs: Labs, client: httpx2.Client) -> list[str]:
    """Inventories with rows that no other has; the ids of their jobs."""
    asked = []
    for number in range(IMPORTS):
        rows = "".join(f"Substance {n};B{number}-{n}\n" for n in range(ROWS))
        file = client.post(
            "/v1/inventory/files?name=a.csv", content=f"name;barcode\n{rows}".encode()
        ).json()
        columns = {one["heading"]: one["field"] for one in file["columns"]}
        mapping = f"store {number}"
        client.put(f"/v1/inventory/mappings/{mapping}", json={"columns": columns})
        request = {"sha256": file["sha256"], "file_name": "a.csv", "mapping": mapping}
        answer = client.post("/v1/inventory/imports", json=request)
        assert answer.status_code == 202, answer.text
        asked.append(answer.json()["job_id"])
    return asked


def running_of(labs: Labs, worker: str) -> bool:
    """Whether a machine for jobs is at one of them."""
    running = labs.lab.store.jobs.find(Query(Is("state", "running"), limit=50)).documents
    pid = labs.workers[worker].process.pid  # type: ignore[union-attr]
    return any(
        job["runner"].startswith(f"{worker},") or job["runner"].endswith(f" {pid}")
        for job in running
        if job["name"] == "import-inventory"
    )


def test_a_server_and_a_worker_may_lose_their_power_at_any_time(labs: Labs):
    labs.start("a")
    labs.start("b")
    sign_in_with_a_link_of_one_at_the_other(labs)
    key = accounts.make_api_key(
        labs.lab, people.add_person(labs.lab, "eve", role="admin")["immutable_id"], "k"
    )
    labs.key = key["key"]
    crowd = [Person(labs, n, server="ab"[n % 2], other="ba"[n % 2]) for n in range(4)]
    over = threading.Event()
    threads = [threading.Thread(target=one.run, args=(over,)) for one in crowd]
    for one in threads:
        one.start()
    with labs.administrator("b") as eve:
        asked = ask_for_imports(labs, eve)
    for name in "cd":
        labs.work(name)
    until(lambda: all(one.figures > 1 for one in crowd), what="a figure for each")
    until(lambda: running_of(labs, "c"), what="a job of c")
    labs.workers["c"].kill()
    labs.servers["a"].kill()
    until(lambda: all(one.server == "b" for one in crowd), what="a move to the other server")
    enough = [one.figures + 2 for one in crowd]
    until(lambda: all(one.figures >= n for one, n in zip(crowd, enough, strict=True)))
    over.set()
    for one in threads:
        one.join()
    check_people(labs, crowd, "b")
    check_jobs(labs, asked)
    labs.start("a")
    check_people(labs, crowd, "a")


def sign_in_with_a_link_of_one_at_the_other(labs: Labs) -> None:
    """A link of one server signs in at the other, and that session is known to both, until it ends."""
    link = until(lambda: first_run_link(labs))
    page = {"X-Requested-With": "datalab"}
    with labs.client("a", **page) as browser:
        assert browser.get(link).status_code == 303
        token = browser.cookies["datalab_session"]
        assert browser.get("/v1/me").json()["role"] == "admin"
        with labs.client("b", Cookie=f"datalab_session={token}", **page) as same:
            assert same.get("/v1/me").json()["role"] == "admin"
            assert same.get("/logout").status_code == 302
        assert browser.get("/v1/me").status_code == 401
    with labs.client("b") as late:
        assert late.get(link).status_code != 303


def check_people(labs: Labs, crowd: list[Person], server: str) -> None:
    """Nothing that was acknowledged is lost; nothing was refused; little was cut off."""
    assert [one.refused for one in crowd] == [[]] * len(crowd)
    assert all(one.cut <= 1 for one in crowd)
    assert sum(one.cut for one in crowd) >= 1
    with labs.administrator(server) as client:
        for one in crowd:
            item = client.get(one.place).json()
            assert one.saved <= int(item["name"]) <= one.tried
            assert set(one.uploaded) <= {file["file_id"] for file in item["files"]}
            for file_id, sha256 in one.uploaded.items():
                content = client.get(f"/v1/files/{file_id}/content").content
                assert hashlib.sha256(content).hexdigest() == sha256


def check_jobs(labs: Labs, asked: list[str]) -> None:
    """Every job is done; what was imported is there once; a schedule's minutes have one job each."""
    jobs = labs.lab.store.jobs
    until(
        lambda: all(jobs.get(Is("immutable_id", one))["state"] in ENDED for one in asked),
        seconds=240,
        what="the end of all imports",
    )
    ended = [jobs.get(Is("immutable_id", one)) for one in asked]
    assert {(job["state"], job["error"]) for job in ended} == {("done", None)}
    assert max(job["attempt"] for job in ended) == 2  # the one that lost its machine
    if labs.workers["c"].network:
        assert {job["runner"].partition(",")[0] for job in ended} <= {"c", "d"}
    rows = Query(Is("type", "starting_materials"), limit=10_000, fields=("barcode",))
    found = labs.lab.store.items.find(rows, scope=Scope.all()).documents
    barcodes = Counter(one["barcode"] for one in found)
    assert barcodes == {f"B{a}-{b}": 1 for a in range(IMPORTS) for b in range(ROWS)}
    backups = Query(Is("name", "create-backup"), limit=100)
    made = until(lambda: jobs.find(backups).documents, what="a backup at the full minute")
    assert len({job["due_at"] for job in made}) == len(made)
    assert "failed" not in {job["state"] for job in made}


@pytest.mark.parametrize("store", ["{folder}/shared"])
def test_servers_may_share_a_folder_instead_of_s3(labs: Labs, tmp_path: Path):
    with ThreadPoolExecutor() as together:
        list(together.map(labs.start, "ab"))
    eve = people.add_person(labs.lab, "eve", role="admin")["immutable_id"]
    labs.key = accounts.make_api_key(labs.lab, eve, "k")["key"]
    one, other = (Person(labs, n, server=name, other="") for n, name in enumerate("ab"))
    for person in (one, other):
        made = person.ask("POST", "/v1/items", json={"type": "samples"})
        person.place = f"/v1/items/{made['refcode']}"
        person.upload(bytes(range(256)) * 4_000)
        person.look()
    assert [person.figures for person in (one, other)] == [1, 1]
    cut_off(labs, one)
    for person in (one, other):
        with labs.administrator("b") as client:
            assert client.get(person.place).status_code == 200
            for file_id in person.uploaded:
                content = client.get(f"/v1/files/{file_id}/content").content
                assert content == bytes(range(256)) * 4_000
    blobs = [path for path in (tmp_path / "shared" / "blobs").rglob("*") if path.is_file()]
    for path in blobs:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.parent.name + path.name
    assert len(blobs) == 3  # one upload, which both made, and a pattern of each


def cut_off(labs: Labs, person: Person) -> None:
    """Send the beginning of a file to a server that loses its power then."""

    def bytes_that_stop() -> Iterator[bytes]:
        for _ in range(50):
            yield bytes(100_000)
        labs.servers[person.server].kill()
        while True:
            yield bytes(100_000)

    with labs.administrator(person.server) as client, pytest.raises(httpx2.TransportError):
        client.post(f"{person.place}/files?name=cut.bin", content=bytes_that_stop())
