// The page of /traffic. What an exchange says is only ever shown as text.
const $ = (id) => document.getElementById(id);
const PHASES = ["read", "auth", "encode", "backend_first_byte", "backend_reply", "decode", "write"];
let token = "";
let next = null;
let shown = null;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// What does not show, or turns the direction of writing, is written out: nothing is to look like something else.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const visible = (text) => text.replace(HIDDEN, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));

function say(text) {
  $("said").textContent = text;
}

// The answer of the listener; without the token it is asked for.
async function ask(path) {
  const answer = await fetch(path, { headers: token ? { Authorization: "Bearer " + token } : {}, cache: "no-store" });
  $("login").hidden = answer.status !== 401;
  if (answer.status === 401) {
    $("token").focus();
    throw new Error(token ? "That is not the admin token." : "The listener asks for the admin token.");
  }
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer;
}

const trying = (action) => async (event) => {
  event?.preventDefault();
  try {
    say("");
    await action(event);
  } catch (error) {
    say(error instanceof TypeError ? "The listener does not answer." : error.message);
  }
};

function query() {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData($("filter"))) {
    if (value.trim()) asked.set(name, value.trim());
  }
  return asked;
}

const time = (us) => (us < 1000 ? us + " µs" : us < 1e6 ? (us / 1000).toFixed(1) + " ms" : (us / 1e6).toFixed(2) + " s");

async function list(older) {
  const asked = query();
  if (older && next !== null) asked.set("before", next);
  const found = await (await ask("/traffic?" + asked)).json();
  next = found.next;
  $("older").hidden = next === null;
  $("kept").textContent = `${found.kept} exchanges are kept, ${(found.bytes / 1048576).toFixed(1)} MiB`;
  const body = $("list").tBodies[0];
  if (!older) body.replaceChildren();
  const first = body.rows.length;
  body.append(...found.exchanges.map(row));
  scale();
  if (!body.rows.length) say("No exchange is like that.");
  if (older) body.rows[first]?.querySelector("button").focus();
}

function row(exchange) {
  const made = document.createElement("tr");
  const open = element("button", exchange.time.slice(11, 23));
  open.type = "button";
  open.title = exchange.time;
  open.addEventListener("click", trying(() => show(exchange, made)));
  const took = element("td");
  const bar = element("i");
  const inner = element("span", undefined, "took");
  inner.append(bar, element("span", time(exchange.elapsed_us)));
  took.append(inner);
  made.took = [bar, exchange.elapsed_us];
  const cells = [exchange.service, exchange.operation ?? "–", exchange.front, exchange.outcome, exchange.status ?? "–", exchange.request_name ?? exchange.request];
  const opening = element("td");
  opening.append(open);
  made.append(opening, ...cells.map((cell) => element("td", cell)), took);
  made.cells[4].className = exchange.outcome;
  return made;
}

// The longest one is as long as its place.
function scale() {
  const rows = [...$("list").tBodies[0].rows];
  const most = Math.max(1, ...rows.map((row) => row.took[1]));
  for (const { took: [bar, us] } of rows) bar.style.width = (8 * us) / most + "rem";
}

async function show(exchange, from) {
  const found = await (await ask("/traffic/" + exchange.number)).json();
  shown?.classList.remove("shown");
  from.classList.add("shown");
  shown = from;
  const line = found.exchange;
  $("one").hidden = false;
  $("one").dataset.number = exchange.number;
  $("command").hidden = true;
  $("title").textContent = `${line.service} ${line.operation ?? ""}: ${line.outcome}`;
  const facts = [line.time, "request " + line.request, line.request_name, "trace " + line.trace, line.client && "from " + line.client,
    line.caller && "by " + line.caller, line.code, line.message];
  $("about").textContent = facts.filter(Boolean).join(" · ");
  timing(line);
  const { http, messages } = found;
  $("sides").replaceChildren(
    side("Client: request", http.request, messages.request),
    side("Backend: request", http.backend_request, messages.backend_request),
    side("Client: answer", http.response, messages.response),
    side("Backend: reply", http.backend_reply, messages.backend_reply),
  );
  $("one").focus();
}

