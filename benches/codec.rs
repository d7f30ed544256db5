//! Transcoding against the cost of only finding where the tags are.
//!
//! `cargo bench --bench codec` prints ratios of medians of one run, and MB/s of what is read. `-- --once SUBJECT COUNT` runs one subject so often,
//! for a tool that counts instructions.

#[path = "support/encoding.rs"]
mod encoding;
#[path = "support/reading.rs"]
mod reading;
mod support;

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use chrono::{DateTime, Duration};
use quick_xml::events::Event;
use saponify::codec::{Decode, DecodeOptions, Decoder, Encode, EncodeOptions, Encoder, Strictness};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{MessagePlan, Plan};
use saponify::service::expression::{ExprType, Expression, Names, Variables};
use saponify::soap::{self, Block, Version};
use saponify::wss::{
    Claim, Fresh, MemoryReplay, NewToken, Policy, Profile, Secret, Sender, TimestampPolicy, Users, verify,
};
use saponify::xml::{self, Reader};
use support::{bancbox, medians, notices_message, orders, orders_message};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let mut bench = Bench::new();
    if let Some(at) = arguments.iter().position(|argument| argument == "--once") {
        let count = arguments.get(at + 2).and_then(|count| count.parse().ok()).unwrap_or(1000);
        return bench.once(arguments.get(at + 1).map_or("tokens", |subject| subject), count);
    }
    bench.update_client();
    for bytes in [1024, 100 * 1024, 5 * 1024 * 1024] {
        large(bytes);
    }
}

/// Everything that a request to BancBox needs, with buffers that are used again.
struct Bench {
    plan: Plan,
    limits: Limits,
    secret: Secret,
    request_json: Vec<u8>,
    request_soap: Vec<u8>,
    response_json: Vec<u8>,
    response_soap: Vec<u8>,
    tape: Tape,
    encoder: Encoder,
    decoder: Decoder,
    out: Vec<u8>,
}

struct One(Secret);

impl Users for One {
    fn password(&self, _: &str) -> Option<&Secret> {
        Some(&self.0)
    }
}

impl Bench {
    fn new() -> Self {
        let mut bench = Self {
            plan: bancbox(),
            limits: Limits::default(),
            secret: Secret::new("not-a-real-secret"),
            request_json: include_bytes!("../samples/bancbox/request.json").to_vec(),
            request_soap: Vec::new(),
            response_json: Vec::new(),
            response_soap: include_bytes!("../samples/bancbox/response-ok.xml").to_vec(),
            tape: Tape::new(),
            encoder: Encoder::default(),
            decoder: Decoder::default(),
            out: Vec::new(),
        };
        bench.send_request();
        bench.request_soap = bench.out.clone();
        bench.take_response();
        bench.response_json = bench.out.clone();
        bench
    }

    fn input(&self) -> &MessagePlan {
        &self.plan.operations()[0].input
    }

    fn output(&self) -> &MessagePlan {
        self.plan.operations()[0].output.as_ref().expect("output")
    }

    /// JSON request to SOAP request, with the Security header.
    fn send_request(&mut self) {
        self.out.clear();
        let value = self.tape.parse(&self.request_json, &self.limits.json).expect("JSON");
        soap::begin(&mut self.out, Version::V11);
        soap::begin_header(&mut self.out);
        let fresh =
            Fresh { nonce: [7; 64], id: 42, now: DateTime::from_timestamp(1_800_000_000, 0).expect("time") };
        let token = NewToken { username: "ops@example.com", password: &self.secret, fresh: &fresh };
        Sender::default().write(&mut self.out, Version::V11, token).expect("written");
        soap::end_header(&mut self.out);
        soap::begin_body(&mut self.out);
        let input = &self.plan.operations()[0].input;
        self.encoder
            .encode(
                Encode { plan: &self.plan, message: input, options: &EncodeOptions::default() },
                value,
                &mut self.out,
            )
            .expect("valid");
        soap::end(&mut self.out);
    }

    /// SOAP response to JSON response.
    fn take_response(&mut self) {
        let response = std::mem::take(&mut self.response_soap);
        self.take(&response);
        self.response_soap = response;
    }

    fn take(&mut self, response: &[u8]) {
        self.out.clear();
        let text = xml::decode(response, None).expect("text");
        let mut reader = Reader::new(&text, self.plan.namespaces(), &self.limits.xml);
        soap::open(&mut reader, |_, _| Ok::<_, soap::Error>(Block::Unknown)).expect("envelope");
        let output = self.plan.operations()[0].output.as_ref().expect("output");
        let options = DecodeOptions { members: b"", ..DecodeOptions::default() };
        self.decoder
            .decode(Decode { plan: &self.plan, message: output, options }, &mut reader, &mut self.out)
            .expect("valid");
        soap::finish(&mut reader).expect("end");
    }

