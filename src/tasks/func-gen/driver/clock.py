"""Notes whether code asks what time it is: what it then gives comes out otherwise on another day, though it repeats today."""

import sys
from datetime import date

READERS = {"time", "time_ns", "now", "today", "utcnow"}


class ClockWatch:
    """Only calls of functions written in C are looked at: the clock is read by nothing else."""

    def __init__(self):
        self.asked = False

    def __enter__(self):
        sys.setprofile(self._look)
        return self

    def __exit__(self, *_error):
        sys.setprofile(None)

    def _look(self, frame, event, called):
        if event != "c_call" or self.asked:
            return
        name, owner = getattr(called, "__name__", ""), getattr(called, "__self__", None)
        of_dates = isinstance(owner, type) and issubclass(owner, date)
        if name in READERS and (of_dates or getattr(owner, "__name__", "") == "time"):
            # A log says when, and nothing comes of it.
            self.asked = frame.f_globals.get("__name__") != "logging"
