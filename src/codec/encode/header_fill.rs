//! Header blocks that a message has although JSON says nothing of them: rules of the service file fill all that they need.

use super::given::Headed;
use super::options::EncodeOptions;
use super::run::{Encode, Encoder};
use crate::codec::violation::Violations;
use crate::json::{Kind, Tape, Value, write};
use crate::limits::JsonLimits;
use crate::plan::{ElementIx, HEADERS, HeaderFill, NodeKind, Plan, Shape, TypeIx};

/// Makes the header blocks of all messages of `plan` that rules fill.
pub fn fill_headers(plan: &mut Plan, options: &EncodeOptions) {
    plan.fill_headers(|plan, message| of(Encode { plan, message, options }));
}

fn of(encode: Encode<'_, '_>) -> Option<HeaderFill> {
    let root = encode.message.headers?;
    let members = members(encode.plan, root, &mut Vec::new())?;
    let mut encoder = Encoder::default();
    // A block that needs more than rules fill is there only where JSON has it.
    let whole = |(key, object): &(Box<str>, Box<str>)| {
        let members = [(key.clone(), object.clone())];
        xml(&mut encoder, encode, &members).is_ok()
    };
    let objects: Vec<(Box<str>, Box<str>)> = members.into_iter().filter(whole).collect();
    let xml = xml(&mut encoder, encode, &objects).expect("blocks that stand alone stand together");
    Some(HeaderFill { xml: xml.into(), objects }).filter(|fill| !fill.xml.is_empty())
}

/// The objects below the element `ix` in which rules fill something, as JSON that says nothing; nothing where they fill nothing there.
fn members(plan: &Plan, ix: ElementIx, within: &mut Vec<TypeIx>) -> Option<Vec<(Box<str>, Box<str>)>> {
    let type_ix = plan.element(ix).type_ix;
    let Shape::Complex(complex) = &plan.type_plan(type_ix).shape else { return None };
    if within.contains(&type_ix) {
        return None;
    }
    within.push(type_ix);
    let slots = complex.scopes.first().map_or(&[][..], |scope| &scope.slots);
    let mut found = slots.iter().any(|slot| slot.fill.is_some());
    let mut objects = Vec::new();
    for node in complex.nodes.iter().filter(|node| node.scope.index() == 0) {
        let slot = slots.get(node.slot.index()).filter(|slot| !slot.list && !slot.hidden);
        let (Some(slot), NodeKind::Element(element)) = (slot, node.kind) else { continue };
        if let Some(inner) = members(plan, element, within) {
            objects.push((slot.key.clone(), object_of(&inner).into()));
            found = true;
        }
    }
    within.pop();
    found.then_some(objects)
}

fn object_of(members: &[(Box<str>, Box<str>)]) -> String {
    let mut out = b"{".to_vec();
    put(members.iter(), &mut out);
    out.push(b'}');
    String::from_utf8(out).expect("keys are UTF-8")
}

fn put<'m>(members: impl Iterator<Item = &'m (Box<str>, Box<str>)>, out: &mut Vec<u8>) {
    for (key, object) in members {
        if !out.ends_with(b"{") {
            out.push(b',');
        }
        write::write_key(out, key);
        out.extend_from_slice(object.as_bytes());
    }
}

/// The header blocks of `members`. Errors: they need more.
fn xml(
    encoder: &mut Encoder,
    encode: Encode<'_, '_>,
    members: &[(Box<str>, Box<str>)],
) -> Result<String, Violations> {
    let json = format!("{{\"{HEADERS}\":{}}}", object_of(members));
    let (mut tape, mut out) = (Tape::new(), Vec::new());
    let value = tape.parse(json.as_bytes(), &NO_MESSAGE).expect("objects in objects are JSON");
    encoder.headers(encode, value, &mut out)?;
    Ok(String::from_utf8(out).expect("the encoder writes UTF-8"))
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
                let (json, mut tape) = (object_of(&fill.objects), Tape::new());
                let value = tape.parse(json.as_bytes(), &NO_MESSAGE).expect("objects in objects are JSON");
                self.blocks(encode, Headed { value, given }, out)
            }
            (None, Some(fill)) => {
                out.extend_from_slice(fill.xml.as_bytes());
                Ok(true)
            }
            (Some(blocks), Some(fill)) if lacks(blocks, fill) => {
                let (json, mut tape) = (merged(blocks, fill), Tape::new());
                let value = tape.parse(&json, &NO_MESSAGE).expect("an object with members more is one");
                self.blocks(encode, Headed { value, given }, out)
            }
            (Some(value), _) => self.blocks(encode, Headed { value, given }, out),
        }
    }
}

/// Whether `fill` has a block that is not among `blocks`.
fn lacks(blocks: Value<'_>, fill: &HeaderFill) -> bool {
    blocks.kind() == Kind::Object && fill.objects.iter().any(|(key, _)| blocks.get(key).is_none())
}

/// The header blocks `blocks`, and those that `fill` has and they have not.
fn merged(blocks: Value<'_>, fill: &HeaderFill) -> Vec<u8> {
    let mut out = Vec::new();
    write::compact(blocks, &mut out);
    out.pop();
    put(fill.objects.iter().filter(|(key, _)| blocks.get(key).is_none()), &mut out);
    out.push(b'}');
    out
}

/// For JSON that is made of a message that was within its bounds, or of names of the contract.
const NO_MESSAGE: JsonLimits =
    JsonLimits { depth: usize::MAX, tokens: usize::MAX, key: usize::MAX, number: usize::MAX };
