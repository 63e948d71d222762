"""Learning without labels: expectation-maximisation over a campaign's own contacts (Dempster, Laird and Rubin 1977).

Each round believes the posterior of the last one and sets every rate to what it then expects, with the default counting
as some observations of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.channels import Channel, marginals
from matching.features import AGREES, DIFFERS, NOT_TOLD
from matching.kin_ages import learned_kin_ages
from matching.model import MatchModel
from matching.mutual import home_density, known_density
from matching.near_friends import law_friends
from matching.prior import (
    FAMILY,
    LEVELS,
    age_laws,
    default_family_gaps,
    family_apart,
    gap_places,
    level_ages,
    level_shares,
    smoothed_gaps,
)
from matching.relatives import is_hers, surnames_of
from matching.resolve import Resolved, resolve
from matching.score import TokenRatios
from matching.search import LaidOut, Search
from matching.told_places import place_laws, place_tokens

ROUNDS = 6
_STRENGTH = 100.0
_MIXTURE_ROUNDS = 30
_Table = NDArray[np.float64]


def learn(search: Search, laid_out: Sequence[LaidOut], model: MatchModel, *, rounds: int = ROUNDS) -> MatchModel:
    """The model after some rounds over the people laid out; without people the model as it was.

    What supporters answered is used with maximum likelihood: whom she confirmed is certain, whom she was shown and did not is
    out, and each person counts once, answered or not. That questions are asked about doubtful friends needs no weights: who
    is asked about depends on what everybody is seen to be alone, so that truths not asked for are missing at random (Rubin
    1976), and the people who were not asked about, still in the sum, keep the answered ones from being taken for typical.
    """
    if not any(len(laid.cards) for laid in laid_out):
        return model
    default = model
    for _ in range(rounds):
        tokens = TokenRatios.of(search.names, search.index, model)
        believed = [(laid, resolve(search, laid, model, tokens)) for laid in laid_out]
        model = _next(search, believed, model, default)
    return model


def _next(
    search: Search, believed: Sequence[tuple[LaidOut, Resolved]], model: MatchModel, default: MatchModel
) -> MatchModel:
    given, family = _channel_counts(search, believed)
    women, men = _changed_surnames(believed)
    by_middle, as_family, same_middle = _middle_names(believed, default)
    through = [_through_levels(laid, resolved, model) for laid, resolved in believed]
    known, home = _mutual_shares(believed, model, default)
    return replace(
        model,
        given_rates=_rates(given, default.given_rates),
        family_rates=_rates(family, default.family_rates),
        other_family_women=_shrunk(*women, default.other_family_women, strength=300.0),
        other_family_men=_shrunk(*men, default.other_family_men, strength=300.0),
        middle_as_given=by_middle,
        middle_as_family=as_family,
        same_middle=same_middle,
        outside_share=_outside_share(search, believed, default),
        relatives_outside=_relatives_outside(search, believed, model, default),
        in_file_share=_in_file_shares(believed, default),
        traits_in_file=_traits(believed, default.traits_in_file, inside=True),
        traits_outside=_traits(believed, default.traits_outside, inside=False),
        phone_right=_phones_right(believed, default.phone_right),
        email_right=_right(believed, "email", default.email_right),
        phone_chance=_chance(believed, "phone", default.phone_chance),
        email_chance=_chance(believed, "email", default.email_chance),
        street_right=_right(believed, "street", default.street_right),
        place_right=_right(believed, "place", default.place_right),
        birth_year_right=_right(believed, "birth_year", default.birth_year_right),
        email_year_right=_right(believed, "email_year", default.email_year_right),
        levels=_levels(believed, through, default),
        known_share=known,
        home_share=home,
        law_friends=law_friends(believed, model, default),
        status_factors=_status_factors(search, believed, default),
        age_gaps=_age_laws(believed, through),
        kin_age_gaps=learned_kin_ages(believed),
        area_code_odds=_area_code_odds(believed),
        place_odds=_place_odds(search, believed),
    )


def _weights(laid: LaidOut, resolved: Resolved) -> _Table:
    return np.where(laid.is_own, 0.0, resolved.probability)


def _shrunk(hits: float, total: float, default: float, *, strength: float = _STRENGTH) -> float:
    return float((hits + strength * default) / (total + strength))


def _right(believed: Sequence[tuple[LaidOut, Resolved]], name: str, default: float) -> float:
    agrees = differs = 0.0
    for laid, resolved in believed:
        codes, weights = getattr(laid.features, name), _weights(laid, resolved)
        agrees += float(weights[codes == AGREES].sum())
        differs += float(weights[codes == DIFFERS].sum())
    return min(_shrunk(agrees, agrees + differs, default), 0.995)


def _phones_right(believed: Sequence[tuple[LaidOut, Resolved]], default: Sequence[float]) -> tuple[float, ...]:
    """By kind of the voter's numbers, how often a friend is kept under one of them."""
    counts = np.zeros((2, len(default)))
    for laid, resolved in believed:
        features, weights = laid.features, _weights(laid, resolved)
        for at, is_code in enumerate(
            (features.phone == AGREES, (features.phone == AGREES) | (features.phone == DIFFERS))
        ):
            counts[at] += np.bincount(features.phone_kind[is_code], weights=weights[is_code], minlength=len(default))
    rates = [_shrunk(float(hits), float(told), rate) for hits, told, rate in zip(*counts, default, strict=True)]
    return tuple(min(rate, 0.995) for rate in rates)


