"""datalab behind a real nginx or Caddy, as the examples in ``deploy/`` have it, for tests."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
PYDATALAB = Path(sys.executable).parent / "pydatalab"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
CADDY = shutil.which("caddy")

PAGE_NAME = "lab.example"
API_NAME = "api.lab.example"
FROM_THE_PAGE = {"X-Requested-With": "datalab"}


@dataclass(frozen=True)
class Ports:
    """Where everything listens."""

    tls: int
    plain: int
    api: int
    page: int


@dataclass
class Deployed:
    """A lab as it is reached from outside."""

    proxy: str
    """``nginx`` or ``caddy``."""
    hands_over: bool
    """Whether nginx sends files itself."""
    ports: Ports
    data: Path
    printed: Path
    trusted: ssl.SSLContext
    name: str = API_NAME
    """Of the API."""
    base: str = ""
    """Path before those of the API."""

    @property
    def page(self) -> str:
        return f"https://{PAGE_NAME}:{self.ports.tls}"

    @property
    def api(self) -> str:
        return f"https://{self.name}:{self.ports.tls}{self.base}"

    @property
    def files(self) -> Path:
        return self.data / "files"

    def client(self, **headers: str) -> httpx2.Client:
        """Somebody who calls the API from outside."""
        return httpx2.Client(
            base_url=self.api, headers=headers, verify=self.trusted, timeout=60, trust_env=False
        )

    def command(self, *words: str, **settings: str) -> str:
        """What a task of ``pydatalab`` beside the server prints."""
        environment = {**_environment(self.data), **settings}
        done = subprocess.run(
            [PYDATALAB, *words], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def key(self, name: str, role: str = "user") -> str:
        """The API key of a new person."""
        mail = f"{name.lower()}@lab.example"
        person = ("--display-name", name, "--contact-email", mail, "--role", role)
        self.command("admin.create-user", *person)
        return self.command("admin.create-api-key", "--contact-email", mail, "--name", "k").split()[
            -1
        ]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as stack:
        found = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in found]


def make_certificates(folder: Path) -> None:
    """Put a certificate for all names into a folder, and the throw-away authority that it comes from."""
    names = f"subjectAltName=DNS:{PAGE_NAME},DNS:{API_NAME}"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    own = ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Throw-away authority"]
    theirs = [
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-keyout",
        "privkey.pem",
        "-out",
        "fullchain.pem",
    ]
    _run([*made, *own, "-addext", "keyUsage=critical,keyCertSign"], folder)
    _run(
        [
            *made,
            *theirs,
            "-subj",
            f"/CN={PAGE_NAME}",
            "-addext",
            names,
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ],
        folder,
    )


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def deployed(
    proxy: str,
    example: str,
    folder: Path,
    certificates: Path,
    *,
    hands_over: bool = False,
    page: int | None = None,
    **settings: str,
) -> Iterator[Deployed]:
    """A lab behind a proxy, until the end of the block.

    Args:
        proxy: ``nginx`` or ``caddy``.
        example: which of its examples: ``two-names``, ``one-name`` or ``sub-path``.
        folder: for all that they write.
        certificates: the folder with those.
        hands_over: whether nginx sends files itself.
        page: port where the page's container listens.
        settings: more settings of datalab.
    """
    if not {"nginx": NGINX, "caddy": CADDY}[proxy]:
        pytest.skip(f"{proxy} is not installed")
    ports = Ports(*free_ports(4)) if page is None else Ports(*free_ports(3), page)
    trusted = ssl.create_default_context(cafile=certificates / "ca.pem")
    base = "/api" if example == "sub-path" else ""
    name = API_NAME if example == "two-names" else PAGE_NAME
    log = folder / "datalab.log"
    lab = Deployed(proxy, hands_over, ports, folder / "data", log, trusted, name, base)
    told = {
        "PYDATALAB_APP_URL": lab.page,
        "PYDATALAB_BEHIND_REVERSE_PROXY": "true",
        "PYDATALAB_USE_X_ACCEL_REDIRECT": str(hands_over).lower(),
        "PYDATALAB_ROOT_PATH": base or "/",
        **settings,
    }
    serve = [str(PYDATALAB), "serve", "--port", str(ports.api)]
    start = _nginx if proxy == "nginx" else _caddy
    command, more = start(example, ports, folder, certificates)
    with (
        _running(serve, lab.printed, _environment(lab.data) | told, ports.api),
        _running(command, folder / f"{proxy}.log", os.environ | more, ports.tls),
    ):
        yield lab


@contextmanager
def unproxied(folder: Path, **settings: str) -> Iterator[Deployed]:
    """A lab that no proxy stands before, until the end of the block."""
    ports = Ports(*free_ports(4))
    lab = Deployed(
        "", False, ports, folder / "data", folder / "datalab.log", ssl.create_default_context()
    )
    serve = [str(PYDATALAB), "serve", "--port", str(ports.api)]
    with _running(serve, lab.printed, _environment(lab.data) | settings, ports.api):
        yield lab


def _environment(data: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYDATALAB_")}
    return {**kept, "PYDATALAB_DATA_DIRECTORY": str(data)}


def _nginx(
    example: str, ports: Ports, folder: Path, certificates: Path
) -> tuple[list[str], Mapping[str, str]]:
    """How nginx is run with an example; only ports and paths in it are others."""
    settings = folder / "nginx"
    (settings / "snippets").mkdir(parents=True)
    for name in ("datalab-proxy", "datalab-tls", "datalab-x-accel"):
        given = (DEPLOY / "nginx" / f"{name}.conf").read_text()
        (settings / "snippets" / f"{name}.conf").write_text(
            _placed(given, ports)
            .replace("/etc/ssl/lab", str(certificates))
            .replace("/srv/datalab-files", str(folder / "data" / "files"))
        )
    site = _placed((DEPLOY / "nginx" / f"{example}.conf").read_text(), ports)
    site = site.replace("listen 443", f"listen 127.0.0.1:{ports.tls}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{ports.plain};")
    (settings / "site.conf").write_text(site)
    temporary = "".join(
        f"{kind}_temp_path {settings}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (settings / "nginx.conf").write_text(
        f"daemon off; pid {settings}/pid; error_log stderr; {'user root;' if os.getuid() == 0 else ''}"
        f"events {{}} http {{ access_log off; {temporary} include site.conf; }}"
    )
    return [str(NGINX), "-p", str(settings), "-c", str(settings / "nginx.conf"), "-e", "stderr"], {}


def _caddy(
    example: str, ports: Ports, folder: Path, certificates: Path
) -> tuple[list[str], Mapping[str, str]]:
    """How Caddy is run with an example; only ports and the certificate in it are others."""
    settings = folder / "caddy"
    settings.mkdir(parents=True)
    shared = _placed((DEPLOY / "caddy" / "datalab.caddy").read_text(), ports)
    ours = f"(lab_site) {{\n\ttls {certificates}/fullchain.pem {certificates}/privkey.pem"
    (settings / "datalab.caddy").write_text(shared.replace("(lab_site) {", ours))
    listening = (
        f"{{\n\tadmin off\n\tdefault_bind 127.0.0.1\n"
        f"\thttp_port {ports.plain}\n\thttps_port {ports.tls}\n}}\n"
    )
    site = _placed((DEPLOY / "caddy" / f"{example}.Caddyfile").read_text(), ports)
    (settings / "Caddyfile").write_text(listening + site)
    homes = {name: str(settings) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    return [str(CADDY), "run", "--config", str(settings / "Caddyfile")], homes


def _placed(example: str, ports: Ports) -> str:
    return example.replace("127.0.0.1:5001", f"127.0.0.1:{ports.api}").replace(
        "127.0.0.1:8081", f"127.0.0.1:{ports.page}"
    )


@contextmanager
def _running(
    command: list[str], log: Path, environment: Mapping[str, str], port: int
) -> Iterator[None]:
    """A process that listens on a port, until the end of the block."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=dict(environment), stdout=output, stderr=subprocess.STDOUT, cwd=log.parent
        )
    try:
        _until_it_listens(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    raise TimeoutError(log.read_text())


def first_link(lab: Deployed) -> str:
    """Path of the link that makes an administrator, as the start printed it."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if found := re.search(r"/sign-in/first-run\?token=\S+", lab.printed.read_text()):
            return found[0]
        time.sleep(0.05)
    raise TimeoutError(lab.printed.read_text())
