"""Messages made of valid ones by changing one place, or two."""

import random
import re
from decimal import Decimal

UNKNOWN = "unknownMember"
INTEGERS = [0, -1, 1, 127, 128, -129, 255, 256, 32768, 65536, 2**31 - 1, 2**31, -(2**31) - 1, 2**32, 2**53 - 1, 2**53 + 1,
            2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64 - 1, 2**64, 10**30, -(10**30)]
DECIMALS = [Decimal(text) for text in ("-0", "0.0", "1.0", "1.50", "0.1", "1E+3", "1E-3", "1.5E+1", "10E-1", "1E+400", "-0.000000000000000000000001",
                                       "12345678901234567890.12345678901234567890", "3.4028236E+38", "1.8E+308")]
NUMERALS = ["0", "1", "-1", "+1", " 1", "1 ", "01", "1.0", ".5", "5.", "1e3", "0x1", "", " ", "-", "1,5", "NaN", "INF", "-INF", "+INF", "Infinity", "nan",
            "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1_000", "١"]
BOOLEANS = ["true", "false", "1", "0", "TRUE", " true", "yes", ""]
TIMES = ["2024-02-29", "2023-02-29", "2024-02-30", "2024-13-01", "2024-00-10", "2024-04-31", "1900-02-29", "2000-02-29", "2024-02-29Z", "2024-02-29+02:00", "2024-02-29-14:00", "2024-02-29+14:01",
         "2024-02-29+15:00", "2024-02-29z", "0000-01-01", "-0001-01-01", "0001-01-01", "12024-01-01", "02024-01-01", "2024-1-1", "24-01-01", "20240229", " 2024-02-29", "2024-02-29 ",
         "2024-02-29T12:00:00", "2024-02-29T12:00:00Z", "2024-02-29T12:00:00.123456789012Z", "2024-02-29T12:00:00.Z", "2024-02-29T24:00:00", "2024-02-29T24:00:01Z", "2024-02-29T24:00:00Z",
         "2024-02-29T23:59:60Z", "2024-02-29T23:60:00Z", "2024-02-29t12:00:00z", "2024-02-29 12:00:00", "2024-02-29T12:00", "2024-02-29T12:00:00+05:30", "2024-02-29T12:00:00-00:00",
         "2023-02-29T12:00:00Z", "12:00:00", "24:00:00", "24:00:00Z", "12:00:00.5+01:00", "12:00", "25:00:00", "12:00:60", "2024", "-2024", "2024Z", "2024-02", "2024-13", "--02-29", "--02-30", "--13-01", "---31", "---32",
         "--02", "--02--", "P1Y", "P1Y2M3DT4H5M6.7S", "-P1D", "P", "PT", "P1H", "P1DT", "PT1.S", "P-1D", "P1M1Y", "P1W", "+P1D", "PT0.000001S", "p1y"]
OCTETS = ["", "AA==", "AAA=", "AAAA", "AA=", "A", "AAA", "AA = =", "AB==", "AAB=", "A===", "-_-_", "AAAA AAAA", "AA==AA==", "0F", "0f", "0", "0G", "0a 0b", "=", "AAAA\n"]
NAMES = ["a", "a b", ":a", "a:", "a:b", "a:b:c", "{}a", "{urn:x}a", "1a", "-a", "_a", "a.b-c", "é", "xs:string", "en", "en-US", "en-", "e1-US", "x-klingon", "englishxx-a", "http://a.example/b c", "%zz", "http://[", "#a#b", "a\\b", "a  b", " a", "a ", "a,b"]
TEXTS = ["", " ", "  ", "x", " x", "x ", "a\tb", "a\nb", "a\rb", "\n", "\u0000", "\u0001", "\u001f", "\u007f", "\u0085", "\u00a0", "\u2028", "\ufffe", "\uffff", "\U0001f600", "e\u0301", "<a/>", "]]>", "&amp;", "null"]
OTHERS = [None, True, 5, Decimal("1.5"), "text", "", [], {}, [None], [[]], {"$value": "x"}, {"$nil": True}, {"@type": "nothing"}, {"$any": []}, {"$content": ["x"]}]
SPELLED = (INTEGERS, DECIMALS, NUMERALS, BOOLEANS, TIMES, OCTETS, NAMES, TEXTS)
LONGEST = 3000


class Place:
    """A value in a message: what holds it, where in that, and the schema that says something of it."""

    __slots__ = ("holder", "key", "schema", "path")

    def __init__(self, holder, key, schema, path):
        self.holder, self.key, self.schema, self.path = holder, key, schema, path

    @property
    def value(self):
        return self.holder[self.key]

    @value.setter
    def value(self, value):
        self.holder[self.key] = value


