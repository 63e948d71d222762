"""What names of the file may stand for, kept between searches: most friends have a name that voters have too.

Only words that the file itself has, and single letters, are kept, so that nothing is remembered of anybody's friends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from matching.channels import Entries
from matching.vocabulary import Piece, Vocabulary

_MOST_KEPT = 30_000
_NOTHING = Piece(np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0), np.zeros(0), np.zeros(0), 0.0, 0.0)


def remembered(tokens: Sequence[str], vocabulary: Vocabulary, make: Callable[[Sequence[str]], Entries]) -> Entries:
    """The entries that ``make`` gives for these tokens, worked out for those alone that are not kept yet.

    ``make`` is always the same for one vocabulary, and gives each token what it gives it alone.
    """
    kept, code_of = vocabulary.kept, vocabulary.code_of
    pieces = {token: piece for token in tokens if (piece := kept.get(token))}
    new = [token for token in tokens if token not in pieces]
    if new:
        pieces |= zip(new, _pieces(make(new)), strict=True)
    if len(kept) + len(new) > _MOST_KEPT:
        kept.clear()
    kept.update({token: pieces[token] for token in new if len(token) == 1 or token in code_of})
    return _joined(tokens, [pieces[token] for token in tokens], len(vocabulary.words))


def _pieces(entries: Entries) -> list[Piece]:
    """The entries of each token apart, as copies that keep nothing else alive."""
    return [
        Piece(
            codes=entries.codes[start:stop].copy(),
            kinds=entries.kinds[start:stop].copy(),
            shares=entries.shares[start:stop].copy(),
            here=entries.here[start:stop].copy(),
            country=entries.country[start:stop].copy(),
            absent=float(entries.absent[at]),
            elsewhere=float(entries.elsewhere[at]),
        )
        for at, (start, stop) in enumerate(pairwise(entries.starts().tolist()))
    ]


def _joined(tokens: Sequence[str], pieces: Sequence[Piece], names: int) -> Entries:
    lengths = np.array([len(piece.codes) for piece in pieces], dtype=np.int64)
    every = [_NOTHING, *pieces]
    return Entries(
        tokens=tuple(tokens),
        names=names,
        token=np.repeat(np.arange(len(tokens), dtype=np.int32), lengths),
        codes=np.concatenate([piece.codes for piece in every]),
        kinds=np.concatenate([piece.kinds for piece in every]),
        shares=np.concatenate([piece.shares for piece in every]),
        here=np.concatenate([piece.here for piece in every]),
        country=np.concatenate([piece.country for piece in every]),
        absent=np.array([piece.absent for piece in pieces], dtype=np.float64),
        elsewhere=np.array([piece.elsewhere for piece in pieces], dtype=np.float64),
    )
