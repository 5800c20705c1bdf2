"""Where a finding or the end of a device is: before the noun ("left basal") or after it ("at the left base")."""

from __future__ import annotations

from radiology.phantom.language.places import ANGLE, APEX, BASE, BOTH_LEADS, CLAVICLE, FISSURE, HILUM, RETROCARDIAC
from radiology.study import Finding, Side

_ADJECTIVE = {APEX: "apical", BASE: "basal", HILUM: "perihilar", "lingula": "lingular", CLAVICLE: "clavicle"}
_PLURAL = {APEX: "apices", BASE: "bases", HILUM: "hila"}
_AT = (APEX, BASE, HILUM, "cavoatrial junction")
_AFTER = (FISSURE, ANGLE)
"""Locations that stand after the noun only, as RETROCARDIAC stands before it only."""


def may_lead(finding: Finding) -> bool:
    return finding.location is not None and finding.location not in _AFTER


def may_follow(finding: Finding) -> bool:
    return finding.location is not None and finding.location != RETROCARDIAC


def leading(finding: Finding) -> str:
    """The place as adjectives: "left lower lobe", "bilateral basal", "left"."""
    location = finding.location or ""
    if location == "lingula":
        return "lingular"
    return " ".join(filter(None, (finding.side, _ADJECTIVE.get(location, location))))


def following(finding: Finding) -> str:
    """The place as a phrase: "in the left lower lobe", "at both bases", "of the left sixth rib"."""
    location = finding.location or ""
    preposition = "of" if finding.name == "fracture" else "at" if location in _AT else "in"
    if finding.side is Side.BILATERAL:
        return f"{preposition} both {_PLURAL.get(location, location + 's')}"
    side = "" if finding.side is None or location == "lingula" else f"{finding.side} "
    return f"{preposition} the {side}{location}"


def position(finding: Finding) -> str:
    """Where a device ends: "in the stomach", "4 cm above the carina"."""
    place = finding.position or ""
    if place.endswith("above the carina"):
        return place
    if place == BOTH_LEADS:
        return "in the right atrium and right ventricle"
    return f"{'at' if place in _AT else 'in'} the {place}"
