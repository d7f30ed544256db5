"""The matrix as Markdown: a table for clients, one for servers, and why cells are not applicable."""

from .kinds import VERSIONS
from .parts import last_run

INTRODUCTION = """\
# Interoperability

SOAP stacks, generators of code and a browser that are not ours. Each part below was written by the program that it names, with
`--report docs/INTEROP.md`; [tests/interop](../tests/interop/README.md) tells what each case is. The parts of `run` and `ports` are in the gate, and so are those
of `addressing` and `attachments` for the peers of `run`.

## Stacks in the gate

What `tests/interop/run` found: stacks as clients before a SOAP front and as servers behind a JSON front. `✓` passed, `✗` failed; a
number is a note below: the peer cannot do that, or does it against a specification.

In a row without a variant, a front has `profile: compat` and a peer is mended where it breaks a specification; _as shipped_ it
is not. Rows with `+ts` have a Timestamp: in request and answer, which the front requires; in requests to servers, and in the
answers of CXF, which alone has one there and where the bridge requires it.
"""
ROLES = {"client": "Clients before a SOAP front", "server": "Servers behind a JSON front"}


def markdown(peers, table, introduction):
    notes = []
    parts = [introduction, "### Peers\n", versions(peers)]
    security = [noted for noted in table.noted if noted[0].against.startswith("SOAP ")]
    for role, heading in ROLES.items():
        parts += [f"### {heading}\n", of_role([noted for noted in security if noted[0].role == role], notes)]
    others = [noted for noted in table.noted if noted not in security]
    parts += ["### The samples: answers, failures of the business, wrong passwords\n", of_samples(others, notes)]
    parts += ["### Notes\n", "".join(f"{number}. {text}\n" for number, text in enumerate(notes, 1))]
    return "\n".join([*parts, counts(table)])


def counts(table):
    numbers = ", ".join(f"{table.count(outcome)} {word}" for outcome, word in COUNTED.items())
    return f"{numbers}. {last_run()}\n"


COUNTED = {"ok": "cells passed", "failed": "failed", "n-a": "not applicable"}


def versions(peers):
    return grid(("peer", "version"), [(peer.name, peer.version()) for peer in peers])


def of_role(noted, notes):
    """A row for each peer, mode and variant; a column for each version of SOAP and case."""
    cases = unique(cell.case for cell, _, _ in noted)
    columns = [(f"SOAP {version}", case) for version in VERSIONS for case in cases]
    row_of, column_of = (lambda cell: (cell.peer, cell.mode, cell.variant)), (lambda cell: (cell.against, cell.case))
    rows = pivoted(noted, row_of, column_of, columns, notes)
    return grid(("peer", "mode", "variant", *(f"{against[5:]} {case}" for against, case in columns)), rows)


def of_samples(noted, notes):
    columns = unique(cell.case for cell, _, _ in noted)
    rows = pivoted(noted, lambda cell: (cell.peer, cell.role, cell.mode, cell.against), lambda cell: cell.case, columns, notes)
    return grid(("peer", "role", "mode", "against", *columns), rows)


def pivoted(noted, row_of, column_of, columns, notes):
    marks = {(row_of(cell), column_of(cell)): mark(cell, outcome, reason, notes) for cell, outcome, reason in noted}
    rows = sorted(unique(row_of(cell) for cell, _, _ in noted))
    return [(*row, *(marks.get((row, column), "") for column in columns)) for row in rows]


def mark(cell, outcome, reason, notes):
    if outcome == "ok":
        return "✓"
    note = f"{cell.peer}: {reason}"
    if note not in notes:
        notes.append(note)
    number = str(notes.index(note) + 1)
    return number if outcome == "n-a" else f"✗ {number}"


def unique(items):
    return list(dict.fromkeys(items))


def grid(headings, rows):
    """A table that is even as plain text, too."""
    widths = [max(len(str(row[column])) for row in [headings, *rows]) for column in range(len(headings))]
    lines = [headings, ["-" * width for width in widths], *rows]
    return "".join("| " + " | ".join(str(word).ljust(width) for word, width in zip(line, widths)) + " |\n" for line in lines)
