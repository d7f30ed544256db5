"""The messages of a contract: those that others and the binary make, and what the binary says of each."""

import json
import re
import subprocess
from dataclasses import dataclass

from . import exact
from .contracts import environment
from .judges import pointer
from .places import CALL

METHODS = ("get", "put", "post", "delete", "patch")
JSON = "application/json"
AT_ONCE = 400


@dataclass(frozen=True, eq=False)
class Kind:
    """A message of an operation: its name to the bridge, its direction, where its schema is, and an example of the document."""

    operation: str
    direction: str
    schema: str
    examples: tuple

    @property
    def name(self):
        return f"{self.operation}/{self.direction}"


def kinds(document):
    """The messages that a document tells of."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method not in item:
                continue
            operation = item[method]
            name = operation.get("x-saponify-operation", operation["operationId"])
            where = ["paths", path, method]
            if JSON in operation.get("requestBody", {}).get("content", {}):
                yield kind(name, "request", operation["requestBody"]["content"][JSON], [*where, "requestBody", "content", JSON])
            content = operation["responses"].get("200", {}).get("content", {})
            if JSON in content:
                yield kind(name, "response", content[JSON], [*where, "responses", "200", "content", JSON])


def has_empty(document):
    """Whether an operation has a request, or a response, without a body."""
    operations = [item[method] for item in document.get("paths", {}).values() for method in METHODS if method in item]
    return any("requestBody" not in operation or "200" not in operation["responses"] for operation in operations)


def kind(name, direction, media, where):
    examples = [example["value"] for example in media.get("examples", {}).values() if "value" in example]
    if "example" in media:
        examples.append(media["example"])
    return Kind(name, direction, pointer(*where, "schema"), tuple(examples))


class Bridge:
    """What the binary says of the messages of a contract; files are put into a folder of their own."""

    def __init__(self, binary, contract, folder):
        self.binary, self.contract, self.folder, self.port = binary, contract, folder, []

    def call(self, *words, into=None):
        command = [self.binary, *words]
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=CALL, check=False, cwd=into, env=environment())

    def document(self):
        done = self.call("openapi", *self.contract.words(), "--version", "3.1")
        if done.returncode:
            return None
        document = exact.load(done.stdout)
        served = re.search(r"of the port (.+)/(.+?) of the contract", json.dumps(document.get("tags", [])))
        # Other ports may have operations of the same names.
        self.port = ["--service", served[1], "--port", served[2]] if served and not self.contract.is_service else []
        return document

    def schema(self, kind):
        """The JSON Schema of a message; None where the binary tells none."""
        done = self.call("schema", "json", *self.contract.words(), "--operation", kind.operation, "--direction", kind.direction)
        return exact.load(done.stdout) if done.returncode == 0 else None

    def sample(self, kind, style, seed):
        """A message that the binary makes; None where it says that it cannot."""
        words = ["--operation", kind.operation, "--kind", kind.direction, "--style", style, "--seed", str(seed), *self.port]
        done = self.call("sample", *self.contract.words(), *words)
        return exact.load(done.stdout) if done.returncode == 0 else None

    def read(self, files):
        """The JSON of SOAP messages, with the name of the message where it is said."""
        for name, made in self.convert("json", [(file.stem, file) for file in files]).items():
            if made[0] is not None:
                message = exact.load(made[0])
                marked = isinstance(message, dict) and "$message" in message
                yield name, (message["$message"], message["$body"]) if marked else (None, message)

    def verdicts(self, messages):
        """For each pair of a kind and the text of a message: None where it is taken, else what is wrong."""
        place = self.folder / "in"
        place.mkdir(exist_ok=True)
        files = []
        for at, (kind, text) in enumerate(messages):
            file = place / f"{at}.json"
            file.write_text(f'{{"$message":{json.dumps(kind.name)},"$body":{text}}}', encoding="utf-8")
            files.append((str(at), file))
        converted = self.convert("soap", files)
        for _, file in files:
            file.unlink()
        return [None if converted[str(at)][0] is not None else converted[str(at)][1] for at in range(len(messages))]

    def convert(self, to, files):
        """Each name with what came of it, or None, and what was said."""
        out = self.folder / "out"
        found = {}
        for some in batched(files, AT_ONCE):
            done = self.call("convert", *self.contract.words(), *self.port, "--to", to, "-o", out, *(file for _, file in some))
            if done.returncode not in (0, 4):
                raise Broken(f"convert ended with {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
            said = sentences(done.stderr.decode(errors="replace"))
            for name, file in some:
                place = out / f"{file.stem}.{'xml' if to == 'soap' else 'json'}"
                made = None
                if place.exists():
                    made = place.read_bytes()
                    place.unlink()
                found[name] = made, said.get(str(file), "")
        return found


def sentences(text):
    """What was said of each file: `saponify: FILE: SENTENCE`."""
    said = {}
    for line in text.splitlines():
        file, separator, sentence = line.removeprefix("saponify: ").partition(": ")
        if separator:
            said.setdefault(file, sentence)
    return said


def batched(items, count):
    return [items[at:at + count] for at in range(0, len(items), count)]


class Broken(Exception):
    """The binary did what it may not do, whatever the message."""
