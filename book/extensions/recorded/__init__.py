"""Sphinx directives for what was measured: ``claims`` and ``recorded-run``.

Both read stored files when the book is built and never run anything. With no file there is one honest
sentence. A file that cannot be read stops the build with an error that names it.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from . import ledger, runs
from .curves import curve_svg
from .tables import number, table

ROOT = Path(__file__).resolve().parents[3]


def sentence(text: str) -> list[nodes.Node]:
    """A paragraph of plain text."""
    return [nodes.paragraph(text=text)]


class Claims(SphinxDirective):
    """``claims``: every claim in the stored outputs of the notebooks, with its verdict."""

    def run(self) -> list[nodes.Node]:
        """Summary and table."""
        self.env.note_reread()  # a notebook may be new, so no list of files would do
        claims = ledger.read_claims(Path(self.config.recorded_notebooks))
        if not claims:
            return sentence("Nothing recorded yet: no notebook holds a claim.")
        held = sum(claim.holds for claim in claims)
        summary = f"{len(claims)} claims: {held} hold, {len(claims) - held} do not hold here."
        head = ["Chapter", "Statement", "Verdict", "Measured", "Bound", "Source"]
        measured = ledger.read_measured(Path(self.config.recorded_results) / "claims.json")
        rows = [self.row(claim, measured.get((claim.notebook, claim.text), [])) for claim in claims]
        return [*sentence(summary), table(head, rows, "claims")]

    def row(self, claim: ledger.Claim, measured: list[float]) -> list[str | nodes.Node]:
        """One claim as the cells of its row."""
        verdict = "✓ holds" if claim.holds else f"✗ does not hold here: {claim.reason or 'no reason given'}"
        return [
            self.chapter(claim.notebook),
            nodes.inline("", claim.text, ids=[claim.anchor]),
            nodes.inline("", verdict, classes=["verdict", "holds" if claim.holds else "fails"]),
            number(claim.value) + spread(measured),
            bound(claim),
            claim.source or "–",
        ]

    def chapter(self, notebook: str) -> nodes.Node:
        """The chapter's number, linked where the chapter is a page of this book."""
        text = nodes.inline("", notebook.split("_")[0])
        target = f"notebooks/{notebook}"
        if target not in self.env.found_docs:
            return text
        options = {"refdomain": "std", "reftype": "doc", "refexplicit": True, "refdoc": self.env.docname}
        return addnodes.pending_xref("", text, reftarget=f"/{target}", refwarn=True, **options)


class RecordedRun(SphinxDirective):
    """``recorded-run NAME``: one training run; without a name every run, each in a section."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The named run, or a section for each."""
        self.env.note_reread()
        folder = Path(self.config.recorded_results)
        if not self.arguments:
            found = [runs.read_run(path) for path in runs.find_runs(folder)]
            return [self.section(run) for run in found] or sentence("Nothing recorded yet.")
        path = folder / f"{self.arguments[0]}.json"
        if not path.exists():
            return sentence(f"Nothing recorded yet under the name {self.arguments[0]}.")
        return self.show(runs.read_run(path))

    def section(self, run: dict) -> nodes.section:
        """A run under a heading of its own."""
        title = f"{run['net']['name']} on {run['data']['name']}"
        section = nodes.section("", nodes.title("", title), ids=[nodes.make_id(run["name"])])
        section += self.show(run)
        return section

    def show(self, run: dict) -> list[nodes.Node]:
        """Score, curves, IoU by class, and how to repeat the run."""
        score = run["score"]
        head = [f"On the {score['split']} set", "mIoU", "pixel accuracy", "boundary F"]
        values = [number(score[key]) for key in ("miou", "pixel_accuracy", "boundary_f")]
        return [
            table(head, [[run["net"]["name"], *values]], "run-score"),
            nodes.raw("", curves_html(run), format="html"),
            table(["Class", "IoU", "0 to 1"], [iou_row(*item) for item in score["iou"].items()], "run-iou"),
            table(["What", "In this run"], facts(run), "run-facts"),
        ]


def spread(measured: list[float]) -> str:
    """The smallest and the largest value in brackets, where they differ."""
    ends = [number(end(measured)) for end in (min, max)] if measured else []
    return f" ({' to '.join(ends)})" if len(set(ends)) > 1 else ""


def bound(claim: ledger.Claim) -> str:
    """What the value had to be above, below or between."""
    if claim.above is not None and claim.below is not None:
        return f"{number(claim.above)} to {number(claim.below)}"
    if claim.above is not None:
        return f"> {number(claim.above)}"
    return "–" if claim.below is None else f"< {number(claim.below)}"


def curves_html(run: dict) -> str:
    """Loss and validation mIoU side by side; nothing for a curve that was not kept."""
    curve, name = run["curve"], nodes.make_id(run["name"])
    charts = []
    if curve["step"]:
        charts.append(curve_svg(curve["step"], curve["loss"], "training loss", f"{name}-loss"))
    if curve["val_step"]:
        charts.append(curve_svg(curve["val_step"], curve["val_miou"], "validation mIoU", f"{name}-miou", points=True))
    return f'<div class="run-curves">{"".join(charts)}</div>'


def iou_row(name: str, iou: float | None) -> list[str | nodes.Node]:
    """Class, IoU and the IoU again as a bar; a class in neither truth nor prediction has none."""
    if iou is None:
        return [name, "not present", ""]
    bar = f'<span class="iou-bar" aria-hidden="true" style="--iou: {iou:.3f}"></span>'
    return [name, f"{iou:.3f}", nodes.raw("", bar, format="html")]


def facts(run: dict) -> list[list[str | nodes.Node]]:
    """What one needs to know to repeat the run."""
    size = run["data"]["size"]
    size = " x ".join(map(str, size)) + " (rows x columns)" if isinstance(size, list) else str(size)
    together = ", ".join
    return [
        ["Command", nodes.literal("", run["command"])],
        ["Parameters", f"{run['net']['parameters']:,}"],
        ["Picture size", size],
        ["Settings", together(f"{key} {value}" for key, value in run["settings"].items())],
        ["Seed", str(run["seed"])],
        ["Time", f"{run['seconds']:,.0f} s"],
        ["Date", run["date"]],
        ["Machine", together(f"{key} {value}" for key, value in run["environment"].items())],
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register both directives, and the two folders that they read."""
    app.add_config_value("recorded_notebooks", str(ROOT / "notebooks"), "env", str)
    app.add_config_value("recorded_results", str(ROOT / "benchmarks" / "results"), "env", str)
    app.add_directive("claims", Claims)
    app.add_directive("recorded-run", RecordedRun)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
