"""Who is who in a campaign, and how somebody becomes one of its supporters. Pure words; the web asks for them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a session may be. Each sees only what its work needs."""

    APPLICANT = "applicant"
    """Asked to join and waits for an organizer's yes: her own data, nothing else."""
    SUPPORTER = "supporter"
    """Her friends and her own data."""
    TEAM_LEADER = "team_leader"
    """Supporters' steps, and the calls to newcomers."""
    ORGANIZER = "organizer"
    """The whole desk, with what supporters shared."""
    DATA_ADMIN = "data_admin"
    """Counts and places, without phone numbers and friends' names."""
    OWNER = "owner"
    """What an organizer is, for whoever answers for the campaign."""
    PLATFORM = "platform"
    """Runs the install, and sees nothing of any campaign's people."""


DESK = frozenset({Role.TEAM_LEADER, Role.ORGANIZER, Role.DATA_ADMIN, Role.OWNER})
CALLERS = frozenset({Role.TEAM_LEADER, Role.ORGANIZER, Role.OWNER})
ORGANIZERS = frozenset({Role.ORGANIZER, Role.OWNER})
FILE_READERS = ORGANIZERS | {Role.DATA_ADMIN}
"""Who reads what a new voter file changed; a data admin without anybody's name."""
INVITED = DESK | {Role.PLATFORM}
"""Whom ``kith user invite`` lets in."""


class JoinGate(StrEnum):
    """How somebody new comes in."""

    OPEN = "open"
    """Whoever starts is a supporter."""
    CODE = "code"
    """Whoever knows the campaign's code is a supporter, nobody else gets in."""
    CLOSED = "closed"
    """Whoever starts waits for an organizer's yes."""
