//! Clients: what they ask, what they get, and whether it may be.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, Response};
use hyper::body::{Body as HttpBody, Frame};
use parking_lot::Mutex;
use rand::RngExt;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::replica::{Replica, USER};
use super::world::World;
use crate::bridge::backend::pieces::Body;
use crate::soap::Version;
use crate::wss::{Fresh, NewToken, Secret, Sender};

/// What a client wants: once, however often it asks.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// What its messages say, which no other's do.
    pub(super) text: String,
    pub(super) kind: Kind,
    /// Each time it asks: when, and which replica.
    pub(super) copies: Vec<Copy>,
    /// Elements that make its messages longer.
    items: usize,
    /// The token of all copies.
    token: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// SOAP: the same token each time.
    Token,
    /// SOAP, with an idempotency key, and a new token each time.
    KeyInSoap,
    /// JSON, with an idempotency key.
    KeyInJson,
    /// JSON, an operation that is not idempotent.
    Write,
    /// JSON, an operation that is.
    Read,
}

/// One request of a wish.
#[derive(Clone, Copy, Debug)]
pub(super) struct Copy {
    pub(super) at: Duration,
    pub(super) replica: usize,
    body: BodyKind,
    /// After what time the client goes away.
    leaves: Option<Duration>,
    /// Whether it has the key of the others, and another message.
    differs: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyKind {
    Whole,
    /// In pieces, each so long after the one before.
    Slow(Duration),
    /// It breaks off.
    Broken,
    /// The rest never comes.
    Stuck,
}

/// What became of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// The response, whole.
    Answered(Bytes),
    /// An error with this code, or a fault of the token.
    Refused(String),
    /// Nobody knows: its client left, or the process was killed.
    Lost,
    /// Nobody was there.
    Unasked,
}

/// What became of all requests.
#[derive(Default)]
pub(super) struct Ledger(Mutex<BTreeMap<String, Vec<Outcome>>>);

/// When wishes are made, and by whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// Within which time clients ask first, and how much later they may ask again.
    pub(super) first: Duration,
    pub(super) again: Duration,
    /// Milliseconds that the clocks of clients are ahead.
    pub(super) ahead: i64,
}

impl Wish {
    /// The wish number `number`.
    pub(super) fn new(world: &World, number: usize, times: Times) -> Self {
        let kinds = [
            (Kind::Token, 40),
            (Kind::KeyInSoap, 10),
            (Kind::KeyInJson, 30),
            (Kind::Write, 10),
            (Kind::Read, 10),
        ];
        let mut chosen = world.chance(|chance| chance.random_range(0..100));
        let kind = kinds.into_iter().find(|(_, share)| {
            let is_this = chosen < *share;
            chosen -= share;
            is_this
        });
        let (kind, _) = kind.expect("they are a hundred");
        let begin = world.millis(0..times.first.as_millis() as u64);
        let copies = match kind {
            Kind::Token | Kind::KeyInSoap | Kind::KeyInJson => {
                1 + world.chance(|chance| chance.random_range(0..6))
            }
            Kind::Write | Kind::Read => 1,
        };
        let copy = |at: usize| {
            let later = match world.chance(|chance| chance.random_range(0..3)) {
                _ if at == 0 => Duration::ZERO,
                0 => Duration::ZERO,
                1 => world.millis(0..3000),
                _ => world.millis(0..times.again.as_millis() as u64),
            };
            let body = match world.chance(|chance| chance.random_range(0..30)) {
                0 => BodyKind::Broken,
                1 => BodyKind::Stuck,
                2 | 3 => BodyKind::Slow(world.millis(0..1500)),
                _ => BodyKind::Whole,
            };
            Copy {
                at: begin + later,
                replica: world.chance(|chance| chance.random_range(0..3)),
                body,
                leaves: world.happens(8).then(|| world.millis(0..3000)),
                differs: at > 0 && world.happens(6),
            }
        };
        let copies = (0..copies).map(copy).collect();
        let items = if world.happens(10) { world.chance(|chance| chance.random_range(0..2500)) } else { 0 };
        let made = world.time() + begin + chrono::TimeDelta::milliseconds(times.ahead);
        let token = token(world, made);
        Self { text: format!("wish-{number}"), kind, copies, items, token }
    }

