//! What was said in one exchange, copied into one run of octets. The next exchange of a thread uses that again: nothing is allocated, and
//! nothing that waits holds the buffers of a connection.

use http::{HeaderMap, Uri};

use crate::limits::TRAFFIC_MESSAGE;

/// What was said in one exchange.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Transcript {
    /// As many as there were in the longest exchange.
    octets: Vec<u8>,
    /// Those of this one.
    used: usize,
    turns: [Spoken; TURNS],
}

/// Who speaks, in the order of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum Turn {
    /// The client asks.
    Request,
    /// The backend is asked.
    BackendRequest,
    /// The backend answers.
    BackendReply,
    /// The client is answered.
    Response,
}

/// All of them.
pub(in crate::bridge) const TURN_ORDER: [Turn; TURNS] =
    [Turn::Request, Turn::BackendRequest, Turn::BackendReply, Turn::Response];

const TURNS: usize = 4;

/// Where that stands which was said in a turn.
#[derive(Clone, Copy, Debug, Default)]
struct Spoken {
    head: Option<HeadPlace>,
    message: MessagePlace,
}

/// Where a head begins, and where its parts end.
#[derive(Clone, Copy, Debug)]
struct HeadPlace {
    from: usize,
    authority: usize,
    target: usize,
    headers: usize,
}

#[derive(Clone, Copy, Debug, Default)]
enum MessagePlace {
    #[default]
    Nothing,
    /// It is too large: so long.
    Length(usize),
    Whole(usize, usize),
}

/// The head of a message.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Head<'t> {
    /// Of the target of a request, where it has one.
    pub(in crate::bridge) authority: &'t str,
    /// Path and query of a request.
    pub(in crate::bridge) target: &'t str,
    headers: &'t [u8],
}

/// A header, one for each value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) struct Header<'t> {
    pub(in crate::bridge) name: &'t str,
    pub(in crate::bridge) value: &'t [u8],
    /// Whether whoever set it says that it must not show.
    pub(in crate::bridge) is_sensitive: bool,
}

/// A message, as far as it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum Message<'t> {
    /// There was none.
    Nothing,
    /// It is too large: so long.
    Length(usize),
    /// All of it.
    Whole(&'t [u8]),
}

impl Transcript {
    /// Forgets everything, but for the room that it has, unless that is more than `most`.
    #[inline]
    pub(in crate::bridge) fn clear(&mut self, most: usize) {
        self.turns = [Spoken::default(); TURNS];
        self.used = 0;
        if self.octets.len() > most {
            self.octets = Vec::new();
        }
    }

    /// Bytes of it.
    #[inline]
    pub(in crate::bridge) fn len(&self) -> usize {
        self.used
    }

    /// Whoever speaks in `turn` wants something of `uri`, with `headers`.
    pub(in crate::bridge) fn asks(&mut self, turn: Turn, uri: &Uri, headers: &HeaderMap) {
        let from = self.used;
        self.put(uri.authority().map_or("", |authority| authority.as_str()).as_bytes());
        let authority = self.used;
        self.put(uri.path_and_query().map_or("", |target| target.as_str()).as_bytes());
        self.head(turn, HeadPlace { from, authority, target: self.used, headers: 0 }, headers);
    }

    /// Whoever speaks in `turn` answers with `headers`.
    pub(in crate::bridge) fn answers(&mut self, turn: Turn, headers: &HeaderMap) {
        let from = self.used;
        self.head(turn, HeadPlace { from, authority: from, target: from, headers: 0 }, headers);
    }

    fn head(&mut self, turn: Turn, place: HeadPlace, headers: &HeaderMap) {
        for (name, value) in headers {
            let (name, octets) = (name.as_str().as_bytes(), value.as_bytes());
            let (fixed, rest) = self
                .room(FIXED + name.len() + octets.len())
                .split_first_chunk_mut()
                .expect("there is room for it");
            // Of both http allows fewer than two to the power of 31.
            let lengths = (octets.len() as u64) << 32 | (name.len() as u64) << 1;
            *fixed = (lengths | u64::from(value.is_sensitive())).to_le_bytes();
            let (to_name, to_value) = rest.split_at_mut(name.len());
            to_name.copy_from_slice(name);
            to_value.copy_from_slice(octets);
        }
        self.turns[turn as usize].head = Some(HeadPlace { headers: self.used, ..place });
    }

    /// Whoever speaks in `turn` says `message`.
    #[inline]
    pub(in crate::bridge) fn says(&mut self, turn: Turn, message: &[u8]) {
        self.turns[turn as usize].message = match message.len() {
            0 => MessagePlace::Nothing,
            length if length > TRAFFIC_MESSAGE => MessagePlace::Length(length),
            _ => {
                let from = self.used;
                self.put(message);
                MessagePlace::Whole(from, self.used)
            }
        };
    }

    #[inline]
    fn put(&mut self, octets: &[u8]) {
        self.room(octets.len()).copy_from_slice(octets);
    }

    /// Room for so many octets `more`, which are used then.
    #[inline]
    fn room(&mut self, more: usize) -> &mut [u8] {
        let from = self.used;
        self.used += more;
        if self.octets.len() < self.used {
            self.grow();
        }
        self.octets.get_mut(from..self.used).expect("there is room for it")
    }

