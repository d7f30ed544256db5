//! Laws that hold for every schema: schemas are generated, and instances of them.

#[path = "support/particles.rs"]
mod particles;
#[path = "support/seed.rs"]
mod seed;
#[path = "support/stepwise.rs"]
mod stepwise;

use std::collections::HashMap;

use particles::{Particle, TYPES, particle, repeats, write};
use proptest::prelude::*;
use saponify::codec::EncodeOptions;
use saponify::describe::{Converter, Selection, Style, sample};
use saponify::json::Tape;
use saponify::limits::Limits;
use saponify::plan::{Plan, Rules, compile};
use saponify::wsdl::load;
use seed::seeded;

fn wsdl(model: &Particle, mixed: bool, any_attribute: bool) -> String {
    let mut content = String::new();
    write(&Particle::Group("sequence", vec![(model.clone(), 1, Some(1))]), "", false, &mut 0, &mut content);
    let any = if any_attribute { "<x:anyAttribute processContents='lax'/>" } else { "" };
    TEMPLATE
        .replace("TYPES", TYPES)
        .replace("MODEL", &content)
        .replace("MIXED", &mixed.to_string())
        .replace("ATTRIBUTES", any)
}

const TEMPLATE: &str = "\
<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
    xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'>
  <w:types><x:schema targetNamespace='urn:t' elementFormDefault='qualified'>
    <x:element name='root'><x:complexType mixed='MIXED'>MODEL<x:attribute name='id' type='x:int'/>ATTRIBUTES</x:complexType></x:element>
    TYPES
  </x:schema></w:types>
  <w:message name='m'><w:part name='p' element='t:root'/></w:message>
  <w:portType name='P'><w:operation name='o'><w:input message='t:m'/></w:operation></w:portType>
  <w:binding name='B' type='t:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>
    <w:operation name='o'><w:input><s:body use='literal'/></w:input></w:operation></w:binding>
</w:definitions>";

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
            let back = converter.json_of(&xml).map(|converted| converted.message).unwrap_or_else(|found| panic!("{found}: {}", String::from_utf8_lossy(&xml)));
            let [one, other] = [&json, &back].map(|json| serde_json::from_slice::<serde_json::Value>(json).expect("JSON"));
            // XML does not say where one turn of a group ends and the next begins.
            if !repeats(&model) {
                prop_assert_eq!(one, other, "{}", String::from_utf8_lossy(&xml));
            }
            let again = converter.soap_of(&back).map(|converted| converted.message);
            prop_assert_eq!(again.as_ref(), Ok(&xml), "{} {}", String::from_utf8_lossy(&back), String::from_utf8_lossy(&xml));

            let text = String::from_utf8(xml).expect("UTF-8");
            let message = candidate.message;
            prop_assert!(stepwise::compare(&plan, message, &text) > 0, "{}", text);
            // Some of its elements, for there are many schemas.
            stepwise::mutants(&text).skip(seed as usize % 97).step_by(97).take(12).for_each(|mutant| {
                stepwise::compare(&plan, message, &mutant);
            });
            let strange = match text.strip_suffix("</t:root>") {
                Some(open) => format!("{open}<t:unheard-of/></t:root>"),
                None => format!("{}><t:unheard-of/></t:root>", text.trim_end_matches("/>")),
            };
            prop_assert!(converter.json_of(strange.as_bytes()).is_err(), "{}", strange);
        }
    }
}
