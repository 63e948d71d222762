"""A real mail server on this machine that keeps what it gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from ports import free_port

from app.mail import MailSecurity, MailServer


@dataclass
class MailBox:
    """What came, in order; ``refusal`` is the answer to whoever names a recipient, such as ``450 later``."""

    server: MailServer
    messages: list[EmailMessage] = field(default_factory=list)
    refusal: str = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def body(self) -> str:
        """The body of the last message."""
        return str(self.messages[-1].get_content())


@contextmanager
def mail_box() -> Iterator[MailBox]:
    """A server that listens while the block runs."""
    port = free_port()
    server = MailServer("127.0.0.1", port, "hello@rivera.example", "Rivera for Council", MailSecurity.NONE)
    box = MailBox(server)
    controller = Controller(box, hostname="127.0.0.1", port=port, auth_require_tls=False)  # nobody may sign in
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