    /// What is done with a response before it is decoded.
    fn open(&self, response: &[u8]) {
        let text = xml::decode(response, None).expect("text");
        let mut reader = Reader::new(&text, self.plan.namespaces(), &self.limits.xml);
        soap::open(&mut reader, |_, _| Ok::<_, soap::Error>(Block::Unknown)).expect("envelope");
        black_box(&reader);
    }

    /// SOAP request, its token verified, to JSON request.
    fn take_request(&mut self) {
        self.out.clear();
        let text = xml::decode(&self.request_soap, None).expect("text");
        let mut reader = Reader::new(&text, self.plan.namespaces(), &self.limits.xml);
        let mut token = None;
        let limits = &self.limits.wss;
        soap::open(&mut reader, |_, reader| {
            token = saponify::wss::read(reader, &Profile::COMPAT, limits)?.ok();
            Ok::<_, soap::Error>(Block::Understood)
        })
        .expect("envelope");
        let policy = Policy {
            realm: "r",
            accept_digest: true,
            accept_text: true,
            timestamp: TimestampPolicy::IfPresent,
            not_before: None,
            repeated_nonces: false,
            limits,
            now: DateTime::from_timestamp(1_800_000_000, 0).expect("time"),
        };
        let (users, replay) = (One(self.secret.clone()), MemoryReplay::new(10));
        let security = token.expect("token");
        let verified = pin!(verify(&security, &policy, &users, &replay));
        let verified = verified.poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(verified, Poll::Ready(Ok(_))), "not verified");
        let input = &self.plan.operations()[0].input;
        let options =
            DecodeOptions { strictness: Strictness::Strict, members: b"", ..DecodeOptions::default() };
        self.decoder
            .decode(Decode { plan: &self.plan, message: input, options }, &mut reader, &mut self.out)
            .expect("valid");
        soap::finish(&mut reader).expect("end");
    }

    /// JSON response to SOAP response.
    fn send_response(&mut self) {
        self.out.clear();
        let value = self.tape.parse(&self.response_json, &self.limits.json).expect("JSON");
        soap::begin(&mut self.out, Version::V11);
        soap::begin_body(&mut self.out);
        let output = self.plan.operations()[0].output.as_ref().expect("output");
        self.encoder
            .encode(
                Encode { plan: &self.plan, message: output, options: &EncodeOptions::default() },
                value,
                &mut self.out,
            )
            .expect("valid");
        soap::end(&mut self.out);
    }

    fn once(&mut self, subject: &str, count: u32) {
        let (request, response) = (self.request_soap.clone(), self.response_soap.clone());
        let orders = if subject == "tape-orders" { orders_json(100 * 1024) } else { Vec::new() };
        match subject {
            "claims" => return claims(count),
            "conditions" => return conditions(&self.request_json, count),
            _ => {}
        }
        let [small, large] = [1024, 100 * 1024].map(|bytes| notices_message(bytes).into_bytes());
        for _ in 0..count {
            match subject {
                "send-request" => self.send_request(),
                "take-response" => self.take_response(),
                "take-request" => self.take_request(),
                "send-response" => self.send_response(),
                "exchange" => {
                    self.send_request();
                    self.take_response();
                }
                "take-1k" => self.take(&small),
                "take-100k" => self.take(&large),
                "open-1k" => self.open(&small),
                "open-100k" => self.open(&large),
                "tokens" => {
                    tokens(&request);
                    tokens(&response);
                }
                "tape-request" => read(&mut self.tape, &self.request_json),
                "tape-response" => read(&mut self.tape, &self.response_json),
                "tape-orders" => read(&mut self.tape, &orders),
                "nothing" => {}
                subject if subject.starts_with("encode-") => {
                    return encoding::run(&self.plan, subject, count);
                }
                subject if subject.starts_with("read-") => return reading::run(subject, count),
                _ => panic!("no such subject: {subject}"),
            }
        }
    }

    fn update_client(&mut self) {
        let (request, response) = (self.request_soap.clone(), self.response_soap.clone());
        println!(
            "updateClient: request {} B of JSON, {} B of SOAP; response {} B of SOAP",
            self.request_json.len(),
            request.len(),
            response.len()
        );
        let mut other = Self::new();
        let [tokens, outward, inward] = medians(
            41,
            2000,
            [
                &mut || {
                    tokens(black_box(&request));
                    tokens(black_box(&response));
                },
                &mut || {
                    self.send_request();
                    self.take_response();
                },
                &mut || {
                    other.take_request();
                    other.send_response();
                },
            ],
        );
        println!("  only tokenizing both messages            {tokens:>10.0} ns   1.00");
        println!("  JSON to SOAP with token, SOAP to JSON    {outward:>10.0} ns   {:.2}", outward / tokens);
        println!("  SOAP with token to JSON, JSON to SOAP    {inward:>10.0} ns   {:.2}", inward / tokens);
        black_box((self.input().root, self.output().root));
    }
}

