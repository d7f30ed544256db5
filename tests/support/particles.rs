//! Content models that nobody wrote.

use proptest::prelude::*;

/// A particle of a content model.
#[derive(Clone, Debug)]
pub enum Particle {
    Element(&'static str),
    Group(&'static str, Vec<(Particle, u32, Option<u32>)>),
}

pub fn particle() -> impl Strategy<Value = Particle> {
    let types = prop_oneof![
        Just("x:int"),
        Just("x:string"),
        Just("x:decimal"),
        Just("x:boolean"),
        Just("x:dateTime"),
        Just("x:base64Binary"),
        Just("t:Code"),
        Just("t:Codes"),
        Just("t:Either"),
        Just("t:Money"),
        Just("x:anyType"),
    ];
    let leaf = types.prop_map(Particle::Element);
    leaf.prop_recursive(3, 24, 4, |inner| {
        let occurs = prop_oneof![
            Just((1, Some(1))),
            Just((0, Some(1))),
            Just((0, None)),
            Just((1, None)),
            Just((2, Some(3))),
        ];
        let children = prop::collection::vec((inner, occurs), 1..4);
        let children =
            children.prop_map(|all| all.into_iter().map(|(of, (min, max))| (of, min, max)).collect());
        (prop_oneof![Just("sequence"), Just("choice")], children)
            .prop_map(|(compositor, children)| Particle::Group(compositor, children))
    })
}

/// Writes a particle; each element has a name of its own, so that the model is not ambiguous.
pub fn write(particle: &Particle, occurs: &str, again: bool, names: &mut u32, out: &mut String) {
    match particle {
        Particle::Element(of) => {
            *names += 1;
            out.push_str(&format!("<x:element name='e{names}' type='{of}' nillable='true' {occurs}/>"));
        }
        Particle::Group(compositor, children) => {
            out.push_str(&format!("<x:{compositor} {occurs}>"));
            for (child, min, max) in children {
                // Counts that vary, inside of turns that vary, leave many readings; the first one is taken.
                let max = if again && *min > 1 { Some(*min) } else { *max };
                let again = again || max != Some(1);
                let max = max.map_or("unbounded".to_owned(), |max| max.to_string());
                write(child, &format!("minOccurs='{min}' maxOccurs='{max}'"), again, names, out);
            }
            out.push_str(&format!("</x:{compositor}>"));
        }
    }
}

/// Whether a group occurs more than once.
pub fn repeats(model: &Particle) -> bool {
    let Particle::Group(_, children) = model else { return false };
    let again = |(child, _, max): &(Particle, u32, Option<u32>)| {
        matches!(child, Particle::Group(..)) && *max != Some(1)
    };
    children.iter().any(|child| again(child) || repeats(&child.0))
}

/// The types that particles refer to.
pub const TYPES: &str = "\
    <x:simpleType name='Code'><x:restriction base='x:string'><x:pattern value='[A-Z]{2}\\d{2,4}'/></x:restriction></x:simpleType>
    <x:simpleType name='Codes'><x:list itemType='t:Code'/></x:simpleType>
    <x:simpleType name='Either'><x:union memberTypes='x:int t:Code'/></x:simpleType>
    <x:complexType name='Money'><x:simpleContent><x:extension base='x:decimal'><x:attribute name='currency' type='t:Code' use='required'/></x:extension></x:simpleContent></x:complexType>";
