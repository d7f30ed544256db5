//! A Redis server that ends with the test; there is none where the machine has none.

#![allow(dead_code, reason = "each test crate uses its own part")]

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Redis {
    child: Child,
    pub port: u16,
    folder: PathBuf,
}

impl Redis {
    /// A server on a free port; nothing, and a line that says so, where there is no redis-server.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with more arguments.
    pub fn start_with(more: &[&str]) -> Option<Self> {
        let started = Self::start_at(free_port(), more);
        if started.is_none() {
            eprintln!("skipped: there is no redis-server");
        }
        started
    }

    /// A server on `port` with more arguments; what it saves is gone with it.
    pub fn start_at(port: u16, more: &[&str]) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("saponify-redis-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let child = Self::serve(port, &folder, more)?;
        let redis = Self { child, port, folder };
        redis.wait();
        Some(redis)
    }

    /// One that watches the master `m` at `master`, alone and impatiently.
    pub fn sentinel(master: u16) -> Option<Self> {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("saponify-redis-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("sentinel.conf");
        let text = format!(
            "port {port}\nbind 127.0.0.1\nsentinel monitor m 127.0.0.1 {master} 1\nsentinel down-after-milliseconds m 300\nsentinel failover-timeout m 3000\n"
        );
        std::fs::write(&file, text).expect("written");
        let file = file.to_str().expect("UTF-8");
        let child =
            Command::new("redis-server").args([file, "--sentinel"]).stdout(Stdio::null()).spawn().ok()?;
        let redis = Self { child, port, folder };
        redis.wait();
        Some(redis)
    }

    /// Three servers that are a cluster.
    pub fn cluster() -> Option<[Self; 3]> {
        let node = || {
            let bus = free_port().to_string();
            Self::start_with(&["--cluster-enabled", "yes", "--cluster-port", &bus]).map(|node| (node, bus))
        };
        let [(a, bus), (b, _), (c, _)] = [node()?, node()?, node()?];
        for (node, slots) in [(&a, "0 5460"), (&b, "5461 10922"), (&c, "10923 16383")] {
            assert_eq!(node.ask(&format!("CLUSTER ADDSLOTSRANGE {slots}")), "+OK");
        }
        for node in [&b, &c] {
            assert_eq!(node.ask(&format!("CLUSTER MEET 127.0.0.1 {} {bus}", a.port)), "+OK");
        }
        let begun = Instant::now();
        let knows_all = |node: &Self| {
            let known = node.ask_all("CLUSTER SLOTS");
            [&a, &b, &c].iter().all(|other| known.contains(&format!(":{}\r", other.port)))
                && node.ask_all("CLUSTER INFO").contains("cluster_state:ok")
        };
        while ![&a, &b, &c].into_iter().all(knows_all) {
            assert!(begun.elapsed().as_secs() < 30, "the cluster does not come together");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some([a, b, c])
    }

    /// Ends it without warning, and starts it again with what it has saved.
    pub fn restart(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("killed");
        self.child = Self::serve(self.port, &self.folder, &[]).expect("redis-server");
        self.wait();
    }

    fn serve(port: u16, folder: &Path, more: &[&str]) -> Option<Child> {
        let mut server = Command::new("redis-server");
        server.args(["--port", &port.to_string(), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]);
        server.args(["--dir", folder.to_str().expect("UTF-8")]);
        server.args(more).stdout(Stdio::null()).spawn().ok()
    }

    fn wait(&self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed().as_secs() < 10, "redis-server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
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

    /// Asks it something: all that it says until it says nothing for a while. Sentinels close no connection when they are asked to.
    pub fn ask_all(&self, command: &str) -> String {
        use std::io::{Read, Write};
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connection");
        stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a socket");
        stream.write_all(format!("{command}\r\n").as_bytes()).expect("written");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).expect("text")
    }
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    free.expect("a port").port()
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
