//! Header blocks that a message has although JSON says nothing of them: rules of the service file fill all that they need.

use super::given::{Given, Headed};
use super::options::EncodeOptions;
use super::reserved::Reserved;
use super::run::{Encode, Encoder, Run};
use crate::codec::violation::Violations;
use crate::json::{Kept, Kind, Value, write};
use crate::limits::JsonLimits;
use crate::plan::{
    ComplexPlan, ElementIx, FilledBlock, HEADERS, HeaderFill, NodeKind, Plan, Shape, Slot, TypeIx,
};

/// Makes the header blocks of all messages of `plan` that rules fill.
pub fn fill_headers(plan: &mut Plan, options: &EncodeOptions) {
    plan.fill_headers(|plan, message| of(Encode { plan, message, options }));
}

fn of(encode: Encode<'_, '_>) -> Option<HeaderFill> {
    let plan = encode.plan;
    let complex = complex_of(plan, encode.message.headers?)?;
    let found: Vec<(&Slot, ElementIx)> = single(complex).collect();
    let has_own =
        complex.scopes.first().is_some_and(|scope| scope.slots.iter().any(|slot| slot.fill.is_some()));
    let mut encoder = Encoder::default();
    let blocks = found.iter().filter_map(|(slot, element)| {
        let json = members(plan, *element, &mut Vec::new())?;
        let takes_credentials = takes_credentials(plan, *element, &mut Vec::new());
        let block = FilledBlock {
            key: slot.key.clone(),
            element: *element,
            json: kept(&json),
            xml: Box::default(),
            takes_credentials,
        };
        let mut xml = Vec::new();
        // A block that needs more than rules fill is there only where JSON has it.
        let is_whole = encoder.block(encode, Filling { block: &block, given: None }, &mut xml).is_ok();
        is_whole.then(|| (json, FilledBlock { xml: text(xml), ..block }))
    });
    let (objects, blocks): (Vec<String>, Vec<FilledBlock>) = blocks.unzip();
    if blocks.is_empty() && !has_own {
        return None;
    }
    let json =
        kept(&object_of(blocks.iter().map(|block| &*block.key).zip(objects.iter().map(String::as_str))));
    let mut xml = Vec::new();
    let headed = Headed::from(json.value());
    encoder.blocks(encode, headed, &mut xml).expect("blocks that stand alone stand together");
    Some(HeaderFill { xml: text(xml), json, blocks }).filter(|fill| !fill.xml.is_empty())
}

/// The object below the element `ix` in which rules fill something, as JSON that says nothing; nothing where they fill nothing there.
fn members(plan: &Plan, ix: ElementIx, within: &mut Vec<TypeIx>) -> Option<String> {
    let (complex, type_ix) = (complex_of(plan, ix)?, plan.element(ix).type_ix);
    if within.contains(&type_ix) {
        return None;
    }
    within.push(type_ix);
    let own = complex.scopes.first().is_some_and(|scope| scope.slots.iter().any(|slot| slot.fill.is_some()));
    let below =
        single(complex).filter_map(|(slot, element)| Some((&*slot.key, members(plan, element, within)?)));
    let below: Vec<(&str, String)> = below.collect();
    within.pop();
    let found = own || !below.is_empty();
    found.then(|| object_of(below.iter().map(|(key, object)| (*key, &**object))))
}

/// Whether the element `ix` has a place for a credential somewhere below it.
fn takes_credentials(plan: &Plan, ix: ElementIx, within: &mut Vec<TypeIx>) -> bool {
    let type_ix = plan.element(ix).type_ix;
    let Some(complex) = complex_of(plan, ix).filter(|_| !within.contains(&type_ix)) else { return false };
    within.push(type_ix);
    let is_one = |(slot, element): (&Slot, ElementIx)| {
        slot.credential.is_some() || takes_credentials(plan, element, within)
    };
    let found = elements(complex).any(is_one);
    within.pop();
    found
}

fn complex_of(plan: &Plan, ix: ElementIx) -> Option<&ComplexPlan> {
    match &plan.type_plan(plan.element(ix).type_ix).shape {
        Shape::Complex(complex) => Some(complex),
        Shape::Array(_) | Shape::Simple(_) | Shape::Unwrap(_) => None,
    }
}

