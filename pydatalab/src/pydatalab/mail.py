"""Letters out, by SMTP."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from pydatalab.errors import Unavailable

SECONDS = 30


@dataclass(frozen=True)
class Mailer:
    """A server that takes letters."""

    host: str
    port: int
    sender: str
    """Address that letters come from."""
    username: str = ""
    password: str = ""
    encrypted: bool = True
    """Whether the connection is encrypted: from the start on port 465, by STARTTLS on others."""

    def send(self, to: Sequence[str], subject: str, text: str) -> None:
        """Send a letter.

        Raises:
            Unavailable: the server is away, or does not take it.
        """
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, ", ".join(to), subject
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        letter["Date"], letter["Message-ID"] = formatdate(), make_msgid(domain=domain or None)
        letter.set_content(text)
        try:
            with self._let_in() as server:
                server.send_message(letter)
        except (OSError, smtplib.SMTPException) as exc:
            raise Unavailable(
                f"The mail server {self.host}:{self.port} did not take the letter ({exc})."
                " Check EMAIL_AUTH_SMTP_SETTINGS."
            ) from exc

    def check(self) -> None:
        """Connect and log in, and send nothing.

        Raises:
            Unavailable: the server is away, or does not let us in.
        """
        try:
            with self._let_in() as server:
                server.noop()
        except (OSError, smtplib.SMTPException) as exc:
            raise Unavailable(
                f"The mail server {self.host}:{self.port} does not let us in ({exc})."
            ) from exc

    @contextmanager
    def _let_in(self) -> Iterator[smtplib.SMTP]:
        """The server, once we are logged in where that is asked for."""
        trusted = ssl.create_default_context()
        if self.encrypted and self.port == smtplib.SMTP_SSL_PORT:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=SECONDS, context=trusted
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        with server:
            if self.encrypted and self.port != smtplib.SMTP_SSL_PORT:
                server.starttls(context=trusted)
            if self.username:
                server.login(self.username, self.password)
            yield server