function timing(line) {
  const parts = PHASES.map((name, at) => [name, line.phases_us[name], "p" + at]).filter(([, us]) => us !== undefined);
  const bars = parts.map(([, us, className]) => {
    const bar = element("i", undefined, className);
    bar.style.flexGrow = us;
    return bar;
  });
  $("bar").replaceChildren(...bars);
  $("phases").replaceChildren(...parts.map(([name, us, className]) => {
    const item = element("li");
    item.append(element("i", undefined, className), `${name} ${time(us)}`);
    return item;
  }), element("li", "all " + time(line.elapsed_us)));
}

function side(title, head, message) {
  const made = element("section");
  const text = element("pre");
  text.tabIndex = 0;
  text.setAttribute("aria-label", title);
  if (head) {
    const first = head.method ? `${head.method} ${head.url}` : `HTTP ${head.status}`;
    const lines = [first, ...head.headers.map(([name, value]) => `${name}: ${value}`)];
    text.append(element("span", visible(lines.join("\n")) + "\n\n", "head"));
  }
  if (typeof message === "string") text.append(visible(laid(message)));
  else if (message) text.append(`${message.bytes} bytes: too large, or not readable and so not masked`);
  else if (!head) text.append("none");
  made.append(element("h3", title), text);
  return made;
}

// A message with its parts on lines of their own. Numbers keep their digits, so nothing is read as JSON.
function laid(text) {
  return text.trimStart().startsWith("<") ? laidXml(text) : laidJson(text);
}

function laidJson(text) {
  let out = "";
  let depth = 0;
  const line = () => "\n" + "  ".repeat(depth);
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^[\]{},:"\s]+/gs)) {
    if (part === "{" || part === "[") {
      depth += 1;
      out += part + line();
    } else if (part === "}" || part === "]") {
      depth -= 1;
      out = /[[{]\s*$/.test(out) ? out.trimEnd() + part : out + line() + part;
    } else if (part === ",") out += part + line();
    else out += part === ":" ? ": " : part;
  }
  return out;
}

function laidXml(text) {
  let out = "";
  let depth = 0;
  let leaf = false;
  for (const [part] of text.matchAll(/<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(?:[^"'>]|"[^"]*"|'[^']*')*>|[^<]+/gs)) {
    if (!part.startsWith("<") || part.startsWith("<![")) {
      if (part.trim()) out += part;
      continue;
    }
    const closes = part.startsWith("</");
    if (closes) depth -= 1;
    if (out && !(closes && leaf)) out += "\n" + "  ".repeat(Math.max(0, depth));
    out += part;
    leaf = !closes && !part.endsWith("/>") && !part.startsWith("<!");
    if (leaf) depth += 1;
  }
  return out;
}

async function save(path) {
  const link = element("a");
  link.href = URL.createObjectURL(await (await ask(path)).blob());
  link.download = "traffic.har";
  link.click();
  URL.revokeObjectURL(link.href);
}

const one = (what) => `/traffic/${$("one").dataset.number}/${what}`;

$("filter").addEventListener("submit", trying(() => list(false)));
$("login").addEventListener("submit", trying(() => {
  token = $("token").value;
  $("token").value = "";
  return list(false);
}));
$("older").addEventListener("click", trying(() => list(true)));
$("archive").addEventListener("click", trying(() => save("/traffic/har?" + query())));
$("har").addEventListener("click", trying(() => save(one("har"))));
$("curl").addEventListener("click", trying(async () => {
  const command = await (await ask(one("curl"))).text();
  $("command").textContent = command;
  $("command").hidden = false;
  // Without the clipboard, as over plain HTTP from another machine, it is there to be selected.
  await navigator.clipboard?.writeText(command).then(() => say("Copied."), () => $("command").focus());
}));
trying(() => list(false))();
