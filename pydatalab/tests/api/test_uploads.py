"""Files over HTTP into the file store: forms, raw bodies, and what can be wrong with them."""

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pydatalab.api.uploads import receive
from pydatalab.errors import DatalabError
from pydatalab.files.vault import Vault

LARGEST = 3_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[tuple[str, int]]:
    """A server with one route that takes files in."""
    vault = Vault(folder, LARGEST)

    async def upload(request: Request) -> JSONResponse:
        try:
            received = await receive(request, vault, request.query_params.get("name"))
        except DatalabError as exc:
            return JSONResponse({"error": type(exc).__name__, "message": exc.message}, 400)
        blob = received.blob
        said = {"name": received.name, "sha256": blob.sha256, "md5": blob.md5, "size": blob.size}
        return JSONResponse(said | {"fields": received.fields})

    app = Starlette(routes=[Route("/", upload, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()
    server.should_exit = True
    thread.join()


@pytest.fixture
def client(address: tuple[str, int]) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"http://{address[0]}:{address[1]}") as one:
        yield one


@pytest.mark.parametrize("field", ["file", "files[]", "Anything"])
def test_a_form_may_call_its_file_field_anything(client: httpx2.Client, field: str):
    said = client.post("/", files={field: ("scan.xy", b"abc")}).json()
    assert (said["name"], said["size"]) == ("scan.xy", 3)
    assert said["md5"] == "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321, appendix A.5


def test_other_fields_of_the_form_come_along_wherever_they_stand(client: httpx2.Client):
    form = {"item_id": "S-1", "size": "3", "note": "2θ, µm"}
    said = client.post("/", data=form, files={"file": ("a.xy", b"abc")}).json()
    assert said["fields"] == form
    body = form_body(("file", "a.xy", b"abc"), ("item_id", None, b"S-1"))
    assert post_form(client, body)["fields"] == {"item_id": "S-1"}


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 1_048_576, LARGEST])
def test_the_bytes_of_the_file_arrive_as_they_are(client: httpx2.Client, size: int):
    content = b"\r\n--" + bytes(n % 251 for n in range(size))
    content = content[:size]
    digest = hashlib.sha256(content).hexdigest()
    said = client.post("/", files={"file": ("a.bin", content)}).json()
    assert (said["size"], said["sha256"]) == (size, digest)
    said = client.post("/?name=a.bin", content=content).json()
    assert (said["size"], said["sha256"]) == (size, digest)


def test_bytes_that_look_like_the_end_of_the_form_are_kept(client: httpx2.Client):
    content = b"--\r\n--edge\n\r\n--edg\r\n\r\n--" * 1000
    assert post_form(client, form_body(("file", "a.xy", content)))["size"] == len(content)


def test_a_form_may_come_a_few_bytes_at_a_time(client: httpx2.Client):
    body = form_body(("item_id", None, b"S-1"), ("file", "a.xy", b"0123456789" * 30))
    for step in (1, 3, 50):
        pieces = (body[start : start + step] for start in range(0, len(body), step))
        said = client.post(
            "/", content=pieces, headers={"content-type": "multipart/form-data; boundary=edge"}
        ).json()
        assert (said["size"], said["fields"]) == (300, {"item_id": "S-1"})


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="file"; filename="β-Ni(OH)₂.xy"', "β-Ni(OH)₂.xy"),
        ("form-data; name=file; filename=plain.xy", "plain.xy"),
        ('form-data; name="file"; filename="a;b \\"c\\".xy"', "a;b _c_.xy"),
        ('form-data; name="file"; filename="%22b%22 100%.xy"', "_b_ 100%.xy"),
        ("form-data; name=\"file\"; filename*=UTF-8''%CE%B2%20phase.xy", "β phase.xy"),
        ('form-data; name="file"; filename="b.xy"; filename*=utf-8\'en\'%CE%B2.xy', "β.xy"),
        ("form-data; filename*=UTF-8''%CE%B2.xy; filename=\"b.xy\"; name=f", "β.xy"),
        ("form-data; name=f; filename*=no-such-code''%CE%B2.xy", "β.xy"),
        ('form-data; name="file"; filename="C:\\\\lab\\\\run 1.raw"', "run 1.raw"),
        ('form-data; name="file"; filename="../../etc/passwd"', "passwd"),
        ('form-data; name="file"; filename=".."', "file"),
    ],
)
def test_names_are_understood_and_made_safe(client: httpx2.Client, disposition: str, name: str):
    body = f"--edge\r\nContent-Disposition: {disposition}\r\n\r\nabc\r\n--edge--\r\n"
    assert post_form(client, body.encode())["name"] == name


