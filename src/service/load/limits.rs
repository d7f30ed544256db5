//! Limits with which nothing could be served, or which are none.

use super::checker::Checker;
use crate::limits::{Limits, MOST_DEPTH};
use crate::service::file::key_path::KeyPath;
use crate::service::problem::ValueProblem;

impl Checker<'_> {
    /// Checks that messages fit through `limits`, and that their depth has a bound.
    pub(super) fn check_limits(&mut self, limits: &Limits) {
        let depths = [
            ("limits.contract.xml.depth", limits.contract.xml.depth),
            ("limits.json.depth", limits.json.depth),
            ("limits.xml.depth", limits.xml.depth),
        ];
        for (path, depth) in depths {
            self.check_limit(path, depth as u64, MOST_DEPTH as u64);
        }
        let (xml, json, contract, http, wss) =
            (limits.xml, limits.json, limits.contract, limits.http, limits.wss);
        let sizes = [
            ("limits.contract.depth", contract.depth),
            ("limits.contract.file", contract.file),
            ("limits.contract.imports", contract.imports),
            ("limits.contract.particles", contract.particles),
            ("limits.contract.total", contract.total),
            ("limits.http.backend_connections", http.backend_connections),
            ("limits.http.body_memory", http.body_memory.map_or(1, |bytes| bytes)),
            ("limits.http.concurrent", http.concurrent.map_or(1, |exchanges| exchanges)),
            ("limits.http.connections", http.connections),
            ("limits.http.head", http.head),
            ("limits.http.headers", http.headers),
            ("limits.http.reply_body", http.reply_body),
            ("limits.http.request_body", http.request_body),
            ("limits.http.uri", http.uri),
            ("limits.http.waiting", http.waiting),
            ("limits.json.key", json.key),
            ("limits.json.number", json.number),
            ("limits.json.tokens", json.tokens),
            ("limits.wss.hashes", wss.hashes),
            ("limits.wss.nonce_max", wss.nonce_max),
            ("limits.wss.password", wss.password),
            ("limits.wss.username", wss.username),
            ("limits.xml.bindings", xml.bindings),
            ("limits.xml.children", xml.children),
            ("limits.xml.elements", xml.elements),
            ("limits.xml.name", xml.name),
            ("limits.xml.namespace", xml.namespace),
            ("limits.xml.namespaces", xml.namespaces),
            ("limits.xml.text", xml.text),
        ];
        let attachments = [
            ("limits.attachments.part", limits.attachments.part),
            ("limits.attachments.spooled", limits.attachments.spooled),
            ("limits.attachments.sum", limits.attachments.sum),
        ];
        for (path, size) in attachments {
            self.check_limit(path, size, u64::MAX);
        }
        for (path, size) in sizes {
            self.check_limit(path, size as u64, u64::MAX);
        }
        let times = [
            ("limits.http.age", http.age),
            ("limits.http.body_deadline", http.body_deadline),
            ("limits.http.connect", http.connect),
            ("limits.http.first_byte", http.first_byte),
            ("limits.http.head_deadline", http.head_deadline),
            ("limits.http.pool_age", http.pool_age),
            ("limits.http.idle", http.idle),
            ("limits.http.min_rate", http.min_rate),
            ("limits.http.total", http.total),
            ("limits.http.write_time", http.write_time),
        ];
        for (path, time) in times {
            self.check_limit(path, time, u64::MAX);
        }
    }

    fn check_limit(&mut self, path: &str, value: u64, most: u64) {
        if !(1..=most).contains(&value) {
            let range = if most == u64::MAX { "1".to_owned() } else { format!("1 to {most}") };
            self.problem(&KeyPath::of(path), ValueProblem::Limit { range });
        }
    }
}
