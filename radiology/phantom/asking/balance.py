"""How often an absent finding is asked about, so that "yes" and "no" come equally often for every finding."""

from __future__ import annotations

from radiology.findings import FINDINGS

_RARE = frozenset({
    "hernia", "pneumoperitoneum", "scoliosis", "hyperinflation", "low_lung_volumes", "elevated_hemidiaphragm",
    "mediastinal_shift", "silhouette_sign", "volume_loss",
})  # fmt: skip
_SHARES = (0.021, 0.04, 0.064)
"""Shares of phantoms that have a rare finding, a device, any other finding: measured over 10,000 first visits."""


def odds(name: str) -> float:
    """The chance that an absent finding is asked about: present ones are always."""
    share = _SHARES[0] if name in _RARE else _SHARES[1] if FINDINGS[name].device else _SHARES[2]
    return share / (1 - share)