def copied(value):
    if isinstance(value, dict):
        return {key: copied(member) for key, member in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


class Pool:
    """Values of members by their names, from all messages of the contract."""

    KEPT = 6

    def __init__(self, dice):
        self.dice, self.values = dice, {}

    def learn(self, value):
        if isinstance(value, dict):
            for key, member in value.items():
                kept = self.values.setdefault(key, [])
                if len(kept) < self.KEPT:
                    kept.append(member)
                self.learn(member)
        elif isinstance(value, list):
            for item in value:
                self.learn(item)

    def value(self, key, schema, shapes):
        """A value for a member; a guess where no message has it."""
        if self.values.get(key):
            return copied(self.dice.choice(self.values[key]))
        return self.guess(schema, shapes, 0)

    def guess(self, schema, shapes, depth):
        for keyword in ("const", "default"):
            for fixed in shapes.facets(schema, keyword):
                return fixed
        for values in shapes.facets(schema, "enum"):
            return values[0]
        for kind in shapes.facets(schema, "type"):
            kind = kind if isinstance(kind, str) else kind[0]
            if kind == "object":
                _, must = shapes.members(schema)
                if depth > 6:
                    return {}
                return {key: self.guess(shapes.member(schema, key) or {}, shapes, depth + 1) for key in sorted(must)}
            if kind == "array":
                return [self.guess(shapes.item(schema) or {}, shapes, depth + 1)] if depth < 6 else []
            return {"string": "x", "integer": 1, "number": Decimal("1.5"), "boolean": True, "null": None}[kind]
        return "x"


class Mutations:
    """Mutations of the messages of one contract."""

    def __init__(self, shapes, pool, seed):
        self.shapes, self.pool, self.dice = shapes, pool, random.Random(seed)

    def of(self, message, schema):
        """A changed copy of a message, with what was done to it; None where nothing came of it."""
        root = [copied(message)]
        done = []
        for _ in range(2 if self.dice.random() < 0.1 else 1):
            places = list(self.places(Place(root, 0, schema, "")))
            # Deep places are many: half of the time the first levels are looked at alone.
            place = self.dice.choice(places if self.dice.random() < 0.7 else places[:12])
            kind = self.change(place)
            if kind is None:
                return None
            done.append(f"{kind} at {place.path or '/'}")
        return root[0], ", ".join(done)

    def places(self, place):
        found = [place]
        for one in found:
            if len(found) > LONGEST:
                break
            value = one.value
            if isinstance(value, dict):
                for key in value:
                    schema = self.shapes.member(one.schema, key) if one.schema is not None else None
                    found.append(Place(value, key, schema, f"{one.path}/{key}"))
            elif isinstance(value, list):
                schema = self.shapes.item(one.schema) if one.schema is not None else None
                found.extend(Place(value, at, schema, f"{one.path}/{at}") for at in range(min(len(value), 4)))
        return found

    def change(self, place):
        value = place.value
        if isinstance(value, dict):
            ways = [self.drop, self.drop, self.unknown, self.add, self.add, self.add, self.case, self.move, self.deeper, self.shuffle, self.other, self.exchange]
        elif isinstance(value, list):
            ways = [self.shorter, self.longer, self.empty, self.bare, self.other, self.twice]
        else:
            ways = [self.bound, self.bound, self.spelled, self.spelled, self.spelled, self.text, self.other, self.as_list, self.in_object]
        if place.schema is None:
            ways = [way for way in ways if way not in (self.add, self.bound)]
        return self.dice.choice(ways)(place)

    # Objects.

    def drop(self, place):
        if not place.value:
            return None
        key = self.dice.choice(list(place.value))
        del place.value[key]
        return f"without {key}"

    def unknown(self, place):
        key = self.dice.choice([UNKNOWN, "@" + UNKNOWN, "$value", "$any", "$content", "$items", "$nil", "@type", "$headers", "", "@{urn:x}a", "xmlns", "a b"])
        place.value[key] = self.dice.choice(["x", 1, None, True, [], {}, ["<a/>"], [{}]])
        return f"with the unknown {key!r}"

    def add(self, place):
        may, _ = self.shapes.members(place.schema)
        absent = [key for key in may if key not in place.value]
        if not absent:
            return None
        key = self.dice.choice(absent)
        place.value[key] = self.pool.value(key, self.shapes.member(place.schema, key), self.shapes)
        return f"with {key}"

    def exchange(self, place):
        """The member of one branch for that of another."""
        may, _ = self.shapes.members(place.schema) if place.schema is not None else ([], ())
        absent = [key for key in may if key not in place.value]
        if not absent or not place.value:
            return None
        gone, key = self.dice.choice(list(place.value)), self.dice.choice(absent)
        del place.value[gone]
        place.value[key] = self.pool.value(key, self.shapes.member(place.schema, key), self.shapes)
        return f"with {key} for {gone}"

    def case(self, place):
        if not place.value:
            return None
        key = self.dice.choice(list(place.value))
        other = key.swapcase() if self.dice.random() < 0.5 else key[:1].swapcase() + key[1:]
        if other in place.value:
            return None
        place.value[other] = place.value.pop(key)
        return f"{other} for {key}"

    def move(self, place):
        """An attribute as an element, an element as an attribute, or a member beside where it belongs."""
        if not place.value:
            return None
        key = self.dice.choice(list(place.value))
        other = key[1:] if key.startswith("@") else "@" + key
        if other in place.value:
            return None
        place.value[other] = place.value.pop(key)
        return f"{other!r} for {key!r}"

    def deeper(self, place):
        if not place.value:
            return None
        key = self.dice.choice(list(place.value))
        place.value[key] = {key: place.value[key]}
        return f"{key} in {key}"

    def shuffle(self, place):
        members = list(place.value.items())
        self.dice.shuffle(members)
        place.value.clear()
        place.value.update(members)
        return "in another order"

    # Lists.

    def shorter(self, place):
        if not place.value:
            return None
        least = self.shapes.facets(place.schema, "minItems") if place.schema is not None else []
        del place.value[max(0, (max(least) - 1) if least and self.dice.random() < 0.7 else len(place.value) - 1):]
        return "shorter"

    def longer(self, place):
        if not place.value:
            return None
        most = self.shapes.facets(place.schema, "maxItems") if place.schema is not None else []
        wanted = len(place.value) + 1
        if most and min(most) < 60:
            wanted = min(most) + self.dice.choice([0, 1])
        while len(place.value) < wanted:
            place.value.append(copied(place.value[-1]))
        return "longer"

    def empty(self, place):
        place.value = []
        return "an empty list"

    def bare(self, place):
        if not place.value:
            return None
        place.value = place.value[0]
        return "an item for a list"

    def twice(self, place):
        place.value = [place.value]
        return "a list in a list"

    # Values.

    def bound(self, place):
        value, shape = place.value, place.schema
        ways = []
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            for bound in self.shapes.facets(shape, keyword):
                if isinstance(bound, bool):
                    continue
                bound = Decimal(str(bound)) if isinstance(bound, float) else bound
                ways += [bound, bound - 1, bound + 1]
                ways += [bound + Decimal("0.1"), str(bound), str(bound + 1)]
        for keyword in ("minLength", "maxLength"):
            for bound in self.shapes.facets(shape, keyword):
                if bound < LONGEST:
                    filler = value if isinstance(value, str) and value else "x"
                    for length in (bound - 1, bound, bound + 1):
                        ways.append((filler * (length + 1))[: max(0, length)])
                    ways.append("\U0001f600" * bound)
        for values in self.shapes.facets(shape, "enum") + [[one] for one in self.shapes.facets(shape, "const")]:
            one = self.dice.choice(values)
            ways.append(copied(one))
            if isinstance(one, str):
                ways += [one + "_", one.swapcase(), " " + one, one + "\n", one[:-1]]
        for pattern in self.shapes.facets(shape, "pattern"):
            if isinstance(value, str) and value:
                at = self.dice.randrange(len(value))
                ways += [value[:at] + value[at + 1:], value[:at] + self.dice.choice("aZ09 .-_") + value[at:], value[:at] + self.dice.choice("aZ09") + value[at + 1:]]
            else:
                ways.append(re.sub(r"[\\^$(){}\[\]|?*+]", "", pattern)[:40])
        if not ways:
            return None
        place.value = self.dice.choice(ways)
        return "a value at a bound"

    def spelled(self, place):
        value = place.value
        if isinstance(value, bool):
            lists = [BOOLEANS, [0, 1, 2]]
        elif isinstance(value, (int, Decimal)):
            lists = [INTEGERS, DECIMALS, NUMERALS]
        elif isinstance(value, str) and re.fullmatch(r"[-+]?P.*|-*\d[\dT:.Z+-]*", value):
            lists = [TIMES, TIMES, NUMERALS, INTEGERS]
        elif isinstance(value, str):
            lists = [TEXTS, NAMES, OCTETS, TIMES, NUMERALS]
        else:
            lists = SPELLED
        place.value = self.dice.choice(self.dice.choice(lists))
        return "another spelling"

    def text(self, place):
        if not isinstance(place.value, str):
            place.value = str(place.value)
            return "a text"
        at = self.dice.randint(0, len(place.value))
        place.value = place.value[:at] + self.dice.choice(TEXTS) + place.value[at:]
        return "another text"

    def as_list(self, place):
        place.value = [place.value] * self.dice.choice([1, 1, 2])
        return "a list of it"

    def in_object(self, place):
        place.value = {self.dice.choice(["$value", "value", "@type"]): place.value}
        return "an object of it"

    def other(self, place):
        place.value = copied(self.dice.choice(OTHERS))
        return "another kind"
