"""How much two boxes have in common."""

from __future__ import annotations

from radiology.study import Box


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0 in different views."""
    if a.view != b.view:
        return 0.0
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(a) + _area(b) - shared)


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)