/// The elements of an object, with their slots.
fn elements(complex: &ComplexPlan) -> impl Iterator<Item = (&Slot, ElementIx)> {
    complex.nodes.iter().filter(|node| node.scope.index() == 0).filter_map(|node| match node.kind {
        NodeKind::Element(element) => Some((complex.slot(node), element)),
        _ => None,
    })
}

/// Those that JSON may have once.
fn single(complex: &ComplexPlan) -> impl Iterator<Item = (&Slot, ElementIx)> {
    elements(complex).filter(|(slot, _)| !slot.list && !slot.hidden)
}

fn object_of<'m>(members: impl Iterator<Item = (&'m str, &'m str)>) -> String {
    let mut out = b"{".to_vec();
    for (key, object) in members {
        if out.len() > 1 {
            out.push(b',');
        }
        write::write_key(&mut out, key);
        out.extend_from_slice(object.as_bytes());
    }
    out.push(b'}');
    String::from_utf8(out).expect("keys are UTF-8")
}

fn kept(json: &str) -> Kept {
    Kept::parse(json, &NO_MESSAGE).expect("objects in objects are JSON")
}

fn text(xml: Vec<u8>) -> Box<str> {
    String::from_utf8(xml).expect("the encoder writes UTF-8").into()
}

impl Encoder {
    /// Appends the header blocks that `message` has under `$headers` to `out`, and those that rules fill; false when there are none.
    ///
    /// Errors: as for [`Encoder::encode`].
    pub fn headers<'p, 'g>(
        &mut self,
        encode: Encode<'p, '_>,
        message: impl Into<Headed<'p, 'g>>,
        out: &mut Vec<u8>,
    ) -> Result<bool, Violations> {
        let Headed { value, given } = message.into();
        let plan = encode.message;
        if plan.headers.is_none() {
            return Ok(false);
        }
        let object = Some(value).filter(|value| value.kind() == Kind::Object);
        match (object.and_then(|value| value.get(HEADERS)), &plan.header_fill) {
            (None, None) => Ok(false),
            (None, Some(fill)) if plan.takes_credentials && given.is_some() => {
                self.blocks(encode, Headed { value: fill.json.value(), given }, out)
            }
            (None, Some(fill)) => {
                out.extend_from_slice(fill.xml.as_bytes());
                Ok(true)
            }
            (Some(value), fill) => {
                let written = self.blocks(encode, Headed { value, given }, out)?;
                let before = out.len();
                let blocks = fill.iter().flat_map(|fill| &fill.blocks);
                for block in blocks.filter(|block| lacks(value, block)) {
                    match given.filter(|_| block.takes_credentials) {
                        Some(given) => self.block(encode, Filling { block, given: Some(given) }, out)?,
                        None => out.extend_from_slice(block.xml.as_bytes()),
                    }
                }
                Ok(written || out.len() > before)
            }
        }
    }

    /// Appends one header block that rules fill.
    fn block<'p>(
        &mut self,
        encode: Encode<'p, '_>,
        Filling { block, given }: Filling<'p, '_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Violations> {
        let (message, value) = (encode.message, block.json.value());
        let mut run = Run::begin(self, encode, value, out);
        run.encoding = message.header_encoding;
        run.reserved = Reserved::default();
        run.given = given;
        run.declare = Some(&message.header_declarations);
        run.path.push("", Some(HEADERS), None);
        run.path.push(&encode.plan.element(block.element).local, Some(&block.key), None);
        run.element(true, block.element, value);
        run.finish()
    }
}

/// A header block that rules fill, and the credentials that it gets.
struct Filling<'p, 'g> {
    block: &'p FilledBlock,
    given: Option<Given<'g>>,
}

/// Whether the header blocks `own` of a message have not the one that is `block`.
fn lacks(own: Value<'_>, block: &FilledBlock) -> bool {
    own.kind() == Kind::Object && own.get(&block.key).is_none()
}

/// For JSON that is made of names of the contract.
const NO_MESSAGE: JsonLimits =
    JsonLimits { depth: usize::MAX, tokens: usize::MAX, key: usize::MAX, number: usize::MAX };
