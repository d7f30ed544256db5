//! A Redis server that ends with the test; there is none where the machine has none.

#![allow(dead_code, reason = "each test crate uses its own part")]

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Redis {
    child: Child,
    pub port: u16,
}

impl Redis {
    /// A server on a free port; nothing, and a line that says so, where there is no redis-server.
    pub fn start() -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("port");
        let started = Self::start_at(free.port(), &[]);
        if started.is_none() {
            eprintln!("skipped: there is no redis-server");
        }
        started
    }

    /// A server on `port` with more arguments.
    pub fn start_at(port: u16, more: &[&str]) -> Option<Self> {
        let mut server = Command::new("redis-server");
        server.args(["--port", &port.to_string(), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]);
        let child = server.args(more).stdout(Stdio::null()).spawn().ok()?;
        let redis = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed().as_secs() < 10, "redis-server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(redis)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Freezes it, or thaws it: it keeps its connections and says nothing.
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill");
        assert!(sent.success());
    }

    /// Asks it something; the answer up to its first line's end.
    pub fn ask(&self, command: &str) -> String {
        use std::io::{BufRead, BufReader, Write};
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connection");
        stream.write_all(format!("{command}\r\n").as_bytes()).expect("written");
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).expect("an answer");
        line.trim_end().to_owned()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
