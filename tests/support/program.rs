//! The program itself, in a process of its own, and what it writes.

#![allow(dead_code, reason = "each test crate uses its own part")]

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// `saponify serve` that is ready.
pub struct Program {
    child: Child,
    /// What its ready file says.
    pub ready: serde_json::Value,
    log: PathBuf,
}

impl Program {
    /// Starts it on a free port with `arguments` and `variables`. `name` is that of its files.
    pub fn start<'v>(
        name: &str,
        arguments: &[&str],
        variables: impl IntoIterator<Item = (&'v str, &'v str)>,
    ) -> Self {
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.log"));
        let file = Stdio::from(File::create(&log).expect("log"));
        let mut program = Self::start_with(name, &[&["--threads", "1"], arguments].concat(), variables, file);
        program.log = log;
        program
    }

    /// The same with this standard error, and threads as `arguments` say.
    pub fn start_with<'v>(
        name: &str,
        arguments: &[&str],
        variables: impl IntoIterator<Item = (&'v str, &'v str)>,
        stderr: Stdio,
    ) -> Self {
        let ready = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
        let _ = std::fs::remove_file(&ready);
        let child = Command::new(env!("CARGO_BIN_EXE_saponify"))
            .args(["serve", "--listen", "127.0.0.1:0", "--ready-file"])
            .arg(&ready)
            .args(arguments)
            .envs(variables)
            .stderr(stderr)
            .spawn()
            .expect("started");
        let mut program = Self { child, ready: serde_json::Value::Null, log: PathBuf::new() };
        program.ready = until(|| serde_json::from_str(&std::fs::read_to_string(&ready).ok()?).ok());
        program
    }

    /// Where its fronts are.
    pub fn address(&self) -> SocketAddr {
        address(&self.ready["fronts"][0]["url"])
    }

    /// Where its operator's listener is.
    pub fn admin(&self) -> SocketAddr {
        address(&self.ready["admin"])
    }

    /// Sends it the signal `name`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Waits until its log has `text`.
    pub fn says(&self, text: &str) {
        until(|| self.log().contains(text).then_some(()));
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("log")
    }

    /// Its exit code once it got SIGTERM.
    pub fn terminated(mut self) -> Option<i32> {
        self.terminate()
    }

    fn terminate(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.wait()
    }

    fn wait(&mut self) -> Option<i32> {
        for _ in 0..1500 {
            if let Some(status) = self.child.try_wait().expect("a state") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end");
    }

    /// Its exit code and its log, once it has ended by itself.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let code = self.wait();
        (code, self.log())
    }

    /// Its whole log, once it has ended.
    pub fn stopped(mut self) -> String {
        self.terminate();
        self.log()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address(url: &serde_json::Value) -> SocketAddr {
    url.as_str().and_then(|url| url.split('/').nth(2)).expect("a URL").parse().expect("an address")
}

/// What `ask` gives once it gives something.
pub fn until<T>(ask: impl Fn() -> Option<T>) -> T {
    for _ in 0..3000 {
        if let Some(found) = ask() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it never happened");
}
