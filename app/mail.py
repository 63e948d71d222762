"""Mail through the campaign's own server (RFC 5321, 8314): one message to one supporter, never to a friend."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum

from graph.errors import InputError, StoreError

_SECONDS = 15.0


class MailSecurity(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    """Plain at first, then TLS, or nothing is sent (port 587)."""
    TLS = "tls"
    """TLS from the first byte (port 465)."""
    NONE = "none"
    """Not at all: for a server on the same machine."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes out, and in whose name."""

    host: str
    port: int
    sender: str
    name: str
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    password: str = field(repr=False, default="")

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one message.

        Raises:
            InputError: nobody can have this address, or the server takes no mail for it: trying again is no use.
            StoreError: the server cannot be used at the moment.
        """
        message = self._message(to, subject, text)
        try:
            with self._connect() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(error) from None
        except (OSError, smtplib.SMTPException) as error:
            happened, next_step = _why_not(error)
            raise StoreError(happened, thing=f"{self.host}:{self.port}", next_step=next_step) from None

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        try:
            message["To"] = Address(addr_spec=to)
            message["From"] = Address(self.name, addr_spec=self.sender)
        except (ValueError, IndexError):
            raise InputError("This is no e-mail address.", next_step="Write it as name@place.") from None
        message["Subject"] = " ".join(subject.split())
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def _connect(self) -> smtplib.SMTP:
        if self.security is MailSecurity.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        if self.security is MailSecurity.STARTTLS:
            try:
                server.starttls(context=ssl.create_default_context())
            except (OSError, smtplib.SMTPException):
                server.close()
                raise
        return server


def _why_not(error: Exception) -> tuple[str, str]:
    """What hindered a mail and what to do about it, by the error's kind: its words may hold the address."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server does not let us sign in.", "Check KITH_SMTP_USER and KITH_SMTP_PASSWORD."
    if isinstance(error, smtplib.SMTPSenderRefused):
        return "The mail server does not take mail from this sender.", "Check KITH_SMTP_FROM."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The mail server does not offer what is set.", "Check KITH_SMTP_SECURITY, KITH_SMTP_USER and the port."
    if isinstance(error, ssl.SSLError):
        return "The way to the mail server cannot be protected.", "Check KITH_SMTP_SECURITY and its certificate."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server refused, with the code {error.smtp_code}.", "It is tried again; ask whoever runs it."
    return "The mail server does not answer.", "Check KITH_SMTP_HOST, KITH_SMTP_PORT and KITH_SMTP_SECURITY."


def _refused(error: smtplib.SMTPRecipientsRefused) -> InputError | StoreError:
    """A server that says 4xx asks to come back; one that says 5xx means it."""
    codes = [code for code, _ in error.recipients.values()]
    if codes and all(code >= 500 for code in codes):
        return InputError("The mail server does not take this address.", next_step="Ask for it in another way.")
    return StoreError("The mail server asks to wait.", thing="SMTP", next_step="It is tried again.")
