"""A lab's own compose file, compared with what our images read, write and listen to."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from pydatalab import __version__
from pydatalab.config import CONFIG_FILE, DEFAULTS_FILE, OTHER_SPELLING, PREFIX, Config
from pydatalab.doctor.compose_file import Service, read
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.doctor.releases import new_since
from pydatalab.settings.sources import FREE, nearest

VERSION_MARK = "x-datalab-version"
"""Key of a compose file that says for which release it was written."""

PLACES = {
    "FILE_DIRECTORY": "/app/files",
    "DATA_DIRECTORY": "/app/data",
    "LOG_FILE": "/logs",
    "": "/backups",
}
"""Folders that the API's image writes to, by the settings that move them."""

READ = ("/app/config.json", "/app/defaults.json", "/app/pydatalab", "/etc", "/run", "/var/run")
"""What it reads besides, and where hosts lend out sockets and secrets."""

WHAT = {
    "FILE_DIRECTORY": "uploads",
    "DATA_DIRECTORY": "the secret key, finished plots and, without MongoDB, all documents",
    "LOG_FILE": "logs",
    "": "backups",
}

API_PORT, PAGE_PORT = "5001", "8081"
DATABASE_PLACE = "/data/db"
BUILD_ARGUMENTS = ("WEB_CONCURRENCY",)
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
            f"The compose file {look.compose} cannot be read: {getattr(exc, 'strerror', None) or exc}.",
            "Give the path of one as this machine sees it, or pipe it in: --compose - < docker-compose.prod.yml",
        )
        return
    services = [Service(name, one or {}) for name, one in (said.get("services") or {}).items()]
    found = [finding for service in services for finding in _service(look, service)]
    yield from found
    yield from _new(str(said.get(VERSION_MARK) or ""), services)
    if not any(one.level != "ok" for one in found):
        yield ok("compose", f"All {len(services)} services of {look.compose} go with our images.")


def _service(look: Look, service: Service) -> Iterator[Finding]:
    if service.image == "server":
        yield from _settings(service)
        yield from _volumes(service)
        yield from _ports(service, service.environment.get("PORT") or API_PORT)
        yield from _arguments(look, service)
    elif service.image == "app":
        yield from _page(service)
        yield from _ports(service, PAGE_PORT)
    elif service.image == "database" and not any(
        _holds(one, DATABASE_PLACE) for one in service.targets
    ):
        yield error(
            "compose-no-volume",
            f"{service.name}: the documents lie inside the container, and vanish with it.",
            f"Mount a volume at {DATABASE_PLACE}.",
        )


def _settings(service: Service) -> Iterator[Finding]:
    known = [*Config.model_fields, OTHER_SPELLING, CONFIG_FILE, DEFAULTS_FILE]
    for full in service.environment:
        name = full.removeprefix(PREFIX)
        if full.startswith(PREFIX) and not full.startswith(FREE) and name not in known:
            yield error(
                "compose-unknown-setting",
                f"{service.name}: there is no setting {full}, and the server does not start with it.",
                f"Did you mean {PREFIX}{nearest(name, known)}?",
            )


def _volumes(service: Service) -> Iterator[Finding]:
    places = _places(service)
    for setting, place in places.items():
        matters = not service.is_development or setting == "FILE_DIRECTORY"
        if matters and not any(_holds(target, place) for target in service.targets):
            weight = _weight(service, setting)
            yield weight(
                "compose-no-volume",
                f"{service.name}: nothing is mounted at {place}, so {WHAT[setting]} are not found again after `docker compose down`.",
                f"Mount a volume at {place}.",
            )
    for target in service.writable:
        if not any(
            _holds(target, one) or _holds(PurePosixPath(one), str(target))
            for one in (*places.values(), *READ)
        ):
            yield warning(
                "compose-volume-unused",
                f"{service.name}: a volume is mounted at {target}, where the server writes nothing.",
                f"Mount it at one of {', '.join(places.values())}; or let FILE_DIRECTORY name it.",
            )


def _weight(service: Service, setting: str) -> Any:
    """How bad it is that something has no volume."""
    is_lost = setting == "FILE_DIRECTORY" or (
        setting == "DATA_DIRECTORY" and f"{PREFIX}MONGO_URI" not in service.environment
    )
    return error if is_lost else warning


def _places(service: Service) -> dict[str, str]:
    """Where the service writes, by the settings that its variables may move."""
    given = service.environment
    places = dict(PLACES)
    files = given.get(f"{PREFIX}FILE_DIRECTORY") or given.get(f"{PREFIX}{OTHER_SPELLING}")
    moved = {"FILE_DIRECTORY": files, "DATA_DIRECTORY": given.get(f"{PREFIX}DATA_DIRECTORY")}
    if log := given.get(f"{PREFIX}LOG_FILE"):
        moved["LOG_FILE"] = str(PurePosixPath(log).parent)
    places |= {name: place for name, place in moved.items() if place and "$" not in place}
    if f"{PREFIX}BACKUP_STRATEGIES" in given:
        del places[""]
    return {name: place for name, place in places.items() if "://" not in place}


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
        if name not in BUILD_ARGUMENTS:
            yield warning(
                "compose-argument", f"{service.name}: the build argument {name} is read by nobody.",
                "Remove it; settings of the server go below `environment`.",
            )  # fmt: skip
            continue
        runs = look.environment.get(name) if look.machine.is_ours else None
        if service.environment.get(name) not in (None, "", value):
            yield warning(
                "compose-argument",
                f"{service.name}: the build argument {name}={value} has no effect, since its environment says"
                f" {service.environment[name]}.",
                "Keep one of the two.",
            )
        elif runs and value.isdigit() and runs != value:
            yield warning(
                "compose-argument",
                f"{service.name}: the build argument {name} is {value}, but the container runs with {runs}.",
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
    told = PAGE_SETTINGS[0] in given or service.said.get("env_file")
    if not told and not service.is_development:
        yield error(
            "compose-page-address",
            f"{service.name}: {PAGE_SETTINGS[0]} is not set, and the page does not start without it.",
            f"Set {PAGE_SETTINGS[0]} to the address by which browsers reach the API.",
        )


def _new(version: str, services: list[Service]) -> Iterator[Finding]:
    """Settings that nobody who wrote the file could know."""
    given = {name.removeprefix(PREFIX) for one in services for name in one.environment}
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


def _holds(target: PurePosixPath, place: str) -> bool:
    """Whether what lies at a place lies on a volume."""
    return PurePosixPath(place).is_relative_to(target)
