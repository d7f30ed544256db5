"""The tools: each runs what `saponify sample --as` wrote for it, and says whether all that it asked for came."""

import os
import pathlib
import re
import subprocess
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree

from driver.cells import Failed
from places import HERE, HURL, NODE, RUN

CON = "{http://eviware.com/soapui/config}"


def curl(export, variables, _):
    """As a script, and pasted into a shell that somebody sits at, where history is expanded."""
    script = run(["sh", "-e", export], variables)
    pasted = run(["bash", "--norc", "-i"], variables, export.read_text())
    for done in (script, pasted):
        if "curl: (" in done.stderr or '"status":0' in done.stdout or ":Fault>" in done.stdout:
            raise Failed(said(done))
    if script.returncode:
        raise Failed(said(script))


def hurl(export, variables, _):
    given = [word for name, value in variables.items() for word in ("--variable", f"{name}={value}")]
    passed([HURL / "bin/hurl", "--test", "--no-color", *given, export], variables)


def bruno(export, variables, _):
    passed([NODE / "node_modules/.bin/bru", "run", "--noproxy"], variables, cwd=export)


def postman(export, variables, _):
    given = [word for name, value in variables.items() for word in ("--env-var", f"{name}={value}")]
    passed([NODE / "node_modules/.bin/newman", "run", "--color", "off", *given, export], variables)


def k6(export, variables, _):
    """k6 itself is not here: Node.js runs the script with modules that stand for those of k6."""
    passed(["node", "--no-warnings", "--experimental-vm-modules", HERE / "k6.mjs", export], variables)


def soapui(export, variables, count):
    """SoapUI itself is not here: this does what its steps, properties and assertions say, and knows nothing else of a project."""
    project = ElementTree.parse(export).getroot()
    properties = {p.findtext(f"{CON}name"): p.findtext(f"{CON}value") for p in project.iter(f"{CON}property")}
    properties.update(variables)
    cases = list(project.iter(f"{CON}testCase"))
    if len(cases) != count:
        raise Failed(f"{len(cases)} test cases, and {count} operations")
    for case in cases:
        soapui_case(case, properties)


def soapui_case(case, properties):
    made = {}
    for step in case.findall(f"{CON}testStep"):
        config = step.find(f"{CON}config")
        if step.get("type") == "groovy":
            # Groovy is not here either: what the script says, in Python.
            made = digest(properties, config.findtext("script") or config.findtext(f"{CON}script"))
            continue
        setting = config.find(f"{CON}settings/{CON}setting")
        entries = ElementTree.fromstring(setting.text)
        expand = lambda text: expanded(text, properties, made)  # noqa: E731
        headers = {e.get("key"): expand(e.get("value")) for e in entries.iter(f"{CON}entry")}
        if config.get("mediaType"):
            headers["Content-Type"] = f"{config.get('mediaType')};charset={config.findtext(f'{CON}encoding')}"
        credentials = config.find(f"{CON}credentials")
        if credentials.findtext(f"{CON}authType") == "Preemptive":
            import base64
            pair = ":".join(expand(credentials.findtext(CON + name)) for name in ("username", "password"))
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        status, text = sent(config.get("method"), expand(config.findtext(f"{CON}endpoint")), headers,
                            expand(config.findtext(f"{CON}request") or ""))
        for assertion in config.findall(f"{CON}assertion"):
            holds(assertion, status, text)


def digest(properties, script):
    import base64
    import datetime
    import hashlib
    name = re.search(r"#Project#(\w+)", script)[1]
    nonce, created = os.urandom(16), datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = hashlib.sha1(nonce + (created + properties[name]).encode()).digest()
    return {"nonce": base64.b64encode(nonce).decode(), "created": created, "digest": base64.b64encode(made).decode()}


def expanded(text, properties, made):
    def value(found):
        whole = found[0]
        if whole.startswith("$${"):
            return whole[1:]
        if whole.startswith("${#Project#"):
            return properties[whole[len("${#Project#"):-1]]
        if whole.startswith("${#TestCase#"):
            return made[whole[len("${#TestCase#"):-1]]
        if whole == "${=java.util.UUID.randomUUID()}":
            return os.urandom(16).hex()
        raise Failed(f"an expansion that SoapUI would make: {whole}")

    return re.sub(r"\$?\$\{[^}]*\}", value, text)


def holds(assertion, status, text):
    import json
    kind, configuration = assertion.get("type"), assertion.find(f"{CON}configuration")
    path, content = configuration.findtext("path"), configuration.findtext("content")
    path = path and (expanded(path, {}, {}))
    if kind == "Valid HTTP Status Codes":
        good = str(status) in configuration.findtext("codes").split(",")
    elif kind == "XPath Match":
        body = next(c for c in ElementTree.fromstring(text) if c.tag.endswith("}Body"))
        good = path == "local-name(/*/*[local-name()='Body']/*)" and body[0].tag.split("}")[1] == content
    else:
        member = re.fullmatch(r"\$\['(.*)'\]", path)[1].replace("\\'", "'").replace("\\\\", "\\")
        found = json.loads(text)
        good = member in found and (kind == "JsonPath Existence Match" or str(found[member]) == content)
    if not good:
        raise Failed(f"{kind} {path or ''}: {status} {text[:200]}")


def sent(method, url, headers, body):
    request = urllib.request.Request(url, body.encode() or None, headers, method=method)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=RUN) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def passed(command, variables, cwd=None):
    done = run(command, variables, cwd=cwd)
    if done.returncode:
        raise Failed(said(done))


def run(command, variables, text=None, cwd=None):
    words = [str(word) for word in command]
    environment = {**os.environ, **variables, "NO_PROXY": "127.0.0.1", "NO_COLOR": "1"}
    given = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(words, env=environment, cwd=cwd, capture_output=True, text=True, timeout=RUN, **given)


def said(done):
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    wrong = [line for line in lines if re.search(r"rror|fail|expected|✕|✗", line)]
    return " | ".join((wrong or lines)[:4])[:600]


TOOLS = {"bruno": bruno, "curl": curl, "hurl": hurl, "k6": k6, "postman": postman, "soapui": soapui}
ENDINGS = {"bruno": "", "curl": ".sh", "hurl": ".hurl", "k6": ".js", "postman": ".json", "soapui": ".xml"}
