"""The films with a bright spot of the stress tests."""

from __future__ import annotations

from tests.eval.stress.conftest import data

__all__ = ["data"]
