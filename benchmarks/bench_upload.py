"""Is an upload as quick as its bytes can be written and their digests taken? Is memory flat?"""

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.table import Row

SIZE = 1_000_000_000
CHUNK = 1024 * 1024

SERVER = """
import socket, sys
from pathlib import Path
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from pydatalab.api.uploads import receive
from pydatalab.files.vault import Vault

vault = Vault(Path(sys.argv[1]), largest=10**10)

async def upload(request):
    received = await receive(request, vault)
    return PlainTextResponse(received.blob.sha256)

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
app = Starlette(routes=[Route("/", upload, methods=["POST"])])
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run([listener])
"""

HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"


def run() -> list[Row]:
    """Upload 1 GB once, and do the same by hand before and after."""
    chunk = os.urandom(CHUNK)
    with tempfile.TemporaryDirectory() as folder, server(Path(folder, "files")) as (pid, port):
        upload(port, chunk, CHUNK * 8)
        before = memory(pid)
        by_hand = plain_loop(Path(folder), chunk, SIZE)
        uploaded = upload(port, chunk, SIZE)
        by_hand = min(by_hand, plain_loop(Path(folder), chunk, SIZE))
        grown = memory(pid) - before
    return [
        Row("1 GB written and digested by a plain loop", by_hand, "s"),
        Row("1 GB uploaded as a form", uploaded, "s"),
        Row("time of the upload, of the plain loop's", uploaded / by_hand, "×", 2.0),
        Row("memory that the server took for it", grown / 1e6, "MB", 32),
    ]


def plain_loop(folder: Path, chunk: bytes, size: int) -> float:
    """Seconds to write that many bytes and take their digests, one after the other."""
    md5, sha256 = hashlib.md5(), hashlib.sha256()
    path = folder / "plain"
    begun = time.perf_counter()
    with path.open("wb") as file:
        for start in range(0, size, len(chunk)):
            part = chunk[: size - start]
            md5.update(part)
            sha256.update(part)
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    taken = time.perf_counter() - begun
    path.unlink()
    return taken


def upload(port: int, chunk: bytes, size: int) -> float:
    """Seconds until the server has them for good."""
    length = len(HEAD) + size + len(TAIL)
    head = (
        f"POST / HTTP/1.1\r\nHost: lab\r\nContent-Length: {length}\r\n"
        "Content-Type: multipart/form-data; boundary=edge\r\nConnection: close\r\n\r\n"
    )
    begun = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + HEAD)
        for start in range(0, size, len(chunk)):
            connection.sendall(memoryview(chunk)[: size - start])
        connection.sendall(TAIL)
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return time.perf_counter() - begun


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, int]]:
    """A server with one route for uploads: its process id and port."""
    command = [sys.executable, "-c", SERVER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.pid, int(process.stdout.readline())
        finally:
            process.terminate()


def memory(pid: int) -> int:
    """The most bytes that a process had so far."""
    said = Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1]
    return int(said.split()[0]) * 1024
