"""A lab's own compose file, compared with what our images read, write and listen to."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from pydatalab import __version__
from pydatalab.config import (
    CONFIG_FILE,
    DEFAULTS_FILE,
    OF_GUNICORN,
    OTHER_SPELLING,
    PREFIX,
    WITHOUT_PREFIX,
    Config,
)
from pydatalab.doctor.compose_file import STDIN, Service, read
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.doctor.releases import is_later, new_since
from pydatalab.doctor.settings import PREFIX_FORGOTTEN
from pydatalab.models.words import counted
from pydatalab.settings.sources import FREE, meant, nearest

VERSION_MARK = "x-datalab-version"
"""Key of a compose file that says for which release it was written."""

DATA = "the secret key, finished plots and, without MongoDB, all documents"
BACKUPS = "backups"
PLACES = {"uploads": "/app/files", DATA: "/app/data", "logs": "/logs", BACKUPS: "/backups"}
"""Folders that the API's image writes to, by what is kept there."""

READ = ("/app/config.json", "/app/defaults.json", "/app/pydatalab", "/etc", "/run", "/var/run")
"""What it reads besides, and where hosts lend out sockets and secrets."""

UNPREFIXED = frozenset({*WITHOUT_PREFIX, *OF_GUNICORN})
KNOWN = sorted({*Config.model_fields, OTHER_SPELLING, CONFIG_FILE, DEFAULTS_FILE} - UNPREFIXED)
"""Names of settings, less the prefix."""

API_PORT, PAGE_PORT = "5001", "8081"
DATABASE_PLACE = "/data/db"
CONCURRENCY, CMD_ARGS = "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"
PAGE_SETTINGS = tuple(
    f"VUE_APP_{name}"
    for name in (
        "API_URL", "LOGO_URL", "LOGO_WIDTH", "HOMEPAGE_URL", "WEBSITE_TITLE", "EDITABLE_INVENTORY",
        "QR_CODE_RESOLVER_URL", "AUTOMATICALLY_GENERATE_ID_DEFAULT", "UPPY_MAX_NUMBER_OF_FILES",
        "UPPY_MAX_TOTAL_FILE_SIZE", "GIT_VERSION",
    )
)  # fmt: skip


def examine(look: Look) -> Iterator[Finding]:
    """The file that was asked about."""
    if look.compose is None:
        return
    try:
        said = read(look.compose)
    except (OSError, ValueError) as exc:
        yield error(
            "compose-unreadable",
            f"T{_named(look.compose)[1:]} cannot be read: {getattr(exc, 'strerror', None) or exc}.",
            "Give the path of one as this machine sees it, or pipe it in: --compose - < docker-compose.prod.yml",
        )
        return
    services = [Service(name, one or {}) for name, one in (said.get("services") or {}).items()]
    found = [finding for service in services for finding in _service(look, service)]
    yield from found
    yield from _new(str(said.get(VERSION_MARK) or ""), services)
    if not any(one.level != "ok" for one in found):
        yield ok(
            "compose",
            f"With our images go: {counted(len(services), 'service')} of {_named(look.compose)}.",
        )


def _named(file: Path) -> str:
    return "the compose file" if file == STDIN else f"the compose file {file}"


def _service(look: Look, service: Service) -> Iterator[Finding]:
    if service.image == "server":
        yield from _settings(service)
        yield from _volumes(service)
        yield from _ports(service, service.environment.get("PORT") or API_PORT)
        yield from _arguments(look, service)
    elif service.image == "app":
        yield from _page(service)
        yield from _ports(service, PAGE_PORT)
    elif service.image == "database" and not _any_holds(service.kept, DATABASE_PLACE):
        yield error(
            "compose-no-volume",
            f"{service.name}: the documents lie inside the container, and vanish with it.",
            f"Mount a volume at {DATABASE_PLACE}.",
        )


