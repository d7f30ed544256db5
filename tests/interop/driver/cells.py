"""What was tried: a line for each cell as it comes, a count at the end."""

import time
from dataclasses import dataclass

HEADINGS = ("peer", "role", "mode", "against", "case", "outcome")
WIDTHS = (10, 7, 10, 24, 17, 0)


@dataclass(frozen=True)
class Cell:
    """The variant is what differs from the usual, such as a peer as shipped, or a strict bridge."""

    peer: str
    role: str
    mode: str
    against: str
    case: str
    variant: str = ""


class Failed(Exception):
    """What a cell found wrong."""


class NotApplicable(Exception):
    """Why a cell cannot be tried with this peer."""


class Table:
    """`noted` has each cell with its outcome (`ok`, `failed` or `n-a`) and the reason for it, if there is one."""

    def __init__(self):
        self.noted = []
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
        self.noted.append((cell, outcome, None if reason is None else str(reason)))
        words = outcome if reason is None else f"{outcome}: {reason}"
        against = f"{cell.against}, {cell.variant}" if cell.variant else cell.against
        self.line((cell.peer, cell.role, cell.mode, against, cell.case, words))

    def line(self, words):
        print("  ".join(word.ljust(width) for word, width in zip(words, WIDTHS)).rstrip(), flush=True)

    def count(self, wanted):
        return sum(outcome == wanted for _, outcome, _ in self.noted)

    def summary(self):
        """Prints the count and gives the exit code; a run that tried nothing has not passed."""
        elapsed = time.monotonic() - self.started
        print(f"\n{self.count('n-a')} n-a, {elapsed:.0f} s")
        print(f"{self.count('ok')} passed, {self.count('failed')} failed")
        return 0 if self.count("ok") and not self.count("failed") else 1
