//! Laws that hold for every schema: schemas are generated, and instances of them.

#[path = "support/seed.rs"]
mod seed;

use std::collections::HashMap;

use proptest::prelude::*;
use saponify::codec::EncodeOptions;
use saponify::describe::{Converter, Selection, Style, sample};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{Plan, Rules, compile};
use saponify::wsdl::load;
use seed::seeded;

/// A particle of a content model.
#[derive(Clone, Debug)]
enum Particle {
    Element(&'static str),
    Group(&'static str, Vec<(Particle, u32, Option<u32>)>),
}

fn particle() -> impl Strategy<Value = Particle> {
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
fn write(particle: &Particle, occurs: &str, again: bool, names: &mut u32, out: &mut String) {
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

fn wsdl(model: &Particle, mixed: bool, any_attribute: bool) -> String {
    let mut content = String::new();
    write(&Particle::Group("sequence", vec![(model.clone(), 1, Some(1))]), "", false, &mut 0, &mut content);
    let any = if any_attribute { "<x:anyAttribute processContents='lax'/>" } else { "" };
    TEMPLATE.replace("MODEL", &content).replace("MIXED", &mixed.to_string()).replace("ATTRIBUTES", any)
}

const TEMPLATE: &str = "\
<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
    xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'>
  <w:types><x:schema targetNamespace='urn:t' elementFormDefault='qualified'>
    <x:element name='root'><x:complexType mixed='MIXED'>MODEL<x:attribute name='id' type='x:int'/>ATTRIBUTES</x:complexType></x:element>
    <x:simpleType name='Code'><x:restriction base='x:string'><x:pattern value='[A-Z]{2}\\d{2,4}'/></x:restriction></x:simpleType>
    <x:simpleType name='Codes'><x:list itemType='t:Code'/></x:simpleType>
    <x:simpleType name='Either'><x:union memberTypes='x:int t:Code'/></x:simpleType>
    <x:complexType name='Money'><x:simpleContent><x:extension base='x:decimal'><x:attribute name='currency' type='t:Code' use='required'/></x:extension></x:simpleContent></x:complexType>
  </x:schema></w:types>
  <w:message name='m'><w:part name='p' element='t:root'/></w:message>
  <w:portType name='P'><w:operation name='o'><w:input message='t:m'/></w:operation></w:portType>
  <w:binding name='B' type='t:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>
    <w:operation name='o'><w:input><s:body use='literal'/></w:input></w:operation></w:binding>
</w:definitions>";

/// Whether a group occurs more than once.
fn repeats(model: &Particle) -> bool {
    let Particle::Group(_, children) = model else { return false };
    let again = |(child, _, max): &(Particle, u32, Option<u32>)| {
        matches!(child, Particle::Group(..)) && *max != Some(1)
    };
    children.iter().any(|child| again(child) || repeats(&child.0))
}

fn plan(wsdl: String) -> Plan {
    let mut documents = HashMap::from([("a.wsdl".to_owned(), wsdl.into_bytes())]);
    let contract = load("a.wsdl", &mut documents, &Limits::default().contract).expect("contract");
    assert_eq!(contract.diagnostics, [], "clean");
    compile(&contract, &Rules::default()).expect("plan").plan
}

proptest! {
    #![proptest_config(seeded(200))]

    /// A sample is valid; JSON to XML to JSON is the same JSON; an element that nobody declared is refused.
    #[test]
    fn every_schema_goes_both_ways(model in particle(), mixed: bool, any: bool, seed: u64) {
        let plan = plan(wsdl(&model, mixed, any));
        let converter = Converter::new(&plan, EncodeOptions::default(), &Selection::default(), true);
        let candidate = &converter.candidates()[0];
        for style in [Style::Minimal, Style::Full, Style::Random] {
            let json = sample(&plan, candidate, style, seed).expect("a small sample");
            let mut tape = Tape::new();
            let value = tape.parse(&json, &Limits::default().json).expect("JSON");
            let xml = converter.encode(candidate, value).unwrap_or_else(|found| panic!("{found}: {}", String::from_utf8_lossy(&json)));
            let back = converter.json_of(&xml).unwrap_or_else(|found| panic!("{found}: {}", String::from_utf8_lossy(&xml)));
            let [one, other] = [&json, &back].map(|json| serde_json::from_slice::<serde_json::Value>(json).expect("JSON"));
            // XML does not say where one turn of a group ends and the next begins.
            if !repeats(&model) {
                prop_assert_eq!(one, other, "{}", String::from_utf8_lossy(&xml));
            }
            let again = converter.soap_of(&back);
            prop_assert_eq!(again.as_ref(), Ok(&xml), "{} {}", String::from_utf8_lossy(&back), String::from_utf8_lossy(&xml));

            let text = String::from_utf8(xml).expect("UTF-8");
            let strange = match text.strip_suffix("</t:root>") {
                Some(open) => format!("{open}<t:unheard-of/></t:root>"),
                None => format!("{}><t:unheard-of/></t:root>", text.trim_end_matches("/>")),
            };
            prop_assert!(converter.json_of(strange.as_bytes()).is_err(), "{}", strange);
        }
    }
}
