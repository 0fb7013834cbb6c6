"""Settings: those that cannot be used, are weak, have no effect, or were left as they come."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pydatalab.config import PREFIX, Config, settings_given
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.models.words import counted
from pydatalab.settings.declared import WORTH_SETTING
from pydatalab.settings.secrets import can_be_guessed
from pydatalab.settings.sources import variables

PREFIX_FORGOTTEN = frozenset(
    {"MONGO_URI", "FILE_DIRECTORY", "FILES_DIRECTORY", "DATA_DIRECTORY", "SECRET_KEY", "IDENTIFIER_PREFIX",
     "APP_URL", "BEHIND_REVERSE_PROXY", "REMOTE_FILESYSTEMS", "BACKUP_STRATEGIES", "EMAIL_AUTH_SMTP_SETTINGS"}
)  # fmt: skip
"""Names that mean us, though they have no prefix."""

ON_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def refused(reason: str) -> Iterator[Finding]:
    """What is said of settings that cannot be used."""
    yield error(
        "settings-refused",
        reason,
        "Correct it where it is set, and start the server again: it does not start like this.",
    )


def examine(look: Look, config: Config) -> Iterator[Finding]:
    """All about settings that can be used."""
    given = settings_given(look.environment, look.folder)
    said = "No setting is set: all are at their defaults."
    if given:
        said = f"Known, and of use as they are: {counted(len(given), 'setting')} that somebody set."
    yield ok("settings-known", said)
    yield from _key(config)
    yield from _left_alone(config)
    yield from _without_effect(config)
    yield from _forgotten(look)
    yield from _addresses(config)
    if config.DEBUG:
        yield warning(
            "debug",
            "DEBUG is on: the log grows fast.",
            "Set it to false, unless you look for a fault.",
        )


def _key(config: Config) -> Iterator[Finding]:
    if config.SECRET_KEY is None:
        yield warning(
            "default-secret-key",
            "SECRET_KEY is still at its default: the server made one, and keeps it in its data folder.",
            f"Keep that folder on a volume, or set {PREFIX}SECRET_KEY to what `openssl rand -base64 48` makes;"
            " several machines need the same one.",
        )
    elif can_be_guessed(config.SECRET_KEY):
        yield error(
            "secret-key-weak",
            "SECRET_KEY can be guessed, and ALLOW_INSECURE_SECRET_KEY lets it pass.",
            "Set one that `openssl rand -base64 48` makes, and remove ALLOW_INSECURE_SECRET_KEY."
            " Everybody signs in again then.",
        )
    else:
        yield ok("secret-key", "SECRET_KEY is strong.")


def _left_alone(config: Config) -> Iterator[Finding]:
    for name, why in WORTH_SETTING.items():
        if name not in config.model_fields_set:
            yield warning(
                f"default-{name.lower().replace('_', '-')}",
                f"{name} is still at its default ({getattr(config, name) or 'nothing'}).",
                f"Set {PREFIX}{name}: it {why}.",
            )


def _without_effect(config: Config) -> Iterator[Finding]:
    for name, instead in config.without_effect.items():
        yield warning(
            f"without-effect-{name.lower().replace('_', '-')}",
            f"{name} has no effect here: {instead}.",
            f"Remove {PREFIX}{name} from where it is set.",
        )


def _forgotten(look: Look) -> Iterator[Finding]:
    """Names in the environment and in ``.env`` that mean us, and are not taken for ours."""
    found = variables(look.environment, look.folder / ".env")
    for name, given in sorted(found.items()):
        upper = name.upper()
        ours = upper if upper.startswith(PREFIX) else PREFIX + upper
        is_meant = name in PREFIX_FORGOTTEN or (name != upper and ours == upper)
        if is_meant and ours not in found:
            where = "the environment" if given.source == "environment" else given.place
            yield warning(
                "prefix-forgotten",
                f"{name} is set in {where}, and read by nobody.",
                f"If it is meant for datalab, call it {ours}.",
            )


def _addresses(config: Config) -> Iterator[Finding]:
    if not config.APP_URL:
        return
    parts = urlsplit(config.APP_URL)
    if parts.scheme == "http" and parts.hostname not in ON_THIS_MACHINE:
        yield warning(
            "app-url-insecure",
            f"APP_URL is {config.APP_URL}: sessions and files travel unencrypted.",
            "Give the page a certificate by a web server in front (docs/how-to/deploy.md), and let"
            f" {PREFIX}APP_URL begin with https://.",
        )


def places_of(config: Config) -> dict[str, Path]:
    """Folders that a server with these settings writes to, by what is kept there."""
    found = {"data": config.DATA_DIRECTORY}
    if "://" not in config.file_store:
        found["uploads"] = Path(config.file_store)
    if config.LOG_FILE:
        found["the log"] = config.LOG_FILE.parent
    for name, strategy in (config.BACKUP_STRATEGIES or {}).items():
        if strategy.active and "://" not in strategy.url:
            found[f"backups ({name})"] = Path(strategy.url).expanduser()
    if config.BACKUP_DRILL_DIRECTORY:
        found["drills"] = config.BACKUP_DRILL_DIRECTORY
    return {what: place.resolve() for what, place in found.items()}
