"""Claims: sentences with a number that fail when they are false."""

from __future__ import annotations

CLAIM_KEY = "segedu_claim"
"""The key under which `claim` leaves its facts in the metadata of a notebook's output."""


def claim(
    text: str,
    holds: bool = True,
    *,
    value: float | None = None,
    above: float | None = None,
    below: float | None = None,
    trained: bool = False,
    source: str | None = None,
    fails_because: str | None = None,
) -> None:
    """State something and check it: print one line if it holds, stop the notebook if not.

    The line does not contain the measured value, so that it is the same on every machine. The value goes, with
    the rest, into the metadata of the output; the book's ledger of claims collects it there, and ``make claims``
    compares it between machines and seeds.

    Parameters
    ----------
    text : str
        The statement, a full sentence without its full stop.
    holds : bool
        What must be true besides the bounds: an equality, a proof.
    value : float, optional
        What was measured.
    above, below : float, optional
        The bounds of ``value``: it must be larger, smaller, or between.
    trained : bool
        Whether the value comes from a trained network or another model with a seed, and so differs a little from
        machine to machine. Such a claim needs a value and a bound, and the bound its distance from the mean over
        machines and seeds; ``benchmarks/results/claims.json`` has both.
    source : str, optional
        Where the statement is from: a paper's section, or the id of a source text.
    fails_because : str, optional
        For a statement of a source that does *not* hold here: the reason, a full sentence. The notebook then stops
        if it does hold after all.

    Raises
    ------
    AssertionError
        If it does not hold, or holds against expectation.
    ValueError
        If a bound has no value, a value no bound, or a claim of something trained neither.

    Examples
    --------
    >>> claim("Two is more than one", 2 > 1)
    Holds: Two is more than one.
    >>> claim("Half of ten is more than four", value=10 / 2, above=4)
    Holds: Half of ten is more than four.
    """
    bounded = above is not None or below is not None
    if bounded != (value is not None) or (trained and not bounded):
        raise ValueError(
            f"{text}: found value {value}, above {above}, below {below}; expected a value with a bound, or (if nothing "
            "was trained) neither."
        )
    within = not bounded or ((above is None or value > above) and (below is None or value < below))
    holds = bool(holds and within)
    line = f"Holds: {text}." if holds else f"Does not hold here: {text}. {fails_because or ''}".rstrip()
    bounds = {"value": None if value is None else float(value), "above": above, "below": below}
    facts = {"text": text, "holds": holds, **bounds, "trained": trained, "source": source}
    if fails_because:
        facts["reason"] = fails_because
    _publish(line, facts)
    if holds == (fails_because is not None):
        verdict = "holds after all" if holds else "does not hold"
        raise AssertionError(f"{verdict}: {text} (measured {value}, above {above}, below {below})")


def _publish(line: str, facts: dict[str, object]) -> None:
    """Print a line; in a notebook with the facts beside it, also those of a claim that fails."""
    try:
        from IPython import get_ipython
        from IPython.display import publish_display_data
    except ImportError:
        print(line)
        return
    if get_ipython() is None:
        print(line)
    else:
        publish_display_data({"text/plain": line}, metadata={CLAIM_KEY: facts})