def _chance(believed: Sequence[tuple[LaidOut, Resolved]], name: str, default: float) -> float:
    """How often a number or address leads to a voter who is somebody else.

    Among people of whom it leads to nobody or to another: a number that is its voter's own had no chance to be another's.
    """
    wrong = told = 0.0
    for laid, resolved in believed:
        codes, card = getattr(laid.features, name), laid.features.card
        listed = laid.cards.phones if name == "phone" else laid.cards.emails
        has = np.zeros(len(laid.cards), dtype=bool)
        has[listed.owner] = True
        leads = np.bincount(card, weights=codes == AGREES, minlength=len(has)) > 0
        right = np.bincount(card, weights=np.where(codes == AGREES, resolved.probability, 0.0), minlength=len(has))
        wrong += float(np.clip(1 - right[leads], 0, 1).sum())
        told += float(has.sum() - np.clip(right, 0, 1).sum())
    return _shrunk(wrong, told, default)


def _channel_counts(search: Search, believed: Sequence[tuple[LaidOut, Resolved]]) -> tuple[_Table, _Table]:
    given, family = np.zeros(len(Channel)), np.zeros(len(Channel))
    for laid, resolved in believed:
        read = laid.features.read
        weights = _weights(laid, resolved)[read.pair] * _reading_share(laid, resolved)
        by_first = resolved.names.given / np.maximum(resolved.names.given + resolved.names.given_by_middle, 1e-300)
        for counts, entry, kinds, weight in (
            (given, read.given, search.names.given.kinds, weights * by_first),
            (family, read.family, search.names.family.kinds, weights),
        ):
            fits = entry >= 0
            counts += np.bincount(kinds[entry[fits]], weights=weight[fits], minlength=len(Channel))
    return given, family


def _middle_names(believed: Sequence[tuple[LaidOut, Resolved]], default: MatchModel) -> tuple[float, float, float]:
    """The shares of friends who go by their middle name, show it as surname, and whose middle names agree."""
    counts = np.zeros((3, 2))
    for laid, resolved in believed:
        read, names = laid.features.read, resolved.names
        weights = _weights(laid, resolved)[read.pair] * _reading_share(laid, resolved)
        given = names.given_by_middle / np.maximum(names.given + names.given_by_middle, 1e-300)
        family = names.family_by_middle / np.maximum(names.family + names.family_by_middle, 1e-300)
        for at, share, told in (
            (0, given, read.tells_given),
            (1, family, read.tells_family),
            (2, read.middle == AGREES, read.middle != NOT_TOLD),
        ):
            counts[at] += float((weights * share * told).sum()), float((weights * told).sum())
    defaults = default.middle_as_given, default.middle_as_family, default.same_middle
    first, second, third = (
        (hits + 300 * rate) / (told + 300) for (hits, told), rate in zip(counts, defaults, strict=True)
    )
    return float(first), float(second), float(third)


