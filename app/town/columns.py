"""The kinds of columns that a town is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int32]
Long = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
