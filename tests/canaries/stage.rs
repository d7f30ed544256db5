//! Service files with canaries, and the program that runs them.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use super::plant::CANARIES;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What stands before every backend. The caller is known by a password, which no backend gets.
const HEAD: &str = r#"version: 1
service: shop
contract: { wsdl: "ROOT/tests/contracts/shop/contract.wsdl", service: ShopService, port: Shop11 }
mask: { /item: last4, /note: hide, /part: drop }
fronts:
  json: { auth: { users: { users: [{ name: caller, password: "${env:CANARY_CALLER}" }] } } }
  soap: { auth: { users: { users: [{ name: caller, password: "${env:CANARY_CALLER}" }] } } }
backend:
"#;

const TIMES: &str = "    timeout: { connect: 1s, first_byte: 400ms, total: 800ms }\n";

/// A backend: its name, its part of the service file, and the canary that it must get.
pub struct Backend {
    pub name: &'static str,
    pub soap: bool,
    text: &'static str,
    pub gets: &'static str,
}

pub const BACKENDS: &[Backend] = &[
    Backend {
        name: "text",
        soap: true,
        text: "  soap:\n    url: URL\n    username_token: { credentials: { fixed: { username: ops, password: \"${env:CANARY_TEXT}\" } }, password: text, nonce: true }\n",
        gets: "CANARY_TEXT",
    },
    Backend {
        name: "digest",
        soap: true,
        text: "  soap:\n    url: URL\n    username_token: { credentials: { fixed: { username: ops, password: \"${env:CANARY_DIGEST}\" } }, password: digest }\n    auth: { basic: { fixed: { username: ops, password: \"${env:CANARY_BASIC}\" } } }\n",
        gets: "CANARY_BASIC",
    },
    Backend {
        name: "bearer",
        soap: false,
        text: "  json:\n    url: URL\n    auth: { bearer: \"${env:CANARY_BEARER}\" }\n",
        gets: "CANARY_BEARER",
    },
    Backend {
        name: "key",
        soap: false,
        text: "  json:\n    url: URL\n    auth: { header: { name: X-Door, value: \"${env:CANARY_KEY}\" } }\n",
        gets: "CANARY_KEY",
    },
    Backend {
        name: "oauth2",
        soap: false,
        text: "  json:\n    url: URL\n    auth: { oauth2: { token_url: /token, client_id: us, client_secret: \"${env:CANARY_CLIENT}\" } }\n",
        gets: "",
    },
];

impl Backend {
    /// Whether a secret is in an exchange with this backend.
    pub fn knows(&self, secret: &str) -> bool {
        let planted = CANARIES.iter().find(|(_, value)| *value == secret);
        planted.is_none_or(|(name, _)| HEAD.contains(name) || self.text.contains(name))
    }

    /// Writes the service file, with the backend at `url`.
    pub fn file(&self, folder: &Path, url: &str) -> PathBuf {
        let text = format!("{HEAD}{}{TIMES}", self.text).replace("ROOT", ROOT).replace("URL", url);
        write(folder, &format!("{}.yaml", self.name), &text)
    }

    /// A reply with a note that is masked.
    pub fn reply(&self, note: &str) -> String {
        if self.soap {
            let body = format!("<quote xmlns='urn:shop'><price>1.10</price><note>{note}</note></quote>");
            return envelope(&body);
        }
        format!("{{\"price\":1.10,\"note\":\"{note}\"}}")
    }

    pub fn content_type(&self) -> &'static str {
        if self.soap { "Content-Type: text/xml\r\n" } else { "Content-Type: application/json\r\n" }
    }
}

pub fn envelope(body: &str) -> String {
    format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>{body}</e:Body></e:Envelope>"
    )
}

pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("canaries").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("folder");
    folder
}

pub fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(arguments).current_dir(ROOT).envs(CANARIES.iter().copied()).stdin(Stdio::null());
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").env("NO_COLOR", "1");
    command
}

/// Runs the program; its exit code, and all that it wrote.
pub fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(arguments).output().expect("started");
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

/// A program that runs until it is stopped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    /// Where the operator's listener is, where there is one.
    pub admin: Option<SocketAddr>,
    log: PathBuf,
}

impl Program {
    /// Starts a verb that listens, and waits until it is ready.
    pub fn start(folder: &Path, name: &str, arguments: &[&str]) -> Self {
        let (ready, log) = (folder.join(format!("{name}.ready")), folder.join(format!("{name}.log")));
        let file = File::create(&log).expect("log");
        let mut command = command(arguments);
        command.args(["--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready);
        let child = command.stdout(file.try_clone().expect("log")).stderr(file).spawn().expect("started");
        let address = address(&ready, &log);
        let said: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&ready).expect("ready file")).expect("JSON");
        let admin = said["admin"].as_str().and_then(|url| url.strip_prefix("http://")?.parse().ok());
        let front = said["fronts"][0]["url"].as_str().and_then(|url| url.split('/').nth(2)?.parse().ok());
        Self { child, address: front.unwrap_or(address), admin, log }
    }

    /// Ends it, and gives all that it wrote.
    pub fn stopped(mut self) -> String {
        self.child.kill().expect("stopped");
        self.child.wait().expect("ended");
        std::fs::read_to_string(&self.log).expect("log")
    }
}

/// A test that fails leaves no program behind.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address(ready: &Path, log: &Path) -> SocketAddr {
    for _ in 0..500 {
        let text = std::fs::read_to_string(ready).unwrap_or_default();
        if let Some((_, rest)) = text.split_once("://") {
            let end = rest.find(['/', '"']).expect("an address");
            return rest[..end].parse().expect("an address");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("not ready: {}", std::fs::read_to_string(log).unwrap_or_default());
}