def _reading_share(laid: LaidOut, resolved: Resolved) -> _Table:
    read = laid.features.read
    ratio = read.weight * resolved.names.of_reading()
    return ratio / np.maximum(resolved.name_ratio[read.pair], 1e-300)


def _rates(counts: _Table, default: Sequence[float]) -> tuple[float, ...]:
    """Rates by channel; whole and short forms share what the rarer channels leave."""
    rates = np.array(default)
    whole = counts[Channel.WHOLE] + counts[Channel.NICKNAME]
    spelled = whole + counts[Channel.PLAIN] + counts[Channel.TYPO] + counts[Channel.SOUND] + counts[Channel.HALF]
    for channel in (Channel.TYPO, Channel.SOUND, Channel.HALF):
        rates[channel] = _shrunk(counts[channel], spelled, default[channel], strength=300.0)
    left = 1 - rates[Channel.TYPO] - rates[Channel.SOUND] - rates[Channel.HALF] - rates[Channel.OTHER]
    short = _shrunk(counts[Channel.NICKNAME], whole, default[Channel.NICKNAME]) if default[Channel.NICKNAME] else 0.0
    rates[Channel.PLAIN], rates[Channel.WHOLE], rates[Channel.NICKNAME] = left, left * (1 - short), left * short
    return tuple(float(rate) for rate in rates)


