"""From parts of lines to lines: beside what is surely text, less will do."""

from __future__ import annotations

from dataclasses import dataclass

from radiology.imaging.deid.rows import Box

_REACH = 1.5
"""Heights of a line that its next part may be away."""


@dataclass(frozen=True)
class Line:
    """A row of pieces in px of the image; `turned` where it runs down or up, `sure` where it is text by itself."""

    box: Box
    turned: bool
    sure: bool

    @property
    def along(self) -> tuple[int, int]:
        return (self.box[0], self.box[2]) if self.turned else (self.box[1], self.box[3])

    @property
    def across(self) -> tuple[int, int]:
        return (self.box[1], self.box[3]) if self.turned else (self.box[0], self.box[2])

    def goes_on(self, other: Line) -> bool:
        """True where `other` is on the same line, of about the same height, and near."""
        (low, high), (under, over) = self.across, other.across
        tall, short = max(high - low, over - under), min(high - low, over - under)
        gap = max(self.along[0], other.along[0]) - min(self.along[1], other.along[1])
        shared = min(high, over) - max(low, under)
        return self.turned is other.turned and shared >= 0.7 * short and tall <= 1.6 * short and gap <= _REACH * tall


def completed(lines: list[Line]) -> list[Box]:
    """The boxes of the sure lines, of what goes on with them, and of what lies between."""
    sure, rest = [line for line in lines if line.sure], [line for line in lines if not line.sure]
    boxes = [line.box for line in sure]
    while sure:
        line = sure.pop()
        next_to = [other for other in rest if line.goes_on(other)]
        rest = [other for other in rest if other not in next_to]
        sure += next_to
        boxes += [_around(line.box, other.box) for other in (*next_to, *sure) if line.goes_on(other)]
    return boxes


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
