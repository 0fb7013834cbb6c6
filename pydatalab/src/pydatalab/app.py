"""Puts a lab together from its settings, and what runs beside it."""

import logging
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydatalab.compute.cache import Cache
from pydatalab.compute.figures import Compute
from pydatalab.compute.workers import Workers
from pydatalab.config import Config
from pydatalab.databases import data_folder, store_of
from pydatalab.files.remotes.browser import RemoteFolders
from pydatalab.files.secret_key import kept_key
from pydatalab.files.sftp_keys import SSHKeys
from pydatalab.files.vault import Vault
from pydatalab.jobs.bell import NoBell, RedisBell
from pydatalab.jobs.queue import Handler
from pydatalab.jobs.runner import Runner
from pydatalab.jobs.schedule import Schedule
from pydatalab.lab import BackupPlan, Lab
from pydatalab.settings.declared import SECRETS
from pydatalab.store.versions import require_known
from pydatalab.watch.logs import LogSettings, write_logs
from pydatalab.watch.measures import Measures

if TYPE_CHECKING:
    from pydatalab.mail import Mailer

log = logging.getLogger(__name__)

PAGE = Path(__file__).parents[3] / "webapp" / "dist"
"""The built page, in a checkout."""

ONE_JOB = (sys.executable, "-m", "pydatalab.commands.one_job")
"""What runs one job, in a process of its own."""

VERSION_LOOKED_EVERY = 5.0
"""Seconds between two looks at whether a newer datalab has taken the database over."""

_MAINTENANCE = "pydatalab.services.maintenance.handlers"
_INVENTORY = "pydatalab.services.inventory.handlers"

HANDLERS: Mapping[str, Handler] = {
    "check-items": Handler("pydatalab.api.checking:check_items", alone=True, repeatable=True),
    "check-files": Handler("pydatalab.commands.repairs:check_files", alone=True, repeatable=True),
    "list-unused-blobs": Handler(f"{_MAINTENANCE}:list_unused_blobs", alone=True, repeatable=True),
    "remove-unused-blobs": Handler(
        f"{_MAINTENANCE}:remove_unused_blobs", alone=True, repeatable=True
    ),
    "rebuild": Handler(f"{_MAINTENANCE}:rebuild_all", alone=True, repeatable=True),
    "show-space": Handler(f"{_MAINTENANCE}:show_space", alone=True, repeatable=True),
    "create-backup": Handler("pydatalab.backups.handlers:create_backup", repeatable=True),
    "verify-backup": Handler("pydatalab.backups.handlers:verify_backup", repeatable=True),
    "drill-backup": Handler("pydatalab.commands.drills:drill_backups", alone=True),
    "import-inventory": Handler(f"{_INVENTORY}:import_inventory", repeatable=True),
    "undo-import": Handler(f"{_INVENTORY}:undo_import", repeatable=True),
    "merge-people": Handler("pydatalab.services.merging:run_merge", repeatable=True),
    "follow-remote-files": Handler(
        "pydatalab.services.following:follow", alone=True, repeatable=True
    ),
    "copy-remote-file": Handler("pydatalab.services.remote_copies:copy", repeatable=True),
    "restore-from-backup": Handler("pydatalab.backups.handlers:restore_item"),
}
"""What does the jobs of each name; loaded where a job runs."""

LOOK_FOR_UNUSED = Schedule("look for unused files", "17 3 * * 0", "list-unused-blobs")
"""Notes each week what no file refers to: the days of grace before a removal count from then."""


def schedules_of(config: Config) -> tuple[Schedule, ...]:
    """The jobs that are made by themselves."""
    strategies = config.BACKUP_STRATEGIES or {}
    backups = [
        Schedule(f"backup {name}", strategy.frequency, "create-backup", {"strategy": name})
        for name, strategy in strategies.items()
        if strategy.active and strategy.frequency
    ]
    if config.BACKUP_DRILL_FREQUENCY and any(one.active for one in strategies.values()):
        backups.append(Schedule("drill of backups", config.BACKUP_DRILL_FREQUENCY, "drill-backup"))
    often = config.REMOTE_LIVE_FREQUENCY if config.REMOTE_FILESYSTEMS else None
    live = (Schedule("follow remote files", often, "follow-remote-files"),) if often else ()
    return (*backups, *live, LOOK_FOR_UNUSED)


