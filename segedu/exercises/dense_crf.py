"""Self-checks of chapter 09, the dense CRF."""

from __future__ import annotations

import math

import torch

from segedu.exercises.check import FunctionCheck


def _kernel(places: list[float]) -> torch.Tensor:
    """Gaussian kernel of every pair of places on a line."""
    x = torch.tensor(places)
    return torch.exp(-((x[:, None] - x) ** 2) / 2)


def _message(kernel: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    root = kernel.sum(dim=1).sqrt()
    return (kernel / root[:, None] / root) @ q


def _without_self(kernel: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    return _message(kernel - torch.eye(len(kernel)), q)


def _by_rows(kernel: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    return kernel @ q / kernel.sum(dim=1, keepdim=True)


def _twice(kernel: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    d = kernel.sum(dim=1)
    return (kernel / d[:, None] / d) @ q


check_message = FunctionCheck(
    solution=_message,
    cases=[
        (_kernel([0.0, 3.0]), torch.tensor([[1.0, 0.0], [0.2, 0.8]])),
        (_kernel([0.0, 0.5, 3.0]), torch.tensor([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5]])),
        (_kernel([0.0, 0.1, 0.2, 5.0]), torch.tensor([[0.2, 0.2, 0.6], [0.1, 0.8, 0.1], [1.0, 0, 0], [0, 0, 1.0]])),
    ],
    why="A crowded pixel hears many voices and speaks to many; the two roots keep either from growing too loud.",
    mistakes=[
        (lambda kernel, q: kernel @ q, "nothing is normalised; divide by the roots of both sums"),
        (_by_rows, "you divided by the receiver's sum alone; the symmetric form has a root for either end"),
        (_twice, "you divided by both sums in full; take their square roots"),
        (_without_self, "you left out the pixel itself; in this chapter it is its own neighbour"),
        (lambda kernel, q: torch.softmax(_message(kernel, q), dim=1),
         "the softmax comes later, when the message is added to the logarithm of the network's answer"),
    ],
)  # fmt: skip
"""Exercise 1: one message over a table of pairs."""


def _keys(features: torch.Tensor) -> torch.Tensor:
    return torch.cat([features, -(features**2).sum(dim=1, keepdim=True) / 2], dim=1)


def _features(places: int, seed: int) -> torch.Tensor:
    return torch.randn(places, 2, generator=torch.Generator().manual_seed(seed))


check_keys = FunctionCheck(
    solution=_keys,
    cases=[(torch.tensor([[1.0], [3.0]]),), (_features(3, 0),), (_features(6, 1),)],
    why="The term that is missing, |f_i|²/2, is the same for all keys of one query, and softmax does not see it.",
    mistakes=[
        (lambda f: torch.cat([f, torch.zeros(len(f), 1)], dim=1),
         "with a zero there, bright pixels win everywhere: a large f_j has a large product with many queries"),
        (lambda f: torch.cat([f, (f**2).sum(dim=1, keepdim=True) / 2], dim=1),
         "the sign is wrong: -|f_i - f_j|²/2 has +f_i·f_j and -|f_j|²/2"),
        (lambda f: torch.cat([f, -(f**2).sum(dim=1, keepdim=True)], dim=1), "the half of -|f_i - f_j|²/2 is missing"),
        (lambda f: torch.cat([f, -f.norm(dim=1, keepdim=True) / 2], dim=1),
         "you took the length; its square is needed"),
        (lambda f: torch.cat([-(f**2).sum(dim=1, keepdim=True) / 2, f], dim=1),
         "the query has its 1 in the last place, so the key needs its square there too"),
    ],
)  # fmt: skip
"""Exercise 2: the keys that turn attention into a Gaussian kernel."""


def _breaking_weight(p: float, share: float) -> float:
    return math.log(p / (1 - p)) / ((2 * p - 1) * (1 - 2 * share))


check_breaking_weight = FunctionCheck(
    solution=_breaking_weight,
    cases=[(0.9, 0.25), (0.6, 0.4), (0.99, 0.1)],
    why="The thinner the thing, the smaller its share, and the sooner its neighbours outvote it.",
    mistakes=[
        (lambda p, share: math.log(p / (1 - p)) / (1 - 2 * share),
         "you let every neighbour vote with certainty; each votes with its probabilities, p and 1 - p"),
        (lambda p, share: math.log(p / (1 - p)) / (2 * p - 1),
         "you left out the votes of the pole itself; they are the given share of the message"),
        (lambda p, share: -math.log(1 - p) / ((2 * p - 1) * (1 - 2 * share)),
         "compare the two classes: the pole starts with log p, the rest with log (1 - p)"),
        (lambda p, share: p / (1 - p) / ((2 * p - 1) * (1 - 2 * share)),
         "messages are added to the logarithm of the probability"),
    ],
)  # fmt: skip
"""Exercise 3: the weight at which smoothing deletes a thin pole."""
