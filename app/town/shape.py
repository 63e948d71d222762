"""What kind of town is made: every number that shapes it, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class ElectionKind(StrEnum):
    """Kinds of elections, which differ most in who takes part."""

    PRESIDENTIAL = "presidential"
    MIDTERM = "midterm"
    MUNICIPAL = "municipal"
    PRIMARY = "primary"


class Kind(StrEnum):
    """Who a contact really is."""

    VOTER = "voter"
    OTHER_COUNTY = "nc_other"
    OTHER_STATE = "oos"
    UNREGISTERED = "unreg"
    MINOR = "minor"
    DEAD = "dead"
    BUSINESS = "business"
    SELF = "self"


NEVER_ASSIGNED_EXCHANGES: Final = (211, 311, 411, 511, 611, 711, 811, 911)
"""Exchanges of North American numbers that no telephone company may give out."""

LOCAL_AREA_CODES: Final = (910, 919, 984, 336, 743, 704, 980, 828, 252)
OTHER_AREA_CODES: Final = (212, 305, 312, 404, 412, 415, 603, 617, 703, 713, 757, 803, 843, 864)
MAIL_DOMAINS: Final = ("gmail.example", "yahoo.example", "outlook.example", "icloud.example", "aol.example")


@dataclass(frozen=True, slots=True)
class TownShape:
    """The town's parameters; shares are between 0 and 1, effects are in log-odds."""

    # Places. Towns have sizes like 1, 1/2, 1/3 ...; a county holds several.
    voters_per_town: int = 4_000
    most_towns_per_county: int = 8
    voters_per_precinct: int = 1_500
    households_per_street: int = 45

    # Households and people.
    household_sizes: tuple[float, ...] = (0.34, 0.43, 0.13, 0.07, 0.03)
    """Shares of households with 1, 2, 3, ... voters."""
    couple_share: float = 0.74
    """Of households with two or more voters, how many are led by a couple."""
    shared_surname_share: float = 0.82
    latino_share: float = 0.12
    double_surname_share: float = 0.35
    """Of Latino people, how many are registered with two surnames."""
    has_parents_in_town_share: float = 0.75
    accented_share: float = 0.25
    """Of people whose name has an accent in life, how many are registered with it (Latin-1)."""

    # Registration.
    inactive_share: float = 0.11
    removed_share: float = 0.045
    denied_share: float = 0.006
    confidential_share: float = 0.002
    double_registration_share: float = 0.006
    unknown_registration_share: float = 0.003
    landline_share: float = 0.42
    append_share: float = 0.58
    """How many voters a vendor appended a cell phone or an e-mail to."""
    wrong_append_share: float = 0.07
    """Of appended phones, how many are somebody else's by now."""

    # Turnout.
    intercepts: dict[ElectionKind, float] = field(
        default_factory=lambda: {
            ElectionKind.PRESIDENTIAL: 1.0,
            ElectionKind.MIDTERM: 0.35,
            ElectionKind.MUNICIPAL: -2.0,
            ElectionKind.PRIMARY: -1.5,
        }
    )
    person_spread: float = 1.15
    household_spread: float = 0.75
    precinct_spread: float = 0.3
    age_slope_per_year: float = 0.035
    habit: float = 0.35
    """What having voted in the election before adds."""
    duplicate_history_share: float = 0.02
    history_years: int = 10
    history_lag_days: int = 45
    """Elections younger than this are not in the history file yet."""
    coming_kind: ElectionKind = ElectionKind.MIDTERM
    mail_share: float = 0.09
    early_share: float = 0.52
    ask_effect: float = 0.35
    """What a word from a friend of middling closeness adds to the log-odds of voting."""
    effect_spread: float = 0.45

    # Friends.
    middle_contacts: int = 290
    """The median number of people whom a supporter brings."""
    contacts_spread: float = 0.6
    kinds: dict[Kind, float] = field(
        default_factory=lambda: {
            Kind.VOTER: 0.34,
            Kind.OTHER_COUNTY: 0.24,
            Kind.OTHER_STATE: 0.19,
            Kind.UNREGISTERED: 0.115,
            Kind.BUSINESS: 0.085,
            Kind.MINOR: 0.02,
            Kind.DEAD: 0.01,
        }
    )
    second_source_share: float = 0.38
    """How many supporters bring two files, the same friends partly in both."""
    duplicate_card_share: float = 0.025
    own_card_share: float = 0.4
    """How many supporters have a card of themselves."""
    typo_share: float = 0.025
    maiden_share: float = 0.24
    """Of women who took another surname, how many are kept under the old one."""
    phone_share: float = 0.86
    email_share: float = 0.3
    place_share: float = 0.13
    birthday_share: float = 0.08
    stale_detail_share: float = 0.12
    """Of a friend's phones and e-mails, how many are not those that a vendor or the register would know."""