@contextmanager
def open_lab(
    config: Config,
    *,
    working: bool = False,
    adopting: bool = False,
    measures: Measures | None = None,
) -> Iterator[Lab]:
    """The lab of these settings, open until the end of the block.

    Args:
        config: the settings.
        working: whether to start the workers that read files at once, for a server.
        adopting: whether its MongoDB database is about to be adopted in place.
        measures: where a server measures itself.

    Raises:
        Unavailable: the data folder or the database cannot be used.
    """
    with ExitStack() as opened:
        lab, workers = _put_together(config, opened, adopting, measures or Measures())
        if working:
            workers.start()
        if not adopting:
            _bring_up(lab)
        yield lab


def _put_together(
    config: Config, opened: ExitStack, adopting: bool, measures: Measures
) -> tuple[Lab, Workers]:
    """A lab, and its workers, which have not started; what it holds open is closed with ``opened``."""
    data = data_folder(config)
    vault = Vault(
        config.file_store,
        config.MAX_CONTENT_LENGTH,
        nearby=data / "nearby",
        largest_nearby=config.MAX_NEARBY_SIZE,
    )
    store = opened.enter_context(closing(store_of(config, adopting=adopting)))
    workers = opened.enter_context(closing(_workers_of(config, data)))
    keys = SSHKeys(config.SSH_KEY_FILE, config.SSH_KNOWN_HOSTS)
    remotes = opened.enter_context(closing(_remotes_of(config, keys)))
    cache = Cache(data / "cache", config.MAX_CACHE_SIZE)
    lab = Lab(
        store=store,
        vault=vault,
        compute=Compute(vault, workers, cache, config.MAX_COMPUTE_SECONDS, measures),
        folder=data,
        prefix=config.IDENTIFIER_PREFIX,
        largest_batch=config.MAX_BATCH_CREATE_SIZE,
        session_hours=config.SESSION_LIFETIME,
        secret_key=config.SECRET_KEY or kept_key(data),
        metadata=config.DEPLOYMENT_METADATA or {},
        schedules=schedules_of(config),
        bell=bell_of(config) or NoBell(),
        keys=keys,
        remotes=remotes,
        live_hours=config.REMOTE_LIVE_HOURS if config.REMOTE_LIVE_FREQUENCY else 0,
        mail=mailer_of(config),
        backup_plan=_backup_plan_of(config),
        measures=measures,
        metrics_token=config.METRICS_TOKEN,
    )
    return lab, workers


def _workers_of(config: Config, data: Path) -> Workers:
    return Workers(
        data / "workers",
        count=config.WORKERS,
        memory=config.MAX_COMPUTE_MEMORY,
        log_settings=log_settings(config).as_text(),
    )


def _remotes_of(config: Config, keys: SSHKeys) -> RemoteFolders:
    return RemoteFolders(
        config.REMOTE_FILESYSTEMS,
        keys,
        oldest=config.REMOTE_CACHE_MAX_AGE * 60,
        youngest=config.REMOTE_CACHE_MIN_AGE * 60,
    )


def _backup_plan_of(config: Config) -> BackupPlan:
    return BackupPlan(
        strategies=config.BACKUP_STRATEGIES or {},
        settings=config.without_secrets(),
        drill_folder=config.BACKUP_DRILL_DIRECTORY,
        identity_file=config.BACKUP_IDENTITY_FILE,
        page=(config.APP_URL or "").rstrip("/"),
    )


