"""One contract: its messages, and what the bridge and the schemas say of them."""

from collections import Counter

from . import exact
from .allowed import Disagreement
from .judges import Judges
from .messages import Bridge, has_empty, kinds
from .mutations import Mutations, Pool
from .shapes import Shapes, facts

# Of one contract: kinds of messages with samples and schemas of their own, messages of others, and messages in all, by how many kinds there are.
CHOSEN, GIVEN, LEAST, OF_A_KIND, MOST = 12, 60, 90, 16, 500
STYLES = (("minimal", 0), ("full", 0), ("random", 1))
# One message in so many is judged by the second judge.
SECOND = 20
LONGEST = 200_000


class Examination:
    def __init__(self, binary, contract, folder, dice):
        self.contract, self.dice = contract, dice
        self.bridge = Bridge(binary, contract, folder)
        self.counts, self.disagreements, self.differing = Counter(contracts=1), [], []

    def run(self):
        document = self.bridge.document()
        if document is None:
            self.counts["without"] += 1
            return self.counts, [], []
        judges = Judges(document)
        self.kinds, self.has_empty = list(kinds(document)), has_empty(document)
        self.shapes, self.roots = Shapes(document), {kind: {"$ref": kind.schema} for kind in self.kinds}
        self.judges = {kind: {"document": judges.of(kind.schema)} for kind in self.kinds}
        self.chosen = self.dice.sample(self.kinds, min(CHOSEN, len(self.kinds)))
        for kind in self.chosen:
            schema = self.bridge.schema(kind)
            if schema is not None:
                self.judges[kind]["schema"] = Judges(schema).of("#")
        self.counts["kinds"] += len(self.kinds)
        self.counts["kinds with a schema"] += sum("schema" in judges for judges in self.judges.values())
        bases = self.bases()
        self.judge([(kind, message, "as made") for kind, message in bases])
        self.counts["bases"] += len(bases)
        self.judge(self.mutated(bases))
        return self.counts, self.disagreements, self.differing

    def bases(self):
        """Messages that are valid, each with its kind."""
        found = [(kind, message) for kind in self.kinds for message in kind.examples]
        for kind in self.chosen:
            made = (self.bridge.sample(kind, style, seed) for style, seed in STYLES)
            found += [(kind, message) for message in made if message is not None]
        given = self.contract.messages()
        for _, (name, message) in self.bridge.read(self.dice.sample(given, min(GIVEN, len(given)))):
            kind = self.kind_of(name, message)
            if kind is not None:
                found.append((kind, message))
        return [(kind, message) for kind, message in found if len(exact.dump(message)) < LONGEST]

    def kind_of(self, name, message):
        """Whose message some JSON is: what it says, else whose schema takes it."""
        named = [kind for kind in self.kinds if name is None or kind.name == name]
        taking = [kind for kind in named if self.judges[kind]["document"].takes(message)]
        if taking or name is not None:
            return (taking or named or [None])[0]
        if message == {} and self.has_empty:
            return None
        self.counts["of no schema"] += 1
        text = exact.dump(message)
        self.disagreements.append(Disagreement(self.contract.name, "?", "document", "bridge", "as made", "no schema takes it", "", text))
        return None

    def mutated(self, bases):
        pool = Pool(self.dice)
        for _, message in bases:
            pool.learn(message)
        mutations = Mutations(self.shapes, pool, self.dice.random())
        wanted = min(MOST, max(LEAST, OF_A_KIND * len(self.kinds)))
        found, seen = [], set()
        for _ in range(2 * wanted):
            if not bases or len(found) >= wanted:
                break
            kind, message = self.dice.choice(bases)
            changed = mutations.of(message, self.roots[kind])
            if changed is None:
                continue
            text = exact.dump(changed[0])
            if (kind, text) not in seen and len(text) < LONGEST:
                seen.add((kind, text))
                found.append((kind, *changed))
        return found

    def judge(self, messages):
        texts = [exact.dump(message) for _, message, _ in messages]
        verdicts = self.bridge.verdicts([(kind, text) for (kind, _, _), text in zip(messages, texts)])
        for (kind, _, mutation), text, wrong in zip(messages, texts, verdicts):
            # What is judged is what is written.
            written = exact.load(text)
            self.counts["messages"] += 1
            self.counts["taken by the bridge"] += wrong is None
            for name, judge in self.judges[kind].items():
                self.counts[f"verdicts of the {name}"] += 1
                taken = judge.takes(written)
                if taken == (wrong is None):
                    continue
                side, said = ("judge", wrong) if taken else ("bridge", judge.reason(written))
                told = facts(self.shapes, self.roots[kind], said) if taken else ""
                self.disagreements.append(Disagreement(self.contract.name, kind.name, name, side, mutation, said, told, text))
                self.counts["bad bases"] += mutation == "as made"
            if self.counts["messages"] % SECOND == 0:
                self.second(kind, written)

    def second(self, kind, message):
        for name, judge in self.judges[kind].items():
            self.counts["judged twice"] += 1
            if judge.second_takes(message) != judge.takes(message):
                self.counts["judges differ"] += 1
                self.differing.append(f"{self.contract.name} {kind.name} ({name}): {judge.reason(message) or 'taken'}; {exact.dump(message)[:300]}")
