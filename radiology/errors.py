"""The one error a user can cause."""

from __future__ import annotations

LONGEST = 1000
"""Characters of a sentence, a long path included."""


class SightlineError(Exception):
    """Input that cannot be used; its text is one sentence naming the thing, the value and the fix.

    The command line prints it on stderr and exits with 2; the web page shows it in place. What it quotes comes from
    outside: characters that do not print become spaces, and the middle of an overlong text is left out.
    """

    def __init__(self, sentence: str) -> None:
        shown = "".join(c if c.isprintable() else " " for c in sentence)
        super().__init__(shown if len(shown) <= LONGEST else f"{shown[: LONGEST // 2]} ... {shown[-LONGEST // 3 :]}")