    /// A wish that is fulfilled if nothing is wrong.
    pub(super) fn last(world: &World, kind: Kind, replica: usize) -> Self {
        let copy = Copy { at: world.elapsed(), replica, body: BodyKind::Whole, leaves: None, differs: false };
        let text = format!("last-{kind:?}-{replica}");
        Self { text, kind, copies: vec![copy], items: 3, token: token(world, world.now()) }
    }

    /// The same wish once more, at `replica`, if it has a key.
    pub(super) fn again(&self, world: &World, replica: usize) -> Option<Self> {
        let copy = Copy { at: world.elapsed(), replica, body: BodyKind::Whole, leaves: None, differs: false };
        self.is_keyed().then(|| Self { copies: vec![copy], ..self.clone() })
    }

    /// Whether something of it may have been sent, as far as its clients know.
    pub(super) fn may_be_sent(&self, ledger: &Ledger) -> bool {
        let ledger = ledger.0.lock();
        let mut outcomes = self.texts().into_iter().filter_map(|text| ledger.get(&text)).flatten();
        outcomes.any(|outcome| outcome.is_accepted() || *outcome == Outcome::Lost)
    }

    /// Whether the last answer was a response.
    pub(super) fn is_answered(&self, ledger: &Ledger) -> bool {
        let ledger = ledger.0.lock();
        let last = ledger.get(&self.text).and_then(|outcomes| outcomes.last());
        matches!(last, Some(Outcome::Answered(_)))
    }

    fn is_keyed(&self) -> bool {
        matches!(self.kind, Kind::KeyInSoap | Kind::KeyInJson)
    }

    fn is_soap(&self) -> bool {
        matches!(self.kind, Kind::Token | Kind::KeyInSoap)
    }

    /// What the message of `copy` says.
    fn text_of(&self, copy: &Copy) -> String {
        if copy.differs && self.is_keyed() { format!("{}-other", self.text) } else { self.text.clone() }
    }

    /// All that its messages say.
    pub(super) fn texts(&self) -> [String; 2] {
        [self.text.clone(), format!("{}-other", self.text)]
    }

    fn request(&self, world: &World, copy: &Copy, ahead: i64) -> Request<Pieces> {
        let text = self.text_of(copy);
        let operation = if self.kind == Kind::Read { "ping" } else { "echo" };
        let (path, kind, body) = if self.is_soap() {
            let fresh = match self.kind {
                Kind::KeyInSoap => token(world, world.time() + chrono::TimeDelta::milliseconds(ahead)),
                _ => self.token.clone(),
            };
            let items = "<t:item>0123456789</t:item>".repeat(self.items);
            let body = format!(
                "<soapenv:Envelope xmlns:soapenv=\"{SOAP}\" xmlns:t=\"urn:shop\"><soapenv:Header>{fresh}</soapenv:Header>\
                 <soapenv:Body><t:echo><t:text>{text}</t:text>{items}</t:echo></soapenv:Body></soapenv:Envelope>"
            );
            ("/soap/shop".to_owned(), "text/xml; charset=utf-8", body)
        } else {
            let items = vec!["\"0123456789\""; self.items].join(",");
            let items = if self.items == 0 { String::new() } else { format!(",\"item\":[{items}]") };
            (format!("/shop/{operation}"), "application/json", format!("{{\"text\":\"{text}\"{items}}}"))
        };
        let mut request = Request::post(path).header("content-type", kind);
        if self.is_soap() {
            request = request.header("soapaction", "\"urn:shop:echo\"");
        }
        if self.is_keyed() {
            request = request.header("idempotency-key", &self.text);
        }
        request.body(Pieces::new(body.into(), copy.body)).expect("a request")
    }

