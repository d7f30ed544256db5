"""What a JSON Schema says of the values in a message, so that mutations know which bounds to step over."""

APPLICATORS = ("allOf", "anyOf", "oneOf")
DEEP = 12


class Shapes:
    """The schemas of one document, with their references resolved."""

    def __init__(self, document):
        self.document = document
        self.found = {}

    def of(self, schema):
        """The schemas that say something of the same value: this one, and those that it refers to or is composed of."""
        known = self.found.get(id(schema))
        if known is None:
            known = []
            self.collect(schema, known, 0)
            # The schema is kept with what was found, so that no other one gets its id.
            self.found[id(schema)] = known
        return known

    def collect(self, schema, into, depth):
        if not isinstance(schema, dict) or depth > DEEP or any(schema is one for one in into):
            return
        into.append(schema)
        if "$ref" in schema:
            self.collect(self.at(schema["$ref"]), into, depth + 1)
        for applicator in APPLICATORS:
            for part in schema.get(applicator, []):
                self.collect(part, into, depth + 1)
        for applicator in ("then", "else"):
            self.collect(schema.get(applicator), into, depth + 1)

    def at(self, reference):
        place = self.document
        for word in reference.removeprefix("#/").split("/"):
            place = place[word.replace("~1", "/").replace("~0", "~")]
        return place

    def member(self, schema, key):
        """A schema of the member of an object; None where none says anything of it."""
        for one in self.of(schema):
            if key in one.get("properties", {}):
                return one["properties"][key]
        for one in self.of(schema):
            if isinstance(one.get("additionalProperties"), dict):
                return one["additionalProperties"]
        return None

    def item(self, schema):
        for one in self.of(schema):
            if isinstance(one.get("items"), dict):
                return one["items"]
        return None

    def members(self, schema):
        """The names that an object may have, and those that it must have."""
        may, must = [], set()
        for one in self.of(schema):
            may += [key for key in one.get("properties", {}) if key not in may]
            must |= set(one.get("required", []))
        return may, must

    def facets(self, schema, keyword):
        return [one[keyword] for one in self.of(schema) if keyword in one]


def facts(shapes, schema, said):
    """What the schemas say in words, and cannot say otherwise, where a sentence such as `/a/0/b: too long` points, and around that."""
    found = []
    words = said.partition(": ")[0].split("/")[1:] if said.startswith("/") else []
    for word in [*words, None]:
        if schema is None:
            break
        for told in shapes.facets(schema, "x-saponify-unexpressed"):
            found += told if isinstance(told, list) else [told]
        if word is not None:
            key = word.replace("~1", "/").replace("~0", "~")
            schema = shapes.member(schema, key) or (shapes.item(schema) if word.isdigit() else None)
    return " ".join(dict.fromkeys(found))
