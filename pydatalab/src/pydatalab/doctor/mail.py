"""Letters: whether the mail server lets us in, and what its settings lack."""

from collections.abc import Iterator

from pydatalab.app import letters_to_nobody, mailer_of
from pydatalab.config import Config
from pydatalab.doctor.findings import Finding, error, ok, warning
from pydatalab.doctor.look import Look
from pydatalab.errors import Unavailable
from pydatalab.settings.declared import MAIL_PASSWORD


def examine(look: Look, config: Config) -> Iterator[Finding]:
    """Connect and log in; a letter goes out only where somebody is to get one."""
    mailer, given = mailer_of(config), config.EMAIL_AUTH_SMTP_SETTINGS
    if mailer is None or given is None:
        yield from _none(look, config)
        return
    if not mailer.sender:
        yield error(
            "mail-sender",
            "Letters have no sender.",
            "Set MAIL_DEFAULT_SENDER, or MAIL_USERNAME, in EMAIL_AUTH_SMTP_SETTINGS.",
        )
    if given.MAIL_USERNAME and not config.MAIL_PASSWORD:
        yield error(
            "mail-password",
            f"MAIL_USERNAME is {given.MAIL_USERNAME}, but no {MAIL_PASSWORD} is set.",
            f"Set {MAIL_PASSWORD} in the environment, without prefix.",
        )
        return
    if not given.MAIL_USE_TLS:
        yield warning(
            "mail-unencrypted",
            "Letters, and the password, go to the mail server unencrypted.",
            "Set MAIL_USE_TLS to true in EMAIL_AUTH_SMTP_SETTINGS.",
        )
    where = f"{mailer.host}:{mailer.port}"
    try:
        mailer.check()
        yield ok("mail", f"The mail server {where} lets us in.")
        if look.letter_to:
            text = "The doctor of your datalab sent this letter. Letters arrive."
            mailer.send([look.letter_to], "A letter from datalab", text)
            yield ok("mail-sent", f"A letter is on its way to {look.letter_to}.")
    except Unavailable as exc:
        yield error("mail-away", exc.message, "Correct EMAIL_AUTH_SMTP_SETTINGS or MAIL_PASSWORD.")


def _none(look: Look, config: Config) -> Iterator[Finding]:
    """What goes wrong for lack of a mail server; that there is none is said with the settings."""
    if look.letter_to:
        yield error(
            "mail-missing",
            "There is no mail server to send the letter by.",
            "Set EMAIL_AUTH_SMTP_SETTINGS.",
        )
    for name, address in letters_to_nobody(config).items():
        yield error(
            "mail-missing",
            f"The backup {name} is to write to {address}, but there is no mail server.",
            "Set EMAIL_AUTH_SMTP_SETTINGS, or remove the address.",
        )
