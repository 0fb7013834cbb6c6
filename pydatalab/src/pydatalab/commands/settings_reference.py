"""The table of settings as a page, made from ``config``."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from pydatalab.commands.described import printed_by
from pydatalab.config import OF_GUNICORN, PREFIX, WITHOUT_PREFIX, Config
from pydatalab.models.remotes import RemoteFilesystem
from pydatalab.models.strategies import Retention, Strategy
from pydatalab.settings.declared import MAIL_PASSWORD, WITHOUT_EFFECT, MailSettings
from pydatalab.settings.kinds import unit_of

OPENING = f"""# Settings

<!-- Written by `pydatalab dev.write-settings`; do not edit. -->

A setting is looked for in three places, and the first that has it counts:

1. the environment, with `{PREFIX}` before its name: `{PREFIX}SESSION_LIFETIME=24`;
2. the file `.env` in the working folder, written alike;
3. the file that `{PREFIX}CONFIG_FILE` names, without the prefix: JSON, or YAML where it ends in `.yaml` or `.yml`.

Lists and maps are JSON in the first two. A name that nobody knows or a value that cannot be stops the start with a sentence
that says which; so does a configuration file that is not there. Names that start with `{PREFIX}TEST_` are left alone.
`pydatalab config show` prints every setting that is in force, and where it comes from; [the doctor](../how-to/doctor.md) looks for
mistakes in them.
"""

TABLE_HEAD = "| name | holds | unit | by default |\n| --- | --- | --- | --- |"


def page() -> str:
    """The whole page, as Markdown."""
    return printed_by(__name__)


def _described() -> str:
    lines = [
        OPENING,
        *_table(Config, without={*WITHOUT_EFFECT, MAIL_PASSWORD}),
        "\nOf `FILE_DIRECTORY` the spelling `FILES_DIRECTORY` is understood, too.",
        "\n## Accepted, without effect\n",
        "Configurations of existing labs may have these. This version takes them, says at its start that they do",
        "nothing, and:\n",
        "| name | holds | by default | instead |\n| --- | --- | --- | --- |",
        *(f"| `{name}` | {_text(Config.model_fields[name])} | {_default(Config.model_fields[name])} | {why} |" for name, why in WITHOUT_EFFECT.items()),
        "\n`EMAIL_AUTH_SMTP_SETTINGS` is a map of:\n",
        *_table(MailSettings),
        "\n`REMOTE_FILESYSTEMS` is a list of maps of:\n",
        *_table(RemoteFilesystem),
        "\n`BACKUP_STRATEGIES` is a map of names to maps of what follows; "
        "[how to back up](../how-to/back-up.md) says more:\n",
        *_table(Strategy),
        "\n`retention` as a map:\n",
        *_table(Retention),
        "\n## Without the prefix\n",
        "Set in the environment as they are; this version uses `MAIL_PASSWORD` of them:",
        ", ".join(f"`{name}`" for name in WITHOUT_PREFIX) + ".",
        "\nWhere gunicorn serves, as in containers, it takes from the environment:\n",
        "| name | holds |\n| --- | --- |",
        *(f"| `{name}` | {what} |" for name, what in OF_GUNICORN.items()),
        "\nThe page's container has settings of its own, all of which begin with `VUE_APP_`:"
        " see [the deployment guide](../how-to/deploy.md#settings).",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _table(model: type[Any], without: Any = ()) -> Iterator[str]:
    """A row for each field of a model."""
    yield TABLE_HEAD
    for name, field in model.model_fields.items():
        if name not in without:
            yield f"| `{name}` | {_text(field)} | {unit_of(field)} | {_default(field)} |"


def _text(field: FieldInfo) -> str:
    return " ".join((field.description or "").replace("``", "`").split())


def _default(field: FieldInfo) -> str:
    """What holds where nothing is set."""
    if field.is_required():
        return "must be set"
    if field.default in (None, "", ()):
        return "nothing"
    default = str(field.default) if isinstance(field.default, Path) else field.default
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


if __name__ == "__main__":
    sys.stdout.buffer.write(_described().encode())