def _settings(service: Service) -> Iterator[Finding]:
    for full in service.environment:
        prefixed, name = full.upper().startswith(PREFIX), full[len(PREFIX) :]
        if full.startswith(FREE) or (full.startswith(PREFIX) and name in KNOWN):
            continue
        if full.startswith(PREFIX):
            yield error(
                "compose-unknown-setting",
                f"{service.name}: there is no setting {full}, and the server does not start with it.",
                f"Did you mean {meant(name, KNOWN, UNPREFIXED)}?",
            )
        elif prefixed or full in PREFIX_FORGOTTEN:
            yield warning(
                "compose-prefix-forgotten",
                f"{service.name}: {full} is read by nobody.",
                f"Did you mean {PREFIX}{nearest(full, KNOWN)}?",
            )


def _volumes(service: Service) -> Iterator[Finding]:
    places = _places(service)
    for what, place in places.items():
        matters = not service.is_development or what == "uploads"
        if matters and not _any_holds(service.kept, place):
            weight = _weight(service, what)
            fleeting = _any_holds(service.writable, place)
            nothing = "nothing that lasts" if fleeting else "nothing"
            yield weight(
                "compose-no-volume",
                f"{service.name}: {nothing} is mounted at {place}, so {what} are not found again after"
                " `docker compose down`.",
                f"Mount {'a folder, or a volume with a name,' if fleeting else 'a volume'} at {place}.",
            )
        elif _any_holds(service.read_only, place):
            yield error(
                "compose-read-only",
                f"{service.name}: what is mounted at {place} cannot be written to, and {what} are kept there.",
                "Remove `ro` or `read_only` from that volume.",
            )
    yield from _unused(service, places)


def _unused(service: Service, places: Mapping[str, str]) -> Iterator[Finding]:
    """Volumes in which nothing lies that is written, or that a setting names."""
    named = " ".join(text for name, text in service.environment.items() if name.startswith(PREFIX))
    used = [*places.values(), *READ, *re.findall(r"(?<![\w:/])/[\w./-]+", named)]
    for target in service.writable:
        if not any(_holds(target, one) or _holds(PurePosixPath(one), str(target)) for one in used):
            yield warning(
                "compose-volume-unused",
                f"{service.name}: a volume is mounted at {target}, where the server writes nothing.",
                f"Mount it at one of {', '.join(places.values())}; or let FILE_DIRECTORY name it.",
            )


def _weight(service: Service, what: str) -> Any:
    """How bad it is that something has no volume."""
    elsewhere = f"{PREFIX}MONGO_URI" in service.environment or service.has_env_file
    return error if what == "uploads" or (what == DATA and not elsewhere) else warning


def _places(service: Service) -> dict[str, str]:
    """Where the service writes, by what is kept there, as far as its variables say."""
    given = service.environment
    files = given.get(f"{PREFIX}FILE_DIRECTORY") or given.get(f"{PREFIX}{OTHER_SPELLING}")
    log = given.get(f"{PREFIX}LOG_FILE")
    moved = {
        "uploads": files,
        DATA: given.get(f"{PREFIX}DATA_DIRECTORY"),
        "logs": log and str(PurePosixPath(log).parent),
    }
    places = PLACES | {what: place for what, place in moved.items() if place and "$" not in place}
    if (strategies := given.get(f"{PREFIX}BACKUP_STRATEGIES")) is not None:
        del places[BACKUPS]
        places |= _backup_places(strategies)
    return {what: place for what, place in places.items() if "://" not in place}


def _backup_places(strategies: str) -> dict[str, str]:
    """Folders that backups go to; none where the setting cannot be read, which the server says itself."""
    with suppress(ValueError, ValidationError):
        found = Config.model_validate({"BACKUP_STRATEGIES": json.loads(strategies)})
        return {
            f"backups ({name})": one.url
            for name, one in (found.BACKUP_STRATEGIES or {}).items()
            if one.active
        }
    return {}


def _ports(service: Service, listened: str) -> Iterator[Finding]:
    for port in service.ports:
        if port.isdigit() and port != listened:
            yield error(
                "compose-port",
                f"{service.name}: port {port} of the container is published, where nothing listens.",
                f'Publish {listened}: "{listened}:{listened}".',
            )