def _changed_surnames(believed: Sequence[tuple[LaidOut, Resolved]]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Friends whose surname is another one than the file's, and all friends with a surname, women then men.

    Counted only where phone or e-mail agrees: elsewhere a friend under another surname is rarely found at all.
    """
    sums = np.zeros((2, 2))
    for laid, resolved in believed:
        read = laid.features.read
        sure = _weights(laid, resolved) * ((laid.features.phone == AGREES) | (laid.features.email == AGREES))
        weights = sure[read.pair] * _reading_share(laid, resolved) * read.tells_family
        is_woman = laid.features.is_woman[read.pair]
        changed = (read.family < 0) & ~read.family_is_middle
        for at, group in enumerate((is_woman, ~is_woman)):
            sums[at] += float(weights[group & changed].sum()), float(weights[group].sum())
    return (float(sums[0, 0]), float(sums[0, 1])), (float(sums[1, 0]), float(sums[1, 1]))


def _outside_share(search: Search, believed: Sequence[tuple[LaidOut, Resolved]], default: MatchModel) -> float:
    """How far the names of people who are not in the file follow those of the country rather than those of the file."""
    here, elsewhere, weight = (
        np.concatenate(parts) for parts in zip(*_outsiders(search, believed, default), strict=True)
    )
    share = default.outside_share
    for _ in range(_MIXTURE_ROUNDS):
        through = share * elsewhere / (share * elsewhere + (1 - share) * here)
        share = _shrunk(float(weight @ through), float(weight.sum()), default.outside_share)
    return share


def _outsiders(
    search: Search, believed: Sequence[tuple[LaidOut, Resolved]], default: MatchModel
) -> Iterator[tuple[_Table, _Table, _Table]]:
    """By name seen: how common it is here and in the country, and how many people who are not in the file have it."""
    for entries, rates, part in (
        (search.names.given, default.given_rates, "given"),
        (search.names.family, default.family_rates, "family"),
    ):
        weight = np.zeros(len(entries.tokens))
        for laid, resolved in believed:
            token, owner = getattr(laid.cards, part), laid.cards.reading_owner
            outside = np.clip(1 - resolved.in_file[owner], 0, 1) * laid.cards.reading_weight
            weight += np.bincount(token[token >= 0], weights=outside[token >= 0], minlength=len(weight))
        whole = np.array([len(token) > 1 for token in entries.tokens], dtype=bool)
        here, country = (marginals(entries, np.array(rates), share) for share in (0.0, 1.0))
        yield here[whole], country[whole], weight[whole]


def _relatives_outside(
    search: Search, believed: Sequence[tuple[LaidOut, Resolved]], model: MatchModel, default: MatchModel
) -> tuple[float, ...]:
    """Of people who are not in the file the shares of relatives of the supporter's surname, without and with a word for kin."""
    entries, counts = search.names.family, np.zeros((2, 2))
    strangers = marginals(entries, np.array(model.family_rates), model.outside_share)
    for laid, resolved in believed:
        cards, told = laid.cards, np.flatnonzero(laid.cards.family >= 0)
        owner, token = cards.reading_owner[told], cards.family[told]
        surnames = surnames_of(laid.around.own_rows, search.columns.last_name, entries.tokens)
        hers = is_hers(surnames, cards.supporter[owner], token)
        kin = cards.is_kin[owner].astype(int)
        share = np.array(model.relatives_outside)[kin]
        relatives = share * hers / ((1 - share) * strangers[token] + share * hers)
        weight = np.clip(1 - resolved.in_file[owner], 0, 1) * cards.reading_weight[told]
        known = laid.around.own_rows[cards.supporter[owner]] >= 0
        counts[0] += np.bincount(kin, weights=weight * relatives * known, minlength=2)
        counts[1] += np.bincount(kin, weights=weight * known, minlength=2)
    return tuple(
        _shrunk(float(hits), float(told), rate)
        for hits, told, rate in zip(*counts, default.relatives_outside, strict=True)
    )


def _in_file_shares(believed: Sequence[tuple[LaidOut, Resolved]], default: MatchModel) -> dict[str, float]:
    found: dict[str, float] = {}
    total: dict[str, float] = {}
    for laid, resolved in believed:
        for at, kind in enumerate(laid.cards.source_kinds):
            of_kind = laid.cards.source_kind == at
            found[kind] = found.get(kind, 0.0) + float(resolved.in_file[of_kind].sum())
            total[kind] = total.get(kind, 0.0) + float(of_kind.sum())
    return {kind: _shrunk(found[kind], total[kind], default.default_in_file_share) for kind in sorted(found)}


def _traits(
    believed: Sequence[tuple[LaidOut, Resolved]], default: Sequence[float], *, inside: bool
) -> tuple[float, ...]:
    """How many of the people in the file, or of all others, have each trait."""
    hits, total = np.zeros(len(default)), 0.0
    for laid, resolved in believed:
        chance = np.clip(resolved.in_file if inside else 1 - resolved.in_file, 0, 1)
        hits += chance @ laid.cards.traits
        total += float(chance.sum())
    return tuple(_shrunk(float(one), total, rate) for one, rate in zip(hits, default, strict=True))


def _through_levels(laid: LaidOut, resolved: Resolved, model: MatchModel) -> _Table:
    """By level and pair: the friend expected there, as place and age tell; whoever has a word for kin is at the first."""
    supporter, year = laid.features.supporter, laid.places.year
    ages = level_ages(laid.around, age_laws(model.age_gaps))
    shares = level_shares(np.array(model.levels), laid.around)
    parts = laid.places.densities * shares[:, supporter] * ages[:, supporter, year]
    parts /= np.maximum(parts.sum(axis=0), 1e-300)
    is_kin = laid.cards.is_kin[laid.features.card]
    parts[:, is_kin] = np.eye(len(LEVELS))[:, :1]
    return np.asarray(parts * _weights(laid, resolved), dtype=np.float64)


def _levels(
    believed: Sequence[tuple[LaidOut, Resolved]], through: Sequence[_Table], default: MatchModel
) -> tuple[float, ...]:
    counts = np.zeros(len(LEVELS))
    for (laid, _), expected in zip(believed, through, strict=True):
        known = (laid.around.own_rows >= 0)[laid.features.supporter] & ~laid.cards.is_kin[laid.features.card]
        counts += expected @ known
    mixed = counts + _STRENGTH * np.array(default.levels)
    return tuple(float(share) for share in mixed / mixed.sum())


def _age_laws(believed: Sequence[tuple[LaidOut, Resolved]], through: Sequence[_Table]) -> tuple[tuple[float, ...], ...]:
    """The law of age gaps by level, shrunk to the one of all friends; that of the family is one, shrunk to its default."""
    counts = np.zeros((len(LEVELS), 161))
    for (laid, _), expected in zip(believed, through, strict=True):
        own = laid.around.own_birth_year[laid.features.supporter]
        known = (own > 0) & (laid.places.year > 0)
        place = gap_places(laid.places.year[known], own[known])
        counts += np.stack([np.bincount(place, weights=level[known], minlength=161) for level in expected])
    family, others = family_apart(counts)
    of_friends = smoothed_gaps(others.sum(axis=0))
    of_family = smoothed_gaps(family.sum(axis=0), default_family_gaps())
    laws = [of_family if level in FAMILY else smoothed_gaps(counts[level], of_friends) for level in range(len(LEVELS))]
    return tuple(tuple(float(share) for share in law) for law in laws)


def _mutual_shares(
    believed: Sequence[tuple[LaidOut, Resolved]], model: MatchModel, default: MatchModel
) -> tuple[float, float]:
    """The shares of friends who are on another card of the supporter, and who live with another friend of hers."""
    known = home = total = 0.0
    for laid, resolved in believed:
        weights = _weights(laid, resolved)
        density = np.maximum(resolved.density, 1e-300)
        on_cards = model.known_share * known_density(laid.features.supporter, laid.claim, weights)
        at_home = model.home_share * home_density(laid.features.supporter, laid.claim, laid.homes, weights)
        known += float((weights * np.clip(on_cards / density, 0, 1)).sum())
        home += float((weights * np.clip(at_home / density, 0, 1)).sum())
        total += float(weights.sum())
    return _shrunk(known, total, default.known_share), _shrunk(home, total, default.home_share)


def _status_factors(
    search: Search, believed: Sequence[tuple[LaidOut, Resolved]], default: MatchModel
) -> tuple[float, ...]:
    """How much likelier a friend has a status than a voter of the file."""
    size = len(default.status_factors)
    friends = np.zeros(size)
    for laid, resolved in believed:
        friends += np.bincount(
            search.columns.status[laid.features.row], weights=_weights(laid, resolved), minlength=size
        )
    voters = np.bincount(search.columns.status, minlength=size) / max(len(search.columns), 1)
    expected = voters * friends.sum()
    factors = (friends + 10 * np.array(default.status_factors)) / (expected + 10)
    return tuple(float(factor) for factor in np.clip(factors, 0.02, 2.0))


def _area_code_odds(believed: Sequence[tuple[LaidOut, Resolved]]) -> dict[str, float]:
    """By area code: the log of how much likelier a friend in the file has it than somebody else."""
    inside, outside = np.zeros(1000), np.zeros(1000)
    for laid, resolved in believed:
        codes = laid.cards.area_codes
        chance = np.clip(resolved.in_file[codes.owner], 0, 1)
        inside += np.bincount(codes.values, weights=chance, minlength=1000)
        outside += np.bincount(codes.values, weights=1 - chance, minlength=1000)
    law = (inside + outside) / max(float((inside + outside).sum()), 1.0)
    in_law = (inside + 20 * law) / (inside.sum() + 20)
    out_law = (outside + 20 * law) / (outside.sum() + 20)
    return {str(code): float(np.log(in_law[code] / out_law[code])) for code in np.flatnonzero(law)}


def _place_odds(search: Search, believed: Sequence[tuple[LaidOut, Resolved]]) -> dict[str, tuple[float, float]]:
    """By place told: its share among friends in the file who live elsewhere, and among people not in the file."""
    names = [*search.columns.city.values, "in state", "other state"]
    start_wrong, start_outside = place_laws(search, MatchModel())
    wrong, outside = 20 * start_wrong[:-1], 20 * start_outside[:-1]
    for laid, resolved in believed:
        tokens = place_tokens(search, laid.cards)
        told = tokens >= 0
        outside += np.bincount(tokens[told], weights=np.clip(1 - resolved.in_file[told], 0, 1), minlength=len(names))
        differs = (laid.features.place == DIFFERS) & (tokens[laid.features.card] >= 0)
        at = tokens[laid.features.card[differs]]
        wrong += np.bincount(at, weights=_weights(laid, resolved)[differs], minlength=len(names))
    wrong, outside = wrong / wrong.sum(), outside / outside.sum()
    return {name: (float(wrong[at]), float(outside[at])) for at, name in enumerate(names) if name}
