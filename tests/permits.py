"""What somebody who agreed to everything may have done: permits, made as the product makes them."""

from __future__ import annotations

from graph.model import Purpose, SupporterId
from oauth.consent import Consent, For, MatchPermit, Permit, require


def permit_for(source: str = "", *, who: str = "ana") -> MatchPermit:
    """A permit to read and match one source of hers."""
    return permit_to(Purpose.MATCH, source, who=who)


def permit_to(purpose: For, source: str = "", *, who: str = "ana") -> Permit[For]:
    """A permit for a purpose."""
    consent = Consent(SupporterId(who), frozenset(Purpose), frozenset({source}))
    return require(consent, purpose, source=source)
