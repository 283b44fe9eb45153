"""Logistic regression with a ridge, weighted."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

#: Pulls every share towards 0, for measures in units of their own spread.
RIDGE: Final = 3.0

Array = NDArray[np.float64]


def fit_logistic(measures: Array, truth: Array, weights: Array) -> tuple[float, Array]:
    """The constant and the shares that tell the truth best.

    Args:
        measures: Shape `(N, M)`.
        truth: Shape `(N,)`, 0 or 1.
        weights: Shape `(N,)`, how much each row counts.

    Returns:
        The log-odds with every measure 0, and shape `(M,)`, log-odds a unit of each measure.
    """
    middle = np.average(measures, axis=0, weights=weights)
    spread = np.sqrt(np.average((measures - middle) ** 2, axis=0, weights=weights)) + 1e-6
    scaled = (measures - middle) / spread
    sign = 1 - 2 * truth

    def loss(parameters: Array) -> tuple[float, Array]:
        odds = scaled @ parameters[1:] + parameters[0]
        cost = weights @ np.logaddexp(0.0, sign * odds)
        pull = weights * (expit(odds) - truth)
        gradient = np.concatenate(((pull.sum(),), pull @ scaled + RIDGE * parameters[1:]))
        return cost + RIDGE / 2 * float(parameters[1:] @ parameters[1:]), gradient

    found = minimize(
        loss, np.zeros(scaled.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}
    ).x
    shares = found[1:] / spread
    return float(found[0] - middle @ shares), shares
