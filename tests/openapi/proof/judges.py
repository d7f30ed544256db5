"""Two judges that are not ours: jsonschema-rs, which judges every message, and Python's jsonschema, which judges some."""

import re
from decimal import Decimal

import jsonschema
import jsonschema_rs
import referencing
from jsonschema import Draft202012Validator, validators
from referencing.jsonschema import DRAFT202012

DOCUMENT = "urn:document"


def pointer(*words):
    return "#/" + "/".join(word.replace("~", "~0").replace("/", "~1") for word in words)


class Judges:
    """Of the messages of one document."""

    def __init__(self, document):
        self.rust = jsonschema_rs.Registry([(DOCUMENT, document)])
        # Python's jsonschema goes on with its own class where a schema says its dialect.
        plain = {key: value for key, value in document.items() if key != "$schema"}
        self.python = referencing.Registry().with_resource(DOCUMENT, referencing.Resource(plain, DRAFT202012))

    def of(self, place):
        return Judge(self, {"$ref": DOCUMENT + place})


class Judge:
    def __init__(self, judges, schema):
        self.rust = jsonschema_rs.validator_for(schema, registry=judges.rust, validate_formats=True)
        self.python = OURS(schema, registry=judges.python, format_checker=FORMATS)

    def takes(self, message):
        return self.rust.is_valid(message)

    def second_takes(self, message):
        return self.python.is_valid(message)

    def reason(self, message):
        """What is wrong, where the alternatives that speak of the message came furthest."""
        for error in self.rust.iter_errors(message):
            return " | ".join(dict.fromkeys(map(told, furthest(error))))
        return ""


def furthest(error):
    """The errors deepest in the message, of all alternatives."""
    context = [inner for errors in getattr(error.kind, "context", None) or [] for one in errors for inner in furthest(one)]
    depth = max((len(inner.instance_path) for inner in context), default=0)
    deepest = [inner for inner in context if len(inner.instance_path) == depth]
    # Where only null was wanted in its place, the others say more.
    return [inner for inner in deepest if '"null"' not in inner.message] or deepest or [error]


def told(error):
    place = "/" + "/".join(map(str, error.instance_path))
    keyword = next((word for word in reversed(error.schema_path) if isinstance(word, str)), "")
    return f"{keyword} {place}: {error.message[:160]}"


def whole(_, instance):
    """1.0 is an integer, whatever reads it."""
    if isinstance(instance, bool):
        return False
    return isinstance(instance, int) or isinstance(instance, Decimal) and instance == instance.to_integral_value()


def number(_, instance):
    return isinstance(instance, (int, float, Decimal)) and not isinstance(instance, bool)


def pattern(validator, regex, instance, schema):
    """`$` is the end of a text, as ECMA-262 says, and not the place before a line end, as Python has it; digits are those of ASCII."""
    if validator.is_type(instance, "string") and not re.search(re.sub(r"(?<!\\)\$", r"\\Z", regex), instance, re.ASCII):
        yield jsonschema.ValidationError(f"{instance!r} does not match {regex!r}")


CHECKER = Draft202012Validator.TYPE_CHECKER.redefine("integer", whole).redefine("number", number)
OURS = validators.extend(Draft202012Validator, {"pattern": pattern}, type_checker=CHECKER)
FORMATS = Draft202012Validator.FORMAT_CHECKER
