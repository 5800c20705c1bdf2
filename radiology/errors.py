"""The one error a user can cause."""


class SightlineError(Exception):
    """Input that cannot be used; its text is one sentence naming the thing, the value and the fix.

    The command line prints it on stderr and exits with 2; the web page shows it in place.
    """
