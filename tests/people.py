"""The people of the tests. Ana and Jo help Rivera; Lee helps another campaign; Maria, Tom and Dana are friends.

Nobody here is real: numbers are of an exchange that is never assigned, addresses end in ``.example``.
"""

from __future__ import annotations

from datetime import UTC, datetime

from graph.model import (
    Ask,
    AskKind,
    CampaignId,
    Candidate,
    Contact,
    ContactKey,
    ContactRecord,
    Event,
    Match,
    MatchStatus,
    Outcome,
    RelationshipType,
    SourceKind,
    Supporter,
    SupporterId,
    Voter,
    VoterRef,
)

NOW = datetime(2026, 10, 20, 9, 30, 15, 123456, tzinfo=UTC)
RIVERA = CampaignId("rivera-2026")
HARBOR = CampaignId("harbor-2026")
LAGOON = CampaignId("lagoon-2026")

ANA = SupporterId("s-ana")
JO = SupporterId("s-jo")
LEE = SupporterId("s-lee")

MARIA = VoterRef("NC", "AA000101")
MARIAS_SISTER = VoterRef("NC", "AA000102")
TOM = VoterRef("NC", "AA000103")
DANA = VoterRef("NC", "AA000104")

MARIAS_CARD = ContactRecord(
    "ana.vcf",
    0,
    SourceKind.VCARD,
    display_name="Maria Alvarez",
    given_name="Maria",
    family_name="Alvarez",
    phones=("(919) 211-0101",),
    emails=("Maria.Alvarez@mail.example",),
    labels=("book club",),
    is_starred=True,
)


def ana() -> Supporter:
    """Ana, a supporter of Rivera."""
    return Supporter(
        ANA, "Ana Whitfield", email="ana@mail.example", phone="+19192110100", postal_code="277", created_at=NOW
    )


def jo() -> Supporter:
    """Jo, who also helps Rivera and also knows Maria."""
    return Supporter(JO, "Jo Becker", email="jo@mail.example", postal_code="277", organizer_id="o-kim")


def lee() -> Supporter:
    """Lee, who helps another campaign."""
    return Supporter(LEE, "Lee Osgood")


def key_of(supporter: SupporterId, friend: str) -> ContactKey:
    """The key of a friend in one supporter's contacts, such as ``s-ana/maria``."""
    return ContactKey(f"{supporter}/{friend}")


def contact(supporter: SupporterId, friend: str, *, position: int = 0, source: str = "phone.vcf") -> Contact:
    """A friend as one supporter brought her."""
    sealed = f"sealed {friend} of {supporter}".encode()
    return Contact(key_of(supporter, friend), supporter, source, position, sealed, RelationshipType.FRIEND, 0.625)


def voter(ref: VoterRef, *, precinct: str = "P-12") -> Voter:
    """What the graph keeps of a voter."""
    return Voter(ref, precinct, "DURHAM", "NC:77")


def match(
    supporter: SupporterId,
    friend: str,
    *voters: VoterRef,
    status: MatchStatus = MatchStatus.AUTO,
    reason: str = "name and town",
) -> Match:
    """What is believed of a friend: these voters, best first."""
    candidates = (Candidate(one, 0.9375 / 2**place, ("same name", "same town")) for place, one in enumerate(voters))
    return Match(key_of(supporter, friend), status, tuple(candidates), reason)


def ask(supporter: SupporterId, friend: str, ref: VoterRef, *, rank: int = 1) -> Ask:
    """A suggestion to write to a friend."""
    factors = {"turnout": 0.4, "tie": 0.625}
    key = key_of(supporter, friend)
    return Ask(supporter, key, ref, rank, AskKind.VOTE_EARLY, 0.03125 / rank, "A word from you counts.", factors)


def event(
    supporter: SupporterId,
    friend: str | None = None,
    *,
    kind: Outcome = Outcome.TALKED,
    at: datetime = NOW,
    ref: VoterRef | None = None,
    is_shared: bool = False,
) -> Event:
    """Something that happened between a supporter and a friend."""
    key = None if friend is None else key_of(supporter, friend)
    return Event(supporter, kind, at, key, ref, is_shared)