def test_a_latin_1_name_is_understood_too(client: httpx2.Client):
    body = form_body(("file", "Ü.xy", b"abc")).replace("Ü".encode(), b"\xdc")
    assert post_form(client, body)["name"] == "Ü.xy"


def test_the_name_of_a_raw_body_comes_from_the_caller(client: httpx2.Client):
    said = client.post("/", params={"name": "β run.mpr"}, content=b"abc").json()
    assert (said["name"], said["size"], said["fields"]) == ("β run.mpr", 3, {})
    assert "?name=" in refused(client.post("/", content=b"abc"), "Invalid")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "stops before its end"),
        (b"nonsense", "cannot be read"),
        (b"--edge--\r\n", "has no file"),
        (b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--edge--', "has no file"),
        (
            b'--edge\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--edge--',
            "has no file",
        ),
        (
            b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
            "stops before",
        ),
    ],
)
def test_a_damaged_form_is_said_to_be_one(client: httpx2.Client, body: bytes, message: str):
    headers = {"content-type": "multipart/form-data; boundary=edge"}
    assert message in refused(client.post("/", content=body, headers=headers), "Invalid")


def test_a_form_with_two_files_too_much_text_or_no_boundary_is_refused(client: httpx2.Client):
    two = {"a": ("a.xy", b"abc"), "b": ("b.xy", b"abc")}
    assert "one at a time" in refused(client.post("/", files=two), "Invalid")
    long = client.post("/", data={"note": "x" * 70_000}, files={"a": ("a.xy", b"abc")})
    assert "'note'" in refused(long, "Invalid")
    many = {str(number): "x" for number in range(101)}
    assert "too many" in refused(client.post("/", data=many, files={"a": ("a", b"b")}), "Invalid")
    headers = {"content-type": "multipart/form-data"}
    assert "boundary" in refused(client.post("/", content=b"abc", headers=headers), "Invalid")


def test_too_large_a_file_is_refused_however_it_comes(client: httpx2.Client, folder: Path):
    content = bytes(LARGEST + 1)
    assert "3 MB" in refused(client.post("/", files={"file": ("a", content)}), "TooLarge")
    assert "3 MB" in refused(client.post("/?name=a", content=content), "TooLarge")
    pieces = (content[start : start + 500_000] for start in range(0, len(content), 500_000))
    assert "3 MB" in refused(client.post("/?name=a", content=pieces), "TooLarge")
    assert not list((folder / "incoming").iterdir())


def test_too_large_a_file_is_refused_before_its_bytes_come(address: tuple[str, int]):
    with socket.create_connection(address) as connection:
        connection.sendall(
            b"POST /?name=a HTTP/1.1\r\nHost: lab\r\nContent-Length: 5000000\r\n\r\n"
        )
        connection.settimeout(2)
        answer = connection.recv(65_536)
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"] == "TooLarge"


def test_a_client_that_goes_away_leaves_nothing(address: tuple[str, int], folder: Path):
    before = sorted((folder / "blobs").rglob("*"))
    for sent in (b"", b"x" * 10, b"x" * 1_500_000):
        with socket.create_connection(address) as connection:
            head = "POST /?name=a HTTP/1.1\r\nHost: lab\r\nContent-Length: 2000000\r\n\r\n"
            connection.sendall(head.encode() + sent)
            time.sleep(0.1)
    deadline = time.monotonic() + 2
    while list((folder / "incoming").iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert sorted((folder / "blobs").rglob("*")) == before


def form_body(*parts: tuple[str, str | None, bytes]) -> bytes:
    """A form with the boundary ``edge``, of field name, file name and content of each part."""
    body = b""
    for field, name, content in parts:
        said = f'form-data; name="{field}"' + (f'; filename="{name}"' if name else "")
        body += f"--edge\r\nContent-Disposition: {said}\r\n\r\n".encode() + content + b"\r\n"
    return body + b"--edge--\r\n"


def post_form(client: httpx2.Client, body: bytes) -> dict[str, object]:
    headers = {"content-type": "multipart/form-data; boundary=edge"}
    answer = client.post("/", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(answer: httpx2.Response, kind: str) -> str:
    """The message of an answer that refuses."""
    assert answer.json()["error"] == kind
    return str(answer.json()["message"])
