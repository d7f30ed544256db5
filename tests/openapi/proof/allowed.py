"""What the bridge and the schemas may disagree on: allowed.tsv, with the reason that JSON Schema or OpenAPI forces."""

import re
from dataclasses import dataclass

from .places import HERE


@dataclass(frozen=True)
class Disagreement:
    """`judge` is a schema of the `document`, or that of `schema json`; `side` says who alone takes the message, the `bridge` or the `judge`; `said` is what
    the other one says of it; `facts` is what the schema says in words of the values where that is."""

    contract: str
    message: str
    judge: str
    side: str
    mutation: str
    said: str
    facts: str
    text: str

    @property
    def kind(self):
        taken = f"only the {'bridge' if self.side == 'bridge' else self.judge} takes it"
        told = f" [told: {general(self.facts)}]" if self.facts else ""
        return f"{self.judge}: {taken}: {general(self.said)}{told}"


def general(said):
    """A sentence without the places and values of one message."""
    said = re.sub(r" /[^:]*(: )?|^/[^:]*: ", " ", said)
    said = re.sub(r"did you mean .*", "did you mean …", said)
    said = re.sub(r"\"[^\"]*\"|'[^']*'|`[^`]*`", "'…'", said)
    return re.sub(r"\d+", "0", said)[:170].strip()


@dataclass(frozen=True)
class Row:
    """Each of the last three is an expression; `fact` is one that a fact must fit, where it is not empty."""

    judge: str
    side: str
    said: re.Pattern
    fact: re.Pattern
    reason: str

    def fits(self, disagreement):
        return (
            self.judge in (disagreement.judge, "*")
            and disagreement.side == self.side
            and self.said.search(disagreement.said) is not None
            and (not self.fact.pattern or self.fact.search(disagreement.facts) is not None)
        )


def rows():
    lines = (HERE / "allowed.tsv").read_text(encoding="utf-8").splitlines()
    parts = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Row(judge, side, re.compile(said), re.compile(fact), reason) for judge, side, said, fact, reason in parts]
