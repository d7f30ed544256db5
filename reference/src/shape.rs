//! What elements a request has, and in which order: `yaserde` passes over what it does not know.

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};

/// The elements in an element.
#[derive(Debug)]
pub(super) enum Shape {
    /// Any.
    Open,
    /// These, each at most once, in this namespace.
    Members(&'static str, &'static [(&'static str, &'static Shape)]),
    /// Any number of those named `item`, in this namespace.
    Items(&'static str, &'static Shape),
    /// None.
    Text,
}

/// A type that is written as an element.
pub(super) trait Shaped {
    /// What is in it.
    const SHAPE: &'static Shape;
}

macro_rules! texts {
    ($($kind:ident)*) => { $(impl Shaped for $kind { const SHAPE: &'static Shape = &Shape::Text; })* };
}

texts! { String bool i32 f64 }

/// The first element in the body of an envelope that is not where `body` has it.
pub(super) fn misplaced(envelope: &str, body: &'static Shape) -> Option<String> {
    let mut reader = NsReader::from_str(envelope);
    reader.config_mut().expand_empty_elements = true;
    // Every open element, with how many of its members are passed.
    let mut open: Vec<(&Shape, usize)> = vec![(&Shape::Open, 0)];
    loop {
        match reader.read_resolved_event() {
            Ok((namespace, Event::Start(start))) => {
                let name = start.local_name().into_inner();
                let Some(inner) = enter(open.last_mut()?, &namespace, name, body) else {
                    return Some(name.to_owned());
                };
                open.push((inner, 0));
            }
            Ok((_, Event::End(_))) => drop(open.pop()),
            Ok((_, Event::Eof)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// The shape of an element within another.
fn enter(
    (outer, passed): &mut (&Shape, usize),
    namespace: &ResolveResult<'_>,
    name: &str,
    body: &'static Shape,
) -> Option<&'static Shape> {
    let within =
        |wanted: &str| matches!(namespace, ResolveResult::Bound(Namespace(found)) if *found == wanted);
    match outer {
        Shape::Open => Some(if name == "Body" && within(SOAP) { body } else { &Shape::Open }),
        Shape::Items(wanted, item) => (name == "item" && within(wanted)).then_some(*item),
        Shape::Members(wanted, members) => {
            let mut rest = members.iter().enumerate().skip(*passed);
            let (at, (_, member)) = rest.find(|(_, (member, _))| *member == name && within(wanted))?;
            *passed = at + 1;
            Some(member)
        }
        Shape::Text => None,
    }
}

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &Shape = &Shape::Members(
        "u",
        &[("first", &Shape::Text), ("list", &Shape::Items("v", &Shape::Text)), ("free", &Shape::Open)],
    );

    fn found(body: &str) -> Option<String> {
        let envelope = format!(
            "<e:Envelope xmlns:e=\"{SOAP}\"><e:Header><x/></e:Header><e:Body xmlns=\"u\" xmlns:v=\"v\">{body}</e:Body></e:Envelope>"
        );
        misplaced(&envelope, BODY)
    }

    #[test]
    fn order_number_and_namespace_count() {
        for good in
            ["", "<first>1</first><free/>", "<list><v:item/><v:item/></list>", "<free><x><y/></x></free>"]
        {
            assert_eq!(found(good), None, "{good}");
        }
        for (bad, name) in [
            ("<free/><first/>", "first"),
            ("<first/><first/>", "first"),
            ("<v:first/>", "first"),
            ("<list><item/></list>", "item"),
            ("<first><x/></first>", "x"),
            ("<other/>", "other"),
        ] {
            assert_eq!(found(bad).as_deref(), Some(name), "{bad}");
        }
    }
}
