"""A document that several programs write, each its own part of it."""

import datetime
import subprocess

from .places import ROOT


def write(path, program, text):
    """Replaces the part of `program`; where it has none yet, adds it at the end."""
    begin, end = f"<!-- {program} -->\n\n", f"\n<!-- end of {program} -->\n"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    head, found, rest = before.partition(begin)
    tail = rest.partition(end)[2]
    if not found and head:
        head += "\n"
    path.write_text(f"{head}{begin}{text}{end}{tail}", encoding="utf-8")


def last_run():
    commit = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    return f"Last run: {datetime.date.today().isoformat()}, commit {commit.stdout.strip()}."
