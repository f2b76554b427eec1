"""What was measured: recorded runs as JSON files, and claims that fail when they are false."""

from segedu.results.claims import CLAIM_KEY, claim
from segedu.results.runs import Run, curve_facts, net_facts, score_facts, write_json, write_measurement

__all__ = [
    "CLAIM_KEY", "Run", "claim", "curve_facts", "net_facts", "score_facts", "write_json", "write_measurement",
]  # fmt: skip