    /// Asks once, and writes down what came of it.
    pub(super) async fn ask(
        &self,
        number: usize,
        world: &World,
        replicas: &[Replica],
        ledger: &Ledger,
        ahead: i64,
    ) {
        let copy = self.copies[number];
        let what = format!("{}/{number} {:?} of replica {}", self.text, self.kind, copy.replica);
        let outcome = match replicas[copy.replica].seen() {
            None => Outcome::Unasked,
            Some(seen) => {
                world.note(format!("asks {what} {:?}", copy.body));
                let answer = seen.bridge.serve(self.request(world, &copy, ahead), None);
                let answer = async {
                    match timeout(copy.patience(), answer).await {
                        Ok(Ok(answer)) => Some(answer),
                        Ok(Err(never)) => match never {},
                        Err(_elapsed) => None,
                    }
                };
                match seen.unless_killed(answer).await {
                    None => Outcome::Lost,
                    Some(None) if copy.leaves.is_some() => Outcome::Lost,
                    Some(None) => {
                        world.violated(format!("{what} was not answered"));
                        Outcome::Lost
                    }
                    Some(Some(answer)) => match self.judge(&copy, answer).await {
                        Ok(outcome) => outcome,
                        Err(reason) => {
                            world.violated(format!("{what}: {reason}"));
                            Outcome::Lost
                        }
                    },
                }
            }
        };
        world.note(match &outcome {
            Outcome::Answered(_) => format!("answered {what}"),
            other => format!("{other:?} {what}"),
        });
        ledger.0.lock().entry(self.text_of(&copy)).or_default().push(outcome);
    }

    /// What `answer` is. Errors: it must not be.
    async fn judge(&self, copy: &Copy, answer: Response<Body>) -> Result<Outcome, String> {
        let (head, body) = answer.into_parts();
        let body = body.into_whole();
        let shown = || format!("{} {}", head.status, body.escape_ascii());
        if !head.headers.contains_key("x-request-id") {
            return Err(format!("without an id: {}", shown()));
        }
        let text = self.text_of(copy);
        let said = if self.is_soap() { of_soap(&body) } else { of_json(&body) };
        let said = said.ok_or_else(|| format!("not well-formed: {}", shown()))?;
        match (head.status.as_u16(), said) {
            (200, Said::Response { text: other, items }) if other == text && items == self.items => {
                // The body itself is counted among what is left.
                Ok(Outcome::Answered(Bytes::copy_from_slice(&body)))
            }
            (400..=599, Said::Error(code)) if !matches!(&*code, "BRG00500" | "") => {
                Ok(Outcome::Refused(code))
            }
            _ => Err(shown()),
        }
    }

    /// Whether all that became of it may be. `losses` are the times at which the store lost what it knew.
    pub(super) fn check(
        &self,
        world: &World,
        ledger: &Ledger,
        heard: &[super::backend::Heard],
        losses: &[Duration],
    ) {
        let outcomes = ledger.0.lock().get(&self.text).map_or_else(Vec::new, Clone::clone);
        let mut traces: Vec<&str> = heard.iter().map(|heard| &*heard.trace).collect();
        traces.sort_unstable();
        traces.dedup();
        if self.kind == Kind::Token {
            let accepted = outcomes.iter().filter(|outcome| outcome.is_accepted()).count();
            if accepted > 1 || traces.len() > 1 {
                world.violated(format!(
                    "the token of {} was accepted {accepted} times, sent {}",
                    self.text,
                    traces.len()
                ));
            }
        }
        // A key is claimed when it is asked with, which may be long before the backend hears of it: what is on its way may be held.
        let asked = self.copies.iter().map(|copy| copy.at).min();
        let lost = losses.iter().filter(|loss| {
            asked.is_some_and(|asked| asked <= **loss) && heard.last().is_some_and(|last| last.at >= **loss)
        });
        let most = match self.kind {
            Kind::Read => 2,
            Kind::KeyInSoap | Kind::KeyInJson => 1 + lost.count(),
            Kind::Token | Kind::Write => 1,
        };
        if heard.len() > most {
            world.violated(format!("{} was sent {} times", self.text, heard.len()));
        }
        let mut answers = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Answered(_)));
        if let Some(first) = answers.next()
            && (heard.is_empty() || answers.any(|other| other != first))
        {
            world.violated(format!("{} has answers that differ, or nothing was sent", self.text));
        }
        if self.text.starts_with("last-") && !matches!(&outcomes[..], [Outcome::Answered(_)]) {
            world.violated(format!("{}, when nothing is wrong any more: {outcomes:?}", self.text));
        }
    }
}

impl Copy {
    /// How long its client waits. One that does not leave waits longer than any deadline.
    fn patience(&self) -> Duration {
        let longest = match self.body {
            BodyKind::Whole | BodyKind::Broken => Duration::from_secs(7),
            BodyKind::Slow(_) | BodyKind::Stuck => Duration::from_secs(37),
        };
        self.leaves.map_or(longest, |leaves| leaves)
    }
}

