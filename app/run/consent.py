"""What supporters may have done with theirs in a batch: by the column of purposes, or as the operator declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from graph.model import Circle, Purpose
from oauth.consent import Permit, declared_by_operator, permitted

For = TypeVar("For", bound=Purpose)
_DECLARED = frozenset({Purpose.MATCH, Purpose.COORDINATE, Purpose.POOL})
"""Where there is no column the operator declares what he asks for; he asks for pooling by an option of its own."""


def permits_in(circles: Sequence[Circle], purpose: For) -> list[Permit[For]]:
    """A permit of each supporter who agreed to a purpose, in the order of the circles."""
    declared = (
        declared_by_operator(
            c.supporter.supporter_id, _DECLARED if c.supporter.purposes is None else c.supporter.purposes
        )
        for c in circles
    )
    found = (permitted(consent, purpose) for consent in declared)
    return [permit for permit in found if permit is not None]