/// Remembers `count` digests as used, 25 000 a second.
fn claims(count: u32) {
    let replay = MemoryReplay::new(21_000_000);
    for number in 0..count {
        let (mut nonce, mut digest) = ([0; 16], [0; 20]);
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        digest[..4].copy_from_slice(&number.to_be_bytes());
        let now = DateTime::from_timestamp(1_800_000_000 + i64::from(number / 25_000), 0).expect("time");
        let claim = Claim {
            realm: "bancbox",
            username: "ops@example.com",
            nonce: &nonce,
            at: None,
            digest: Some(&digest),
            made: now,
            life: Duration::seconds(360),
            now,
        };
        replay.claim_now(&claim).expect("a new token");
    }
}

/// Asks the conditions of BancBox's service file of `request`.
fn conditions(request: &[u8], count: u32) {
    let names = Names::new(ExprType::Anything);
    let conditions = [
        "!has(clientId.bancBoxId) && (!has(clientId.subscriberReferenceId) || clientId.subscriberReferenceId == '')",
        "has(ssn) && !ssn.matches('^([0-9]{3}-[0-9]{2}-)?[0-9]{4}$')",
        "only(body, ['authentication', 'subscriberId', 'clientId', 'merchantId'])",
    ];
    let conditions = conditions.map(|text| Expression::condition(text, &names).expect("a condition"));
    let mut tape = Tape::new();
    let body = tape.parse(request, &Limits::default().json).expect("JSON");
    for _ in 0..count {
        let variables = Variables::of(black_box(body));
        assert!(conditions.iter().all(|condition| !condition.holds(&variables)));
    }
}

/// The bare tokenizer: tags and text are found, nothing is checked, nothing is resolved.
fn tokens(bytes: &[u8]) {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    loop {
        match black_box(reader.read_event().expect("token")) {
            Event::Eof => break,
            event => drop(black_box(event)),
        }
    }
}

/// JSON is read, and nothing is made of it.
fn read(tape: &mut Tape, json: &[u8]) {
    black_box(tape.parse(black_box(json), &Limits::default().json).expect("JSON"));
}

/// The orders of [`orders_message`] as JSON.
fn orders_json(bytes: usize) -> Vec<u8> {
    let (plan, limits) = (orders(), Limits::default());
    let message = plan.operations()[0].output.as_ref().expect("output");
    let xml = orders_message(bytes);
    let mut reader = Reader::new(&xml, plan.namespaces(), &limits.xml);
    reader.next().expect("a root");
    let mut json = Vec::new();
    let options = DecodeOptions { strictness: Strictness::Strict, members: b"", ..DecodeOptions::default() };
    Decoder::default()
        .decode(Decode { plan: &plan, message, options }, &mut reader, &mut json)
        .expect("valid");
    json
}

fn large(bytes: usize) {
    let (plan, limits) = (orders(), Limits::default());
    let message = plan.operations()[0].output.as_ref().expect("output");
    let xml = orders_message(bytes);
    let (mut decoder, mut encoder, mut tape) = (Decoder::default(), Encoder::default(), Tape::new());
    let mut json = Vec::new();
    let decode = |decoder: &mut Decoder, out: &mut Vec<u8>| {
        out.clear();
        let text = xml::decode(xml.as_bytes(), None).expect("text");
        let mut reader = Reader::new(&text, plan.namespaces(), &limits.xml);
        reader.next().expect("a root");
        let options =
            DecodeOptions { strictness: Strictness::Strict, members: b"", ..DecodeOptions::default() };
        decoder.decode(Decode { plan: &plan, message, options }, &mut reader, out).expect("valid");
    };
    decode(&mut decoder, &mut json);
    let (mut out, mut back) = (Vec::new(), Vec::new());
    let rounds = if bytes > 1_000_000 { 9 } else { 41 };
    // About 2 MB in one round.
    let runs = (2_000_000 / xml.len()).clamp(1, 2000) as u32;
    let [tokens, to_json, to_xml] = medians(
        rounds,
        runs,
        [&mut || tokens(xml.as_bytes()), &mut || decode(&mut decoder, &mut out), &mut || {
            back.clear();
            let value = tape.parse(&json, &limits.json).expect("JSON");
            encoder
                .encode(Encode { plan: &plan, message, options: &EncodeOptions::default() }, value, &mut back)
                .expect("valid");
        }],
    );
    assert_eq!(back.len(), xml.len(), "the same message comes back");
    let rate = |bytes: usize, time: f64| bytes as f64 / time * 1000.0;
    println!("orders: {} B of XML, {} B of JSON", xml.len(), json.len());
    println!("  only tokenizing                          {:>10.0} MB/s  1.00", rate(xml.len(), tokens));
    println!(
        "  XML to JSON                              {:>10.0} MB/s  {:.2}",
        rate(xml.len(), to_json),
        to_json / tokens
    );
    println!(
        "  JSON to XML                              {:>10.0} MB/s  {:.2}",
        rate(json.len(), to_xml),
        to_xml / tokens
    );
}