impl Outcome {
    /// Whether it means that the token was taken.
    fn is_accepted(&self) -> bool {
        match self {
            Self::Answered(_) => true,
            Self::Refused(code) => code.starts_with("BRG003"),
            Self::Lost | Self::Unasked => false,
        }
    }
}

impl Ledger {
    /// How many requests were answered with a response, and how many in all.
    pub(super) fn counts(&self) -> (usize, usize) {
        let ledger = self.0.lock();
        let all = || ledger.values().flatten().filter(|outcome| **outcome != Outcome::Unasked);
        (all().filter(|outcome| matches!(outcome, Outcome::Answered(_))).count(), all().count())
    }
}

/// What an answer says.
enum Said {
    Response { text: String, items: usize },
    Error(String),
}

fn of_json(body: &[u8]) -> Option<Said> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    if let Some(errors) = json.get("errors") {
        return Some(Said::Error(errors.get(0)?.get("code")?.as_str()?.to_owned()));
    }
    let items = json.get("item").map_or(Some(0), |items| items.as_array().map(Vec::len))?;
    Some(Said::Response { text: json.get("text")?.as_str()?.to_owned(), items })
}

fn of_soap(body: &[u8]) -> Option<Said> {
    let text = std::str::from_utf8(body).ok()?;
    let document = roxmltree::Document::parse(text).ok()?;
    let envelope = document.root_element();
    let body = envelope.children().find(|child| child.has_tag_name((SOAP, "Body")))?;
    let content = body.first_element_child()?;
    if !envelope.has_tag_name((SOAP, "Envelope")) {
        return None;
    }
    if content.has_tag_name((SOAP, "Fault")) {
        let code = content.children().find(|child| child.has_tag_name("faultcode"))?.text()?;
        let own = text.find("BRG").map_or(code, |at| &text[at..at + 8]);
        return Some(Said::Error(own.to_owned()));
    }
    let named =
        |name: &'static str| content.children().filter(move |child| child.has_tag_name(("urn:shop", name)));
    if !content.has_tag_name(("urn:shop", "echoResponse")) {
        return None;
    }
    Some(Said::Response { text: named("text").next()?.text()?.to_owned(), items: named("item").count() })
}

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// A Security header with a token that was `made` then.
fn token(world: &World, made: DateTime<Utc>) -> String {
    let (nonce, id) = world.chance(|chance| {
        let mut nonce = [0; 64];
        chance.fill(&mut nonce);
        (nonce, chance.random())
    });
    let fresh = Fresh { nonce, id, now: made };
    let mut header = Vec::new();
    let new = NewToken { username: USER.0, password: &Secret::new(USER.1), fresh: &fresh };
    Sender::digest().write(&mut header, Version::V11, new).expect("a header");
    String::from_utf8(header).expect("UTF-8")
}

/// The body of a request.
struct Pieces {
    left: Bytes,
    kind: BodyKind,
    /// Bytes of a piece.
    piece: usize,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Pieces {
    fn new(body: Bytes, kind: BodyKind) -> Self {
        Self { piece: body.len().div_ceil(5), left: body, kind, timer: None }
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let own = self.get_mut();
        if own.left.is_empty() {
            return Poll::Ready(None);
        }
        let is_late = own.left.len() < own.piece * 3;
        match own.kind {
            BodyKind::Whole => return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut own.left))))),
            BodyKind::Slow(pause) => {
                let timer = own.timer.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + pause)));
                if timer.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                timer.as_mut().reset(Instant::now() + pause);
            }
            BodyKind::Broken if is_late => return Poll::Ready(Some(Err("it breaks off"))),
            BodyKind::Stuck if is_late => return Poll::Pending,
            BodyKind::Broken | BodyKind::Stuck => {}
        }
        let piece = own.left.split_to(own.piece.min(own.left.len()));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }
}

/// What each client does at its time.
pub(super) async fn at_its_time(
    wish: Arc<Wish>,
    number: usize,
    world: Arc<World>,
    replicas: Arc<[Replica]>,
    ledger: Arc<Ledger>,
    ahead: i64,
) {
    tokio::time::sleep(wish.copies[number].at.saturating_sub(world.elapsed())).await;
    wish.ask(number, &world, &replicas, &ledger, ahead).await;
}
