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
    /// Forgets everything, but for the room that it has, unless that is more than `most`. There is room for most exchanges then.
    #[inline]
    pub(in crate::bridge) fn clear(&mut self, most: usize) {
        self.turns = [Spoken::default(); TURNS];
        self.used = 0;
        if !(LEAST..=most).contains(&self.octets.len()) {
            self.octets = vec![0; LEAST];
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
        if let Some(authority) = uri.authority() {
            self.put(authority.as_str().as_bytes(), copy);
        }
        let authority = self.used;
        if let Some(target) = uri.path_and_query() {
            self.put(target.as_str().as_bytes(), copy);
        }
        self.head(turn, HeadPlace { from, authority, target: self.used, headers: 0 }, headers);
    }

    /// Whoever speaks in `turn` answers with `headers`.
    pub(in crate::bridge) fn answers(&mut self, turn: Turn, headers: &HeaderMap) {
        let from = self.used;
        self.head(turn, HeadPlace { from, authority: from, target: from, headers: 0 }, headers);
    }

    fn head(&mut self, turn: Turn, place: HeadPlace, headers: &HeaderMap) {
        let mut room = self.octets.get_mut(self.used..).expect("no more is used than is there");
        for (name, value) in headers {
            let (name, octets) = (name.as_str().as_bytes(), value.as_bytes());
            // Of both http allows fewer than two to the power of 31.
            let lengths = (octets.len() as u64) << 32 | (name.len() as u64) << 1;
            let fixed = lengths | u64::from(value.is_sensitive());
            room = match put_header(room, fixed, name, octets) {
                Ok(room) => room,
                Err(left) => {
                    self.used = self.octets.len() - left;
                    self.grow(FIXED + name.len() + octets.len());
                    let room = self.octets.get_mut(self.used..).expect("there is more now");
                    put_header(room, fixed, name, octets).expect("there is room for it")
                }
            };
        }
        let left = room.len();
        self.used = self.octets.len() - left;
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
                self.put(message, <[u8]>::copy_from_slice);
                MessagePlace::Whole(from, self.used)
            }
        };
    }

    /// Appends `octets`, which `copy` copies.
    #[inline(always)]
    fn put(&mut self, octets: &[u8], copy: impl FnOnce(&mut [u8], &[u8])) {
        let end = self.used.wrapping_add(octets.len());
        if end > self.octets.len() {
            self.grow(octets.len());
        }
        copy(self.octets.get_mut(self.used..end).expect("there is room for it"), octets);
        self.used = end;
    }

    /// Makes room for so many octets `more`.
    #[cold]
    fn grow(&mut self, more: usize) {
        self.octets.resize((self.used + more).next_power_of_two(), 0);
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

/// Puts a header into `room`, and gives what is left of that. Errors: there is too little, so much.
#[inline(always)]
fn put_header<'r>(room: &'r mut [u8], fixed: u64, name: &[u8], value: &[u8]) -> Result<&'r mut [u8], usize> {
    let left = room.len();
    // One look at what is left, for what is put into it fits then.
    let length = FIXED.wrapping_add(name.len()).wrapping_add(value.len());
    let (header, rest) = room.split_at_mut_checked(length).ok_or(left)?;
    let (to_fixed, texts) = header.split_first_chunk_mut().ok_or(left)?;
    let (to_name, to_value) = texts.split_at_mut_checked(name.len()).ok_or(left)?;
    *to_fixed = fixed.to_le_bytes();
    copy(to_name, name);
    copy(to_value, value);
    Ok(rest)
}

/// Copies `from` to `to`, which is as long. Most names and values of headers are short, and need no call.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    // In the order of how many of them are so long: a match would compare once more for most.
    let length = from.len();
    let copied = if length < 16 {
        if length >= 8 {
            copy_ends::<8>(to, from)
        } else if length >= 4 {
            copy_ends::<4>(to, from)
        } else {
            copy_ends::<2>(to, from)
        }
    } else if length <= 32 {
        copy_ends::<16>(to, from)
    } else if length <= 64 {
        copy_ends::<32>(to, from)
    } else {
        None
    };
    if copied.is_none() {
        to.copy_from_slice(from);
    }
}

/// Copies the first and the last `N` octets, which are all where there are at most twice as many. Nothing where there are fewer.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) -> Option<()> {
    *to.first_chunk_mut::<N>()? = *from.first_chunk()?;
    *to.last_chunk_mut::<N>()? = *from.last_chunk()?;
    Some(())
}

/// Octets of room to begin with.
const LEAST: usize = 8 * 1024;

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
        transcript.says(Turn::Request, &[b'x'; LEAST + 1]);
        let room = transcript.octets.len();
        transcript.clear(room);
        assert_eq!((transcript.len(), transcript.octets.len()), (0, room));
        assert_eq!(transcript.message_of(Turn::Request), Message::Nothing);
        transcript.clear(room - 1);
        assert_eq!(transcript.octets.len(), LEAST);
    }

    #[test]
    fn headers_of_any_length_are_read_as_they_were() {
        let mut transcript = Transcript::default();
        for length in 1..=130 {
            let name: Vec<u8> = (0..length).map(|at| b'a' + at % 26).collect();
            let value: Vec<u8> = (1..length).map(|at| b'!' + at % 90).collect();
            let mut headers = HeaderMap::new();
            let name = HeaderName::from_bytes(&name).expect("a name");
            headers.insert(name.clone(), HeaderValue::from_bytes(&value).expect("a value"));
            transcript.answers(Turn::Response, &headers);
            let head = transcript.head_of(Turn::Response).expect("it was written");
            let found: Vec<_> = head.headers().map(|header| (header.name, header.value)).collect();
            assert_eq!(found, [(name.as_str(), &*value)], "{length}");
        }
        assert!(transcript.octets.len() > LEAST, "it grew on the way");
    }
}
