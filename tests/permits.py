"""What somebody who agreed to everything may have done: permits, made as the product makes them."""

from __future__ import annotations

from graph.model import Purpose, SupporterId
from oauth.consent import Consent, Permit, require


def permit_for(source: str = "", *, purpose: Purpose = Purpose.MATCH, who: str = "ana") -> Permit:
    """A permit for one source of hers."""
    consent = Consent(SupporterId(who), frozenset(Purpose), frozenset({source}))
    return require(consent, purpose, source=source)
