"""What a training run leaves behind besides the weights."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class History:
    """The course of one training run.

    Attributes
    ----------
    loss, lr : list of float
        Loss of the batch and learning rate, one entry a step.
    val_steps : list of int
        Steps done when the validation data were scored.
    val_miou : list of float
        Mean IoU on the validation data at those steps, 0..1.
    seconds : float
        Time spent in training, validation included.
    resumed : int
        The step at which the present schedule of the learning rate began: 0, or the steps of the run before, where a
        finished run was given more.
    """

    loss: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    val_steps: list[int] = field(default_factory=list)
    val_miou: list[float] = field(default_factory=list)
    seconds: float = 0.0
    resumed: int = 0

    @property
    def steps(self) -> list[int]:
        """The steps done, counted from 1."""
        return list(range(1, len(self.loss) + 1))

    def __repr__(self) -> str:
        last = f", loss {self.loss[-1]:.3f}" if self.loss else ""
        val = f", validation mIoU {self.val_miou[-1]:.3f}" if self.val_miou else ""
        return f"History({len(self.loss)} steps{last}{val}, {self.seconds:.0f} s)"