    #[cold]
    fn grow(&mut self) {
        self.octets.resize(self.used.next_power_of_two(), 0);
    }

    /// The head of what was said in `turn`, where there was one.
    pub(in crate::bridge) fn head_of(&self, turn: Turn) -> Option<Head<'_>> {
        let HeadPlace { from, authority, target, headers } = self.turns[turn as usize].head?;
        let text = |from, to| str::from_utf8(self.part(from, to)).expect("it was a text");
        Some(Head {
            authority: text(from, authority),
            target: text(authority, target),
            headers: self.part(target, headers),
        })
    }

    /// The message of `turn`.
    pub(in crate::bridge) fn message_of(&self, turn: Turn) -> Message<'_> {
        match self.turns[turn as usize].message {
            MessagePlace::Nothing => Message::Nothing,
            MessagePlace::Length(length) => Message::Length(length),
            MessagePlace::Whole(from, to) => Message::Whole(self.part(from, to)),
        }
    }

    fn part(&self, from: usize, to: usize) -> &[u8] {
        self.octets.get(from..to).expect("it was written")
    }
}

impl<'t> Head<'t> {
    /// Its headers, in their order.
    pub(in crate::bridge) fn headers(self) -> impl Iterator<Item = Header<'t>> {
        let mut rest = self.headers;
        std::iter::from_fn(move || {
            let (fixed, after) = rest.split_first_chunk::<FIXED>()?;
            let fixed = u64::from_le_bytes(*fixed);
            let (name, after) = after.split_at_checked((fixed as u32 >> 1) as usize).expect("it was written");
            let (value, after) = after.split_at_checked((fixed >> 32) as usize).expect("it was written");
            rest = after;
            let name = str::from_utf8(name).expect("it was a text");
            Some(Header { name, value, is_sensitive: fixed & 1 != 0 })
        })
    }

    /// The values of the header `name`.
    pub(in crate::bridge) fn values(self, name: &str) -> impl Iterator<Item = &'t [u8]> {
        self.headers().filter(move |header| header.name == name).map(|header| header.value)
    }
}

/// Octets of a header beside its name and its value: their lengths, and whether it is a secret.
const FIXED: usize = size_of::<u64>();

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut headers = HeaderMap::new();
        headers.append("accept", HeaderValue::from_static("a"));
        headers.append("accept", HeaderValue::from_bytes(b"b\xff").expect("obs-text"));
        let mut secret = HeaderValue::from_static("");
        secret.set_sensitive(true);
        headers.append(HeaderName::from_static("x-key"), secret);
        let mut transcript = Transcript::default();
        for (uri, authority, target) in
            [("http://h:1/p?q=1", "h:1", "/p?q=1"), ("/p", "", "/p"), ("h:1", "h:1", "")]
        {
            transcript.clear(usize::MAX);
            // In any order: the head of a request is known first, and written last.
            transcript.says(Turn::Request, b"{}");
            transcript.says(Turn::BackendRequest, &vec![b'x'; TRAFFIC_MESSAGE + 1]);
            transcript.says(Turn::BackendReply, &vec![b'y'; TRAFFIC_MESSAGE]);
            transcript.answers(Turn::Response, &headers);
            transcript.asks(Turn::Request, &uri.parse().expect("a URI"), &headers);

            let head = transcript.head_of(Turn::Request).expect("it was written");
            assert_eq!((head.authority, head.target), (authority, target));
            let found: Vec<_> =
                head.headers().map(|header| (header.name, header.value, header.is_sensitive)).collect();
            let expected: [(_, &[u8], _); 3] =
                [("accept", b"a", false), ("accept", b"b\xff", false), ("x-key", b"", true)];
            assert_eq!(found, expected);
            assert_eq!(head.values("accept").collect::<Vec<_>>(), [&b"a"[..], b"b\xff"]);
            let answer = transcript.head_of(Turn::Response).expect("it was written");
            assert_eq!((answer.target, answer.headers().count()), ("", 3));
            assert!(transcript.head_of(Turn::BackendReply).is_none());

            assert_eq!(transcript.message_of(Turn::Request), Message::Whole(b"{}"));
            assert_eq!(transcript.message_of(Turn::BackendRequest), Message::Length(TRAFFIC_MESSAGE + 1));
            assert_eq!(transcript.message_of(Turn::BackendReply), Message::Whole(&[b'y'; TRAFFIC_MESSAGE]));
            assert_eq!(transcript.message_of(Turn::Response), Message::Nothing);
        }
    }

    #[test]
    fn room_is_kept_up_to_a_bound() {
        let mut transcript = Transcript::default();
        transcript.says(Turn::Request, &[b'x'; 1000]);
        let room = transcript.octets.len();
        transcript.clear(room);
        assert_eq!((transcript.len(), transcript.octets.len()), (0, room));
        assert_eq!(transcript.message_of(Turn::Request), Message::Nothing);
        transcript.clear(room - 1);
        assert_eq!(transcript.octets.len(), 0);
    }
}