def _arguments(look: Look, service: Service) -> Iterator[Finding]:
    for name, value in service.arguments.items():
        if name != CONCURRENCY:
            yield warning(
                "compose-argument", f"{service.name}: the build argument {name} is read by nobody.",
                "Remove it; settings of the server go below `environment`.",
            )  # fmt: skip
            continue
        if (not value.isdigit() and "$" not in value) or value == "0":
            yield error(
                "compose-argument",
                f"{service.name}: the build argument {name} must be the number of processes, not {value!r}.",
                f"Give a number of 1 or more: {name}=4.",
            )
        elif instead := _instead(service, value):
            yield warning(
                "compose-argument",
                f"{service.name}: the build argument {name}={value} has no effect, since its environment says"
                f" {instead}.",
                "Keep one of the two.",
            )
        yield from _running(look, service, value)


def _instead(service: Service, value: str) -> str:
    """What of a service's variables counts rather than the number of processes of its image."""
    told = service.environment.get(CONCURRENCY, "")
    words = re.search(r"(?:^|\s)(?:-w|--workers)[ =]?(\d+)", service.environment.get(CMD_ARGS, ""))
    if words and words.group(1) != value:
        return f"{CMD_ARGS}={service.environment[CMD_ARGS]}"
    return told if told not in ("", value) else ""


def _running(look: Look, service: Service, value: str) -> Iterator[Finding]:
    runs = look.environment.get(CONCURRENCY) if look.machine.is_ours else None
    is_told = service.environment.get(CONCURRENCY)
    if runs and not is_told and value.isdigit() and runs != value:
        yield warning(
            "compose-argument",
            f"{service.name}: the build argument {CONCURRENCY} is {value}, but the container runs with {runs}.",
            f"Build the image again, and start it: `docker compose build {service.name}`.",
        )


def _page(service: Service) -> Iterator[Finding]:
    given = service.environment
    for name in service.arguments:
        if name.startswith("VUE_APP_"):
            yield warning(
                "compose-argument",
                f"{service.name}: {name} as a build argument has no effect.",
                "Set it below `environment`: the page reads it when its container starts.",
            )
    for name in given:
        if name.startswith("VUE_APP_") and name not in PAGE_SETTINGS:
            yield warning(
                "compose-unknown-setting",
                f"{service.name}: the page has no setting {name}.",
                f"Did you mean {nearest(name, PAGE_SETTINGS)}?",
            )
    told = PAGE_SETTINGS[0] in given or service.has_env_file
    if not told and not service.is_development:
        yield error(
            "compose-page-address",
            f"{service.name}: {PAGE_SETTINGS[0]} is not set, and the page does not start without it.",
            f"Set {PAGE_SETTINGS[0]} to the address by which browsers reach the API.",
        )


def _new(version: str, services: list[Service]) -> Iterator[Finding]:
    """Settings that nobody who wrote the file could know."""
    given = {name.removeprefix(PREFIX) for one in services for name in one.environment}
    if is_later(version):
        yield warning(
            "compose-newer",
            f"The file was written for datalab {version}, and this is {__version__}.",
            f"Check out that release and build its images; or, to stay, use the file of {__version__}.",
        )
    new = [name for name in new_since(version) if name not in given]
    if new:
        written = (
            f"for datalab {version}"
            if version
            else "for the datalab before this one, or does not say for which"
        )
        yield warning(
            "compose-new-settings",
            f"The file was written {written}. Settings that came since, at their defaults: {', '.join(new)}.",
            "See in docs/reference/settings.md whether one concerns you; then note in the file, on a line of its"
            f' own: {VERSION_MARK}: "{__version__}"',
        )


def _any_holds(targets: list[PurePosixPath], place: str) -> bool:
    return any(_holds(target, place) for target in targets)


def _holds(target: PurePosixPath, place: str) -> bool:
    """Whether what lies at a place lies on a volume."""
    return PurePosixPath(place).is_relative_to(target)
