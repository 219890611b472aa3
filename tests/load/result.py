"""What a part of the bench measured, against the bar that it has to meet."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    name: str
    values: Sequence[float]
    bar: float
    unit: str

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        verdict = "达标" if self.median <= self.bar else "未达标"
        figures = f"最小 {low:.2f}　中位 {self.median:.2f}　最大 {high:.2f} {self.unit}"
        if math.isinf(self.bar):  # told, not asked for
            return f"{self.name}：{figures}"
        return f"{self.name}：{figures}（要求 ≤ {self.bar:g}）{verdict}"
