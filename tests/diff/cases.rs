//! The pairs in this folder: two contracts, or the types of two contracts, with the verdicts that are right.

use std::path::Path;

/// A pair.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub name: String,
    pub old: String,
    pub new: String,
    /// One line for each change, sorted.
    pub expected: Vec<String>,
    /// Messages of one contract that the other one refuses, where samples do not show it.
    pub witnesses: Vec<Witness>,
    /// What is told and no message can show, each with its reason.
    pub unseen: Vec<String>,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Witness {
    /// `soap` or `json`.
    pub language: String,
    /// `old` or `new`: whose message it is.
    pub of: String,
    pub message: String,
}

/// All pairs, by file and in the order of each.
pub fn cases() -> Vec<Case> {
    let folder = Path::new("tests/diff");
    let entries = std::fs::read_dir(folder).expect("the folder of pairs");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "txt"));
    files.sort();
    let mut all: Vec<Case> =
        files.iter().flat_map(|file| in_file(&std::fs::read_to_string(file).expect("a text"))).collect();
    for case in &mut all {
        case.old = contract(&case.old);
        case.new = contract(&case.new);
    }
    all
}

/// The pairs of one file, as they stand there.
pub fn in_file(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("== ") {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            section.clear();
        } else if let Some(name) = line.strip_prefix("-- ") {
            section = name.to_owned();
            if let Some(of) = name.strip_prefix("witness ") {
                let (language, of) = of.split_once(' ').expect("`-- witness LANGUAGE old|new`");
                let witness =
                    Witness { language: language.to_owned(), of: of.to_owned(), message: String::new() };
                cases.last_mut().expect("a case").witnesses.push(witness);
            }
        } else if let Some(case) = cases.last_mut() {
            add(case, &section, line);
        }
    }
    for case in &mut cases {
        case.expected.sort();
    }
    cases
}

fn add(case: &mut Case, section: &str, line: &str) {
    match section {
        "old" => case.old.push_str(&format!("{line}\n")),
        "new" => case.new.push_str(&format!("{line}\n")),
        "expect" if !line.trim().is_empty() => case.expected.push(line.trim().to_owned()),
        "unseen" if !line.trim().is_empty() => case.unseen.push(line.trim().to_owned()),
        _ if section.starts_with("witness") => {
            case.witnesses.last_mut().expect("a witness").message.push_str(line.trim());
        }
        _ => {}
    }
}

/// The contract with the types `text`, whose request and response are of type `T`; or `text`, if it is a contract.
pub fn contract(text: &str) -> String {
    if text.trim_start().starts_with("<w:definitions") {
        return text.to_owned();
    }
    if text.trim_start().starts_with("<w:") {
        return format!("{HEAD}{text}</w:definitions>");
    }
    let (schema, types) = match text.trim_start().strip_prefix("schema:") {
        Some(rest) => rest.split_once('\n').expect("types behind the attributes of the schema"),
        None => ("targetNamespace=\"urn:t\" elementFormDefault=\"qualified\"", text),
    };
    format!(
        "{HEAD}<w:types><x:schema {schema}>\n\
         <x:element name=\"in\" type=\"t:T\"/><x:element name=\"out\" type=\"t:T\"/>\n{types}</x:schema></w:types>\n\
         <w:message name=\"i\"><w:part name=\"p\" element=\"t:in\"/></w:message>\n\
         <w:message name=\"o\"><w:part name=\"p\" element=\"t:out\"/></w:message>\n{SERVICE}</w:definitions>"
    )
}

const HEAD: &str = "<w:definitions xmlns:w=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:s=\"http://schemas.xmlsoap.org/wsdl/soap/\" \
xmlns:s12=\"http://schemas.xmlsoap.org/wsdl/soap12/\" xmlns:x=\"http://www.w3.org/2001/XMLSchema\" xmlns:t=\"urn:t\" \
xmlns:u=\"urn:u\" xmlns:c=\"http://schemas.xmlsoap.org/soap/encoding/\" targetNamespace=\"urn:t\">\n";

const SERVICE: &str = "<w:portType name=\"P\"><w:operation name=\"op\"><w:input message=\"t:i\"/><w:output message=\"t:o\"/></w:operation></w:portType>
<w:binding name=\"B\" type=\"t:P\"><s:binding transport=\"http://schemas.xmlsoap.org/soap/http\"/>
  <w:operation name=\"op\"><s:operation soapAction=\"a\"/><w:input><s:body use=\"literal\"/></w:input><w:output><s:body use=\"literal\"/></w:output></w:operation></w:binding>
<w:service name=\"S\"><w:port name=\"P\" binding=\"t:B\"><s:address location=\"http://127.0.0.1:1/\"/></w:port></w:service>
";
