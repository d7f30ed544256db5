//! Messages in, answers out: several at one time, each answered when it is done.

use std::collections::HashMap;
use std::io::{BufReader, ErrorKind, Write};

use bytes::Bytes;
use futures_util::future::{AbortHandle, AbortRegistration, Abortable};
use futures_util::stream::{FuturesUnordered, StreamExt};
use http::HeaderMap;
use tokio::sync::mpsc::{Receiver, channel};

use super::super::exit::Exit;
use super::super::output::failed;
use super::lines::{self, Line};
use crate::bridge::Bridge;
use crate::json::Tape;
use crate::limits::{JsonLimits, MCP_WORKING};
use crate::mcp::{self, Message, write_begin, write_error};

/// A service whose tools are served.
pub(super) struct Pipe<'p> {
    pub(super) bridge: &'p Bridge,
    /// The path of its front.
    pub(super) path: &'p str,
    /// What each message says about its caller.
    pub(super) headers: &'p HeaderMap,
    /// Bytes that a message may have.
    pub(super) most: usize,
}

impl Pipe<'_> {
    /// Answers all messages, until there are no more and all are answered. Errors: nothing can be read or written, told.
    pub(super) async fn run(&self) -> Result<(), Exit> {
        let mut lines = read(self.most)?;
        let (mut working, mut handles) = (FuturesUnordered::new(), HashMap::new());
        let mut open = true;
        while open || !working.is_empty() {
            let line = tokio::select! {
                biased;
                Some(answered) = working.next(), if !working.is_empty() => {
                    let Answered { id, line } = answered;
                    handles.remove(&id);
                    line
                }
                line = lines.recv(), if open && working.len() < MCP_WORKING => match line {
                    None => {
                        open = false;
                        None
                    }
                    Some(Line::TooLong) => Some(too_long(self.most)),
                    Some(Line::Whole(line)) => {
                        let message = Bytes::from(line);
                        let About { id, cancels } = About::of(&message);
                        if let Some(handle) = cancels.and_then(|id| handles.remove(&id)) {
                            AbortHandle::abort(&handle);
                        }
                        let (handle, registration) = AbortHandle::new_pair();
                        handles.insert(id.clone(), handle);
                        working.push(self.answered(id, message, registration));
                        None
                    }
                },
            };
            if let Some(line) = line
                && !write(&line)?
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The message `id`, answered; who was taken back gets no answer.
    async fn answered(&self, id: Vec<u8>, message: Bytes, registration: AbortRegistration) -> Answered {
        let answered = Abortable::new(self.answer(message), registration).await;
        // Who was taken back gets no answer.
        Answered { id, line: answered.unwrap_or_default() }
    }

    /// The answer to a message; nothing to one that wants none.
    async fn answer(&self, message: Bytes) -> Option<Vec<u8>> {
        let answer = self.bridge.piped(self.path, self.headers, message).await;
        // A line feed in JSON is white space: in a text it would be escaped.
        let line: Vec<u8> =
            answer.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }).collect();
        (!line.is_empty()).then_some(line)
    }
}

/// A message that was answered.
struct Answered {
    id: Vec<u8>,
    /// Nothing for one that wants no answer.
    line: Option<Vec<u8>>,
}

/// What must be known of a message to take one back.
#[derive(Debug, Default)]
struct About {
    id: Vec<u8>,
    /// The one that it takes back.
    cancels: Option<Vec<u8>>,
}

impl About {
    fn of(message: &[u8]) -> Self {
        let mut tape = Tape::new();
        // What cannot be read is answered so, and takes nothing back.
        let Ok(value) = tape.parse(message, &JsonLimits::default()) else { return Self::default() };
        let octets = |id: &str| id.as_bytes().to_vec();
        // What is no message is answered so, likewise.
        let cancels = Message::of(value).ok().and_then(|message| message.cancels().map(octets));
        Self { id: mcp::id(value).map_or_else(Vec::new, octets), cancels }
    }
}

/// The lines of standard input, by a thread that reads them. Errors: there is no thread for it, told.
fn read(most: usize) -> Result<Receiver<Line>, Exit> {
    let (sender, receiver) = channel(1);
    let run = move || {
        let mut input = BufReader::new(std::io::stdin());
        loop {
            match lines::next(&mut input, most) {
                Ok(Some(line)) => {
                    if sender.blocking_send(line).is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) => return tracing::error!("standard input: {error}"),
            }
        }
    };
    let started = std::thread::Builder::new().name("stdin".to_owned()).spawn(run);
    started.map(|_| receiver).map_err(|error| failed(&error, Exit::Internal))
}

/// Writes `line`; whether someone still reads. Errors: it cannot be written, told.
fn write(line: &[u8]) -> Result<bool, Exit> {
    let mut output = std::io::stdout().lock();
    let written = output.write_all(line).and_then(|()| output.write_all(b"\n")).and_then(|()| output.flush());
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(failed(&format!("standard output: {error}"), Exit::Internal)),
    }
}

fn too_long(most: usize) -> Vec<u8> {
    let mut line = Vec::new();
    write_begin(&mut line, None);
    write_error(&mut line, INVALID_REQUEST, &format!("the message has more than {most} bytes"), &[]);
    line.push(b'}');
    line
}

/// JSON-RPC 2.0, section 5.1.
const INVALID_REQUEST: i32 = -32600;
