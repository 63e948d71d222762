"""Who answers a number that a voter registered: the voter, or somebody who lives there and is in no file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.channels import Channel
from matching.features import AGREES, Features
from matching.model import MatchModel
from matching.score import NameRatios

_UNREGISTERED = 0.004
"""Of the people kept under a voter's number or street, how many are a housemate who is not in the file."""


def unregistered_share(features: Features, names: NameRatios, model: MatchModel) -> NDArray[np.float64]:
    """By pair: how much likelier an unregistered housemate is than the voter, where only a strange first name fits.

    A shared phone or street counts, an e-mail address does not: it is one person's. Readings of the name in which the first
    name fits, or none is told, speak for the voter alone.
    """
    read = features.read
    size = len(features.card)
    ratio = read.weight * names.of_reading()
    is_strange = read.tells_given & (read.given < 0) & (read.given_as_middle < 0)
    strange = np.bincount(read.pair, weights=np.where(is_strange, ratio, 0.0), minlength=size)
    share = strange / np.maximum(np.bincount(read.pair, weights=ratio, minlength=size), 1e-300)
    shares = ((features.phone == AGREES) | (features.street == AGREES)) & (features.email != AGREES)
    return np.where(shares, share * _UNREGISTERED / model.given_rates[Channel.OTHER], 0.0)
