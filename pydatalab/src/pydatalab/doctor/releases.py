"""Which settings came with which release, for files that were written for an older one."""

from collections.abc import Mapping

from pydatalab import __version__
from pydatalab.config import Config

BEFORE = frozenset(
    {"MONGO_URI", "FILE_DIRECTORY", "SECRET_KEY", "IDENTIFIER_PREFIX", "APP_URL", "ROOT_PATH",
     "BEHIND_REVERSE_PROXY", "USE_X_ACCEL_REDIRECT", "SESSION_LIFETIME", "MAX_CONTENT_LENGTH",
     "MAX_BATCH_CREATE_SIZE", "LOG_FILE", "DEBUG", "TESTING", "REMOTE_FILESYSTEMS", "REMOTE_CACHE_MAX_AGE",
     "REMOTE_CACHE_MIN_AGE", "GITHUB_ORG_ALLOW_LIST", "EMAIL_DOMAIN_ALLOW_LIST",
     "EMAIL_AUTO_ACTIVATE_ACCOUNTS", "AUTO_ACTIVATE_ACCOUNTS", "DISABLE_MAGIC_LINK_AUTH",
     "EMAIL_AUTH_SMTP_SETTINGS", "DEPLOYMENT_METADATA", "ASYNC_BLOCK_TYPES", "REFCODE_GENERATOR",
     "ALLOW_INSECURE_SECRET_KEY", "BACKUP_STRATEGIES", "MAIL_PASSWORD"}
)  # fmt: skip
"""Those that the datalab before this one had."""

NEW_IN: Mapping[str, frozenset[str]] = {
    "0.1.0": frozenset(
        {"DATA_DIRECTORY", "MAX_COMPUTE_SECONDS", "MAX_COMPUTE_MEMORY", "MAX_CACHE_SIZE", "MAX_NEARBY_SIZE",
         "WORKERS", "RUN_JOBS", "REDIS_URI", "LOG_FORMAT", "LOG_REQUESTS", "METRICS_TOKEN", "ERROR_REPORT_URL",
         "REMOTE_LIVE_FREQUENCY", "REMOTE_LIVE_HOURS", "BACKUP_DRILL_FREQUENCY", "BACKUP_DRILL_DIRECTORY",
         "BACKUP_IDENTITY_FILE", "SSH_KEY_FILE", "SSH_KNOWN_HOSTS"}
    ),
}  # fmt: skip
"""Those that each release added."""


def new_since(version: str) -> list[str]:
    """The settings that came after a release; all of ours where none is named."""
    return [name for name in Config.model_fields if _came_with(name) > _parts(version)]


def is_later(version: str) -> bool:
    """Whether a release comes after this one."""
    return _parts(version) > _parts(__version__)


def _came_with(name: str) -> tuple[int, ...]:
    """The release that added a setting; what is listed nowhere came with this one."""
    if name in BEFORE:
        return ()
    found = (release for release, names in NEW_IN.items() if name in names)
    return _parts(next(found, __version__))


def _parts(version: str) -> tuple[int, ...]:
    """A version as numbers: 0.10.0 comes after 0.9.1, and v0.1 is 0.1.0."""
    numbers = [int(part) for part in version.removeprefix("v").split(".") if part.isdigit()]
    return (*numbers, *([0] * (3 - len(numbers)))) if numbers else ()
