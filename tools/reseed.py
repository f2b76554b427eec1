"""The code of a cell with other random seeds: of the weights, of the batches, of scikit-learn's models."""

from __future__ import annotations

import ast

WORLDS = ("Scenes", "Tissue")
"""Their seed says which pictures are drawn, and a chapter speaks of these pictures."""


def reseed(source: str, by: int) -> str:
    """Add ``by`` to every seed that a cell sets; the data stay the same.

    What is changed: ``torch.manual_seed(0)``, the keywords ``seed=0`` and ``random_state=0`` of a call, and `fit` of
    `segedu.train` and of `segedu.pixels` (which is told how many ``pixels``), whose seed is 0 where none is given. A
    cell that is not plain Python (IPython's magic) stays.

    Examples
    --------
    >>> print(reseed("torch.manual_seed(0); fit(net, Scenes(4, seed=0), steps=3)", 5))
    torch.manual_seed(0 + 5)
    fit(net, Scenes(4, seed=0), steps=3, seed=5)
    """
    if not by:
        return source
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _reseed_call(node, by)
    return ast.unparse(ast.fix_missing_locations(tree))


def _reseed_call(call: ast.Call, by: int) -> None:
    function = ast.unparse(call.func)
    if function == "torch.manual_seed":
        call.args = [_plus(call.args[0], by)]
    given = [word for word in call.keywords if word.arg in ("seed", "random_state")]
    for word in given:
        if function not in WORLDS and isinstance(word.value, ast.Constant):
            word.value = ast.Constant(word.value.value + by)
    pixels = function.endswith(".fit") and any(word.arg == "pixels" for word in call.keywords)
    if (function == "fit" or pixels) and not given:
        call.keywords.append(ast.keyword("seed", ast.Constant(by)))


def _plus(value: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(value, ast.Add(), ast.Constant(by))