def say_what_does_nothing(config: Config) -> None:
    """Name settings without effect in the log: a server does once, however many processes serve.

    Commands and jobs do not: whoever calls them each day would read it each day.
    """
    for name, instead in config.without_effect.items():
        log.warning("The setting %s has no effect here: %s.", name, instead)
    for name, address in letters_to_nobody(config).items():
        log.warning(
            "No letters of the backup %s will reach %s: EMAIL_AUTH_SMTP_SETTINGS is not set.",
            name, address,
        )  # fmt: skip


def _bring_up(lab: Lab) -> None:
    """Bring the lab to the versions of this datalab, if an older one wrote it."""
    if lab.store.read_versions().is_of(lab.store.layout):
        return
    from pydatalab.backups import before_upgrade  # hardly any start pays for it
    from pydatalab.migrations.upgrade import upgrade

    upgrade(lab, lambda found: before_upgrade.keep(lab, found.documents))


def wait_until_over(lab: Lab, over: threading.Event) -> None:
    """Wait, while others work with an open lab, until it is over.

    Raises:
        Unavailable: a newer datalab has upgraded the lab meanwhile: what we wrote, it could not read.
    """
    while not over.wait(VERSION_LOOKED_EVERY):
        try:
            found = lab.store.read_versions()
        except Exception as exc:  # of which requests tell: nobody stops serving for it
            log.debug("The versions of the database cannot be read: %s", exc)
            continue
        require_known(found, lab.store.layout)


def letters_to_nobody(config: Config) -> dict[str, str]:
    """Addresses that strategies are to write to, by their names, where no letters go out."""
    if config.EMAIL_AUTH_SMTP_SETTINGS is not None:
        return {}
    return {
        name: strategy.notification_email_address
        for name, strategy in (config.BACKUP_STRATEGIES or {}).items()
        if strategy.active and strategy.notification_email_address
    }


def mailer_of(config: Config) -> "Mailer | None":
    """What sends letters, where the settings name a server for them."""
    mail = config.EMAIL_AUTH_SMTP_SETTINGS
    if mail is None:
        return None
    from pydatalab.mail import Mailer  # a lab that sends no letters never pays for it

    return Mailer(
        host=mail.MAIL_SERVER,
        port=mail.MAIL_PORT,
        sender=mail.MAIL_DEFAULT_SENDER or mail.MAIL_USERNAME,
        username=mail.MAIL_USERNAME,
        password=config.MAIL_PASSWORD or "",
        encrypted=mail.MAIL_USE_TLS,
    )


def bell_of(config: Config) -> RedisBell | None:
    """What tells of new jobs, where the settings name a Redis for it.

    Raises:
        Invalid: they name none.
    """
    if config.REDIS_URI is None:
        return None
    return RedisBell(config.REDIS_URI, config.IDENTIFIER_PREFIX)


@contextmanager
def running_jobs(lab: Lab, config: Config, *, at_once: int = 2) -> Iterator[Runner]:
    """Run the jobs of a lab, so many at once, until the end of the block."""
    told = {"config": config.model_dump(mode="json", exclude_unset=True)}
    runner = Runner(
        lab.store,
        HANDLERS,
        ONE_JOB,
        told,
        lab.schedules,
        at_once=at_once,
        bell=lab.bell,
        measures=lab.measures,
    )
    runner.start()
    try:
        yield runner
    finally:
        runner.close()


def log_to(config: Config) -> None:
    """Send the log to the standard error, and to the file that the settings name."""
    write_logs(log_settings(config))


def log_settings(config: Config) -> LogSettings:
    """How the log is written."""
    as_json = config.LOG_FORMAT == "json"
    requests = as_json if config.LOG_REQUESTS is None else config.LOG_REQUESTS
    return LogSettings(
        as_json=as_json,
        file=str(config.LOG_FILE.resolve()) if config.LOG_FILE else None,
        debug=config.DEBUG,
        requests=requests or config.DEBUG,
        report_url=config.ERROR_REPORT_URL,
        secrets=tuple(filter(None, (getattr(config, name) for name in SECRETS))),
    )
