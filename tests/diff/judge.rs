//! The second judge: messages of the one contract are loaded under the other one, and that is held against what is told.

use saponify::codec::EncodeOptions;
use saponify::describe::diff::{DiffReport, DiffSide, Found, Verdict, Way, diff};
use saponify::describe::{Candidate, Converter, Direction, Selection, Style, sample};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{Compiled, Rules, compile};
use saponify::wsdl::{Contract, load};

use super::cases::{Case, Witness};

/// A contract with its program.
pub struct Loaded {
    contract: Contract,
    compiled: Compiled,
}

impl Loaded {
    pub fn of(name: &str, text: &str) -> Self {
        let mut documents = super::documents(name, text);
        let contract = load(name, &mut documents, &Limits::default().contract);
        let contract = contract.unwrap_or_else(|found| panic!("{name}: {found:?}\n{text}"));
        Self::from(contract).expect("a plan")
    }

    /// Nothing where there is no plan.
    pub fn from(contract: Contract) -> Option<Self> {
        let compiled = compile(&contract, &Rules::default()).ok()?;
        Some(Self { contract, compiled })
    }

    pub fn side(&self) -> DiffSide<'_> {
        DiffSide { contract: &self.contract, plan: &self.compiled.plan, port: None }
    }

    fn converter(&self, way: Way) -> Converter<'_> {
        let direction = match way {
            Way::Request => Direction::Request,
            Way::Response => Direction::Response,
        };
        let selection = Selection { direction: Some(direction), ..Selection::default() };
        Converter::new(&self.compiled.plan, EncodeOptions::default(), &selection, true)
    }

    fn samples(&self, candidate: &Candidate<'_>) -> Vec<Vec<u8>> {
        let styles = [(Style::Minimal, 0), (Style::Full, 0)];
        let random = (0..RANDOM).map(|seed| (Style::Random, seed));
        let all = styles.into_iter().chain(random);
        all.filter_map(|(style, seed)| sample(&self.compiled.plan, candidate, style, seed).ok()).collect()
    }
}

/// Random samples of each message.
const RANDOM: u64 = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Json,
    Soap,
}

/// Whose messages are loaded under the other contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    New,
    Old,
}

/// A party, the messages that it depends on, and what is told of it.
struct Question {
    party: &'static str,
    language: Language,
    of: Of,
    way: Way,
    verdict: fn(&Found) -> Verdict,
}

fn questions() -> Vec<Question> {
    let mut all = Vec::new();
    for way in [Way::Request, Way::Response] {
        let (clients, backends) = match way {
            Way::Request => (Of::Old, Of::New),
            Way::Response => (Of::New, Of::Old),
        };
        let question = |party, language, of, verdict| Question { party, language, of, way, verdict };
        all.push(question("SOAP clients", Language::Soap, clients, |found: &Found| {
            found.soap_clients.verdict
        }));
        all.push(question("JSON clients", Language::Json, clients, |found: &Found| {
            found.json_clients.verdict
        }));
        all.push(question("backends", Language::Soap, backends, |found: &Found| found.backends.verdict));
    }
    all
}

/// Where samples and what is told disagree.
pub fn judge(old: &Loaded, new: &Loaded, case: &Case) -> Vec<String> {
    let report = diff(old.side(), new.side());
    let mut wrong = Vec::new();
    for question in questions() {
        let told = is_told(&report, &question);
        let seen = refused(old, new, &question).or_else(|| by_witness(old, new, case, &question));
        let name = format!("{} {:?} {:?}", question.party, question.way, question.of);
        let unseen = format!("{:?} {:?}:", question.language, question.of).to_lowercase();
        let excused = case.unseen.iter().any(|line| line.starts_with(&unseen));
        match (told, seen) {
            (false, Some(refused)) => wrong.push(format!("{name}: not told, and refused: {refused}")),
            (true, None) if !excused => wrong.push(format!("{name}: told, and no message shows it")),
            _ => {}
        }
    }
    wrong
}

/// Messages that are refused although nothing is told.
pub fn untold(old: &Loaded, new: &Loaded, report: &DiffReport) -> Vec<String> {
    let safe = questions().into_iter().filter(|question| !is_told(report, question));
    safe.filter_map(|question| refused(old, new, &question)).collect()
}

fn is_told(report: &DiffReport, question: &Question) -> bool {
    let mut of_way = report.changes.iter().filter(|found| found.way == question.way);
    of_way.any(|found| (question.verdict)(found) != Verdict::Safe)
}

/// The first message of the one contract that the other one refuses.
fn refused(old: &Loaded, new: &Loaded, question: &Question) -> Option<String> {
    let (from, to) = match question.of {
        Of::New => (new, old),
        Of::Old => (old, new),
    };
    let (from_converter, to_converter) = (from.converter(question.way), to.converter(question.way));
    for candidate in from_converter.candidates() {
        let same = |known: &&Candidate<'_>| known.operation.name == candidate.operation.name;
        let Some(other) = to_converter.candidates().iter().find(same) else {
            return Some(format!("no operation {}", candidate.operation.name));
        };
        for json in from.samples(candidate) {
            let message = match question.language {
                Language::Json => json,
                Language::Soap => encode(&from_converter, candidate, &json).expect("a sample is valid"),
            };
            if let Err(reason) = loads(&to_converter, other, question.language, &message) {
                return Some(format!("{reason}: {}", String::from_utf8_lossy(&message)));
            }
        }
    }
    None
}

fn encode(converter: &Converter<'_>, candidate: &Candidate<'_>, json: &[u8]) -> Result<Vec<u8>, String> {
    let mut tape = Tape::new();
    let value = tape.parse(json, &Limits::default().json).map_err(|error| error.to_string())?;
    converter.encode(candidate, value).map_err(|found| found.to_string())
}

fn loads<'p>(
    converter: &Converter<'p>,
    candidate: &Candidate<'p>,
    language: Language,
    message: &[u8],
) -> Result<(), String> {
    match language {
        Language::Json => encode(converter, candidate, message).map(drop),
        Language::Soap => {
            converter.json_of_candidate(candidate, message).map(drop).map_err(|error| error.to_string())
        }
    }
}

/// The same by the messages that come with the pair, which are requests.
fn by_witness(old: &Loaded, new: &Loaded, case: &Case, question: &Question) -> Option<String> {
    let (language, of) = match (question.language, question.of) {
        (Language::Json, Of::New) => ("json", "new"),
        (Language::Json, Of::Old) => ("json", "old"),
        (Language::Soap, Of::New) => ("soap", "new"),
        (Language::Soap, Of::Old) => ("soap", "old"),
    };
    let is = |witness: &&Witness| witness.language == language && witness.of == of;
    let (own, other) = if question.of == Of::Old { (old, new) } else { (new, old) };
    case.witnesses.iter().filter(is).find_map(|witness| {
        let (own, other) = (own.converter(Way::Request), other.converter(Way::Request));
        let load = |converter: &Converter<'_>| {
            loads(converter, &converter.candidates()[0], question.language, witness.message.as_bytes())
        };
        load(&own).unwrap_or_else(|error| panic!("{}: the witness is not valid: {error}", case.name));
        load(&other).err()
    })
}
