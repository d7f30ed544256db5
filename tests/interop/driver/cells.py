"""The table of what was tried: a line for each cell as it comes, a count at the end."""

import time
from dataclasses import dataclass

HEADINGS = ("peer", "role", "mode", "against", "case", "outcome")
WIDTHS = (10, 7, 7, 18, 17, 0)


@dataclass(frozen=True)
class Cell:
    peer: str
    role: str
    mode: str
    against: str
    case: str


class Failed(Exception):
    """What a cell found wrong."""


class NotApplicable(Exception):
    """Why a cell cannot be tried with this peer."""


class Table:
    def __init__(self):
        self.counts = {"ok": 0, "failed": 0, "n-a": 0}
        self.started = time.monotonic()
        self.line(HEADINGS)

    def cell(self, cell, attempt):
        """Runs `attempt()` and notes how it ended."""
        try:
            attempt()
        except Failed as reason:
            self.note(cell, "failed", reason)
        except NotApplicable as reason:
            self.note(cell, "n-a", reason)
        else:
            self.note(cell, "ok")

    def note(self, cell, outcome, reason=None):
        self.counts[outcome] += 1
        words = outcome if reason is None else f"{outcome}: {reason}"
        self.line((cell.peer, cell.role, cell.mode, cell.against, cell.case, words))

    def line(self, words):
        print("  ".join(word.ljust(width) for word, width in zip(words, WIDTHS)).rstrip(), flush=True)

    def summary(self):
        """Prints the count and gives the exit code; a run that tried nothing has not passed."""
        elapsed = time.monotonic() - self.started
        print(f"\n{self.counts['n-a']} n-a, {elapsed:.0f} s")
        print(f"{self.counts['ok']} passed, {self.counts['failed']} failed")
        return 0 if self.counts["ok"] and not self.counts["failed"] else 1
