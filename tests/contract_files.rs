//! Which files belong to a contract, and what the verbs say and do about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use saponify::limits::ContractLimits;
use saponify::service::Published;
use saponify::wsdl::{Files, Rooted, load};

/// A contract whose schema is at `location`.
fn contract(location: &str) -> String {
    format!(
        r#"<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
<types><xs:schema><xs:import namespace="urn:t" schemaLocation="{location}"/></xs:schema></types>
<message name="q"><part name="p" element="t:q"/></message>
<portType name="P"><operation name="o"><input message="t:q"/></operation></portType>
<binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/><operation name="o"><soap:operation soapAction=""/><input><soap:body use="literal"/></input></operation></binding>
<service name="S"><port name="P" binding="t:B"><soap:address location="http://127.0.0.1:1/"/></port><port name="Q" binding="t:B"><soap:address location="http://127.0.0.1:2/"/></port></service></definitions>"#
    )
}

const SCHEMA: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t"><xs:element name="q" type="xs:string"/></xs:schema>"#;

/// A folder of its own, with `c/main.wsdl`, `c/a b.xsd`, `c/in/a.xsd`, `wsdl/main.wsdl` and `out.xsd`.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an old folder");
    }
    for (file, text) in [
        ("c/a b.xsd", SCHEMA),
        ("c/in/a.xsd", SCHEMA),
        ("c/d.xsd/x", ""),
        ("out.xsd", SCHEMA),
        ("x/out.xsd", SCHEMA),
    ] {
        write(&folder.join(file), text);
    }
    folder
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// What is wrong with `main`, whose documents are to be in `root`. Its schema is published where it is there.
fn said(main: &Path, root: Option<&Path>) -> String {
    let mut fetch = Rooted::new(Files, root.map(Path::to_owned));
    let contract = load(&main.to_string_lossy(), &mut fetch, &ContractLimits::default()).expect("contract");
    let published =
        Published::new(&contract).document("wsdl", |_| "http://127.0.0.1/s".to_owned()).expect("the WSDL");
    let leads = published.contains("schemaLocation=\"http://127.0.0.1/s?xsd=1\"");
    assert_eq!(leads, contract.diagnostics.is_empty(), "{published}");
    contract.diagnostics.iter().map(|found| format!("{} {}\n", found.code, found.message)).collect()
}

#[test]
fn a_schema_location_is_a_url_in_the_folder_of_the_contract() {
    let folder = folder("contract-files");
    let main = folder.join("c/main.wsdl");
    let absolute = folder.canonicalize().expect("a folder");
    let absolute = absolute.display();
    std::os::unix::fs::symlink("../out.xsd", folder.join("c/link.xsd")).expect("a link");
    std::os::unix::fs::symlink("in/a.xsd", folder.join("c/inside.xsd")).expect("a link");
    std::os::unix::fs::symlink("/dev/zero", folder.join("c/device.xsd")).expect("a link");
    let made = Command::new("mkfifo").arg(folder.join("c/pipe.xsd")).status().expect("mkfifo");
    assert!(made.success());
    for (location, expected) in [
        ("a b.xsd", ""),
        (" a b.xsd\n", ""),
        ("a%20b.xsd", ""),
        ("a%20b.xsd#types", ""),
        ("in/a.xsd#types", ""),
        ("in\\a.xsd", ""),
        ("./in/../in/a.xsd", ""),
        ("../c/in/a.xsd", ""),
        ("inside.xsd", ""),
        (&format!("{absolute}/c/in/a.xsd"), ""),
        (&format!("file://{absolute}/c/a%20b.xsd"), ""),
        ("../out.xsd", "is outside of"),
        ("../x/out.xsd", "is outside of"),
        ("in/../../out.xsd", "is outside of"),
        ("%2e%2e/out.xsd", "is outside of"),
        ("..\\out.xsd", "is outside of"),
        ("link.xsd", "is outside of"),
        (&format!("{absolute}/out.xsd"), "is outside of"),
        (&format!("file://{absolute}/out.xsd"), "--contract-root, or `contract.root` in the service file"),
        ("/etc/hostname", "is outside of"),
        ("pipe.xsd", "it is a pipe or a device, and not a file"),
        ("device.xsd", "it is a pipe or a device, and not a file"),
        ("d.xsd", "it is a folder, and not a file"),
        ("", "it is a folder, and not a file"),
        ("gone.xsd", "No such file"),
        ("http://localhost/a.xsd", "not fetched from a network"),
    ] {
        write(&main, &contract(location));
        let said = said(&main, None);
        let right = if expected.is_empty() {
            said.is_empty()
        } else {
            said.contains(expected) && said.contains("XSD0001")
        };
        assert!(right, "{location}: {said}");
        assert!(said.is_empty() || said.contains("(and 1 reference to it)"), "{location}: {said}");
    }
}

#[test]
fn the_folder_of_the_contract_is_named_or_that_around_wsdl() {
    let folder = folder("contract-roots");
    for (main, location, root, right) in [
        ("c/main.wsdl", "../out.xsd", None, false),
        ("c/main.wsdl", "../out.xsd", Some("."), true),
        ("c/main.wsdl", "../x/out.xsd", Some("x"), true),
        ("c/main.wsdl", "../out.xsd", Some("x"), false),
        ("c/main.wsdl", "in/a.xsd", Some("x"), false),
        ("wsdl/main.wsdl", "../x/out.xsd", None, true),
        ("WSDL/main.wsdl", "../x/out.xsd", None, true),
        ("y/wsdl/main.wsdl", "../../x/out.xsd", None, false),
        ("wsdl2/main.wsdl", "../x/out.xsd", None, false),
    ] {
        write(&folder.join(main), &contract(location));
        let root = root.map(|root| folder.join(root));
        let said = said(&folder.join(main), root.as_deref());
        assert_eq!(said.is_empty(), right, "{main} {location} {root:?}: {said}");
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_saponify"));
    let Output { status, stdout, stderr } =
        Command::new(binary).args(arguments).current_dir(folder).output().expect("the binary");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

#[test]
fn verbs_say_what_is_missing_and_where_documents_may_be() {
    let folder = folder("contract-verbs");
    write(&folder.join("c/main.wsdl"), &contract("../out.xsd"));
    write(&folder.join("c/ports.wsdl"), &contract("in/a.xsd"));
    // The second port is spoken over something else.
    let jms = contract("in/a.xsd").replace(r#"name="Q" binding="t:B""#, r#"name="Q" binding="t:J""#);
    let jms = jms.replace(
        "<service",
        r#"<binding name="J" type="t:P"><soap:binding transport="urn:jms"/></binding><service"#,
    );
    write(&folder.join("c/jms.wsdl"), &jms);
    let service = |root: &str| {
        format!(
            "version: 1\nservice: s\ncontract: {{ wsdl: c/main.wsdl{root} }}\nfronts: {{ json: {{ auth: none }} }}\n\
             backend: {{ soap: {{ url: \"http://127.0.0.1:1/\" }} }}\n"
        )
    };
    write(&folder.join("closed.yaml"), &service(""));
    write(&folder.join("open.yaml"), &service(", root: ."));
    for (arguments, code, expected) in [
        (&["lint", "c/main.wsdl"][..], 1, "2 operations: 2 unchecked; 1 error"),
        (&["lint", "--contract-root", ".", "c/main.wsdl"], 0, "2 operations: 2 lossless; no findings"),
        (&["lint", "--format", "json", "c/main.wsdl"], 1, "\"unchecked\": 2"),
        (&["inspect", "c/main.wsdl"], 0, "    unchecked: part p: there is no element {urn:t}q"),
        (&["inspect", "c/main.wsdl", "--contract-root", "."], 0, "    request {urn:t}q"),
        (&["sample", "--wsdl", "c/main.wsdl", "--operation", "o", "--contract-root", "."], 0, "\"text\""),
        (&["check", "-c", "closed.yaml"], 0, "2 of 2 operation(s) unchecked"),
        (&["check", "-c", "closed.yaml", "--strict"], 1, "XSD0001"),
        (&["check", "-c", "open.yaml", "--strict"], 0, "port S/P; not served: S/Q (another port)"),
        (
            &["init", "c/main.wsdl", "--contract-root", "."],
            0,
            "  root: \".\" # the folder of all its documents",
        ),
        (&["serve", "--wsdl", "c/ports.wsdl", "--port", "gone"], 3, "it has S/P, S/Q"),
        (&["serve", "--wsdl", "c/ports.wsdl", "--service", "gone"], 3, "it has S/P, S/Q"),
        (&["lint", "c/jms.wsdl"], 1, "S Q is not served: its transport is urn:jms, and not HTTP\n"),
        (
            &["serve", "--wsdl", "c/jms.wsdl", "--port", "Q"],
            3,
            "it has S/P, S/Q (its transport is urn:jms, and not HTTP)",
        ),
        (&["serve", "--wsdl", "c/ports.wsdl", "--port", "Q", "--threads", "0"], 2, "--threads"),
        (&["serve", "-c", "open.yaml", "--contract-root", "."], 2, "only a WSDL takes it"),
        (&["serve", "-c", "open.yaml", "--port", "Q"], 2, "cannot be used with"),
        (&["mock", "-c", "open.yaml", "--contract-root", "."], 2, "only a WSDL takes it"),
        (
            &["convert", "-c", "open.yaml", "--contract-root", ".", "--to", "json", "-"],
            2,
            "only a WSDL takes it",
        ),
    ] {
        let (found, said) = run(&folder, arguments);
        // What `check` counts is one port's.
        let expected =
            if arguments[0] == "check" { expected.replace("2 of 2", "1 of 1") } else { expected.to_owned() };
        assert!(found == Some(code) && said.contains(&expected), "{arguments:?}: {found:?} {said}");
        // Whose port is not there has no address, which is no second mistake.
        assert!(!said.contains("CFG0105"), "{arguments:?}: {said}");
    }
}

/// A note is worth knowing, and no reason to fail.
#[test]
fn findings_fail_from_a_severity_on() {
    let folder = folder("contract-severities");
    write(
        &folder.join("c/note.wsdl"),
        &contract("in/a.xsd").replace("element=\"t:q\"", "type=\"xs:string\""),
    );
    write(
        &folder.join("c/warning.wsdl"),
        &contract("in/a.xsd").replace("<soap:binding transport", "<soap:binding style='x' transport"),
    );
    write(
        &folder.join("c/error.wsdl"),
        &contract("in/a.xsd").replace("t:q\"/></message>", "t:gone\"/></message>"),
    );
    for (file, codes) in [("note", [0, 0, 1]), ("warning", [0, 1, 1]), ("error", [1, 1, 1])] {
        let file = format!("c/{file}.wsdl");
        let asked = ["error", "warning", "note"].iter().zip(codes);
        for (severity, code) in asked {
            let (found, said) = run(&folder, &["lint", "--fail-on", severity, &file]);
            assert_eq!(found, Some(code), "{file} {severity}: {said}");
        }
        assert_eq!(run(&folder, &["lint", &file]).0, Some(codes[1]), "{file}");
    }
}

const UNIQUE: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns:t="urn:t">
<xs:element name="q"><xs:complexType><xs:sequence>
<xs:element name="i" minOccurs="3" maxOccurs="3"><xs:complexType><xs:sequence><xs:element name="k" type="KIND"/></xs:sequence><xs:attribute name="n" type="xs:int" use="required"/></xs:complexType></xs:element>
<xs:element name="r" minOccurs="2" maxOccurs="2" type="xs:string"/>
</xs:sequence></xs:complexType>
<xs:CONSTRAINT name="c"><xs:selector xpath="i"/><xs:field xpath="FIELD"/></xs:CONSTRAINT>REFERENCE</xs:element>TYPE</xs:schema>"#;

#[test]
fn samples_keep_identity_constraints_or_say_that_they_do_not() {
    let folder = folder("contract-identity");
    write(&folder.join("c/main.wsdl"), &contract("u.xsd"));
    let letters = r#"<xs:simpleType name="T"><xs:restriction base="xs:string"><xs:enumeration value="a"/><xs:enumeration value="b"/><xs:enumeration value="c"/></xs:restriction></xs:simpleType>"#;
    let few = letters.replace("<xs:enumeration value=\"c\"/>", "");
    let reference =
        r#"<xs:keyref name="f" refer="t:c"><xs:selector xpath="r"/><xs:field xpath="."/></xs:keyref>"#;
    for (constraint, kind, field, parts, message) in [
        ("unique", "xs:string", "k", ("", ""), None),
        ("key", "xs:int", "k", ("", ""), None),
        ("key", "xs:date", "k", ("", ""), None),
        ("key", "xs:dateTime", "k", ("", ""), None),
        ("key", "xs:decimal", "k", ("", ""), None),
        ("key", "xs:hexBinary", "k", ("", ""), None),
        ("key", "xs:base64Binary", "k", ("", ""), None),
        ("key", "t:N", "k", ("", NUMBERS), None),
        ("unique", "xs:boolean", "k", ("", ""), Some("it breaks xs:unique c: two values of it are alike")),
        ("unique", "xs:string", "@n", ("", ""), None),
        ("key", "xs:string", "k", (reference, ""), None),
        ("unique", "t:T", "k", ("", letters), None),
        (
            "unique",
            "t:T",
            "k",
            ("", &*few),
            Some("the sample is not valid: it breaks xs:unique c: two values of it are alike"),
        ),
    ] {
        let (refers, types) = parts;
        let schema = UNIQUE.replace("CONSTRAINT", constraint).replace("KIND", kind).replace("FIELD", field);
        write(&folder.join("c/u.xsd"), &schema.replace("REFERENCE", refers).replace("TYPE", types));
        for style in ["minimal", "full", "random"] {
            let arguments =
                ["sample", "--wsdl", "c/main.wsdl", "--operation", "o", "--port", "P", "--style", style];
            let (code, said) = run(&folder, &arguments);
            let place = format!("{constraint} {kind} {field} {style}: {said}");
            assert_eq!(code, Some(0), "{place}");
            match message {
                Some(message) => assert!(said.contains(message), "{place}"),
                None => check_sample(&said, field, &place, !refers.is_empty()),
            }
        }
    }
}

const NUMBERS: &str = r#"<xs:simpleType name="N"><xs:restriction base="xs:int"><xs:minInclusive value="7"/><xs:maxInclusive value="9"/></xs:restriction></xs:simpleType>"#;

#[test]
fn samples_of_faults_and_attributes_keep_them_too() {
    let folder = folder("contract-identity-fault");
    let main = contract("u.xsd").replace(
        r#"<input message="t:q"/>"#,
        r#"<input message="t:q"/><output message="t:q"/><fault name="f" message="t:q"/>"#,
    );
    write(&folder.join("c/main.wsdl"), &main);
    let schema = UNIQUE.replace("CONSTRAINT", "key").replace("KIND", "xs:int");
    let schema =
        schema.replace("REFERENCE", "").replace("xs:int\" use", "t:N\" use").replace("TYPE", NUMBERS);
    let arguments = ["sample", "--wsdl", "c/main.wsdl", "--operation", "o", "--port", "P"];
    for (kind, field, name) in [("fault", "k", "k"), ("response", "@n", "@n"), ("fault", "@n", "@n")] {
        write(&folder.join("c/u.xsd"), &schema.replace("FIELD", field));
        let (code, said) = run(&folder, &[&arguments[..], &["--kind", kind]].concat());
        assert_eq!(code, Some(0), "{said}");
        let sample: serde_json::Value = serde_json::from_str(&said).expect("JSON");
        let detail = sample.pointer("/errors/0/fault/detail").unwrap_or(&sample);
        check_sample(&detail.to_string(), name, &said, false);
    }
    // A value that is fixed is no other.
    let fixed = schema.replace("type=\"xs:int\"/>", "type=\"xs:int\" fixed=\"1\"/>").replace("FIELD", "k");
    write(&folder.join("c/u.xsd"), &fixed);
    let (code, said) = run(&folder, &arguments);
    assert!(code == Some(0) && said.contains("it breaks xs:key c: two values of it are alike"), "{said}");
}

/// A constraint may have many paths, and there may be many of them.
#[test]
fn constraints_that_are_too_many_are_told() {
    let folder = folder("contract-identity-many");
    write(&folder.join("c/main.wsdl"), &contract("u.xsd"));
    let paths = [".//r"; 200].join("|");
    let constraint = |n: usize| {
        format!(r#"<xs:unique name="u{n}"><xs:selector xpath="{paths}"/><xs:field xpath="."/></xs:unique>"#)
    };
    let many: String = (0..300).map(constraint).collect();
    let schema = UNIQUE.replace("CONSTRAINT", "unique").replace("KIND", "xs:int").replace("FIELD", "k");
    let schema = schema.replace("REFERENCE", &many).replace("TYPE", "");
    let schema = schema.replace("minOccurs=\"2\" maxOccurs=\"2\"", "minOccurs=\"900\" maxOccurs=\"900\"");
    write(&folder.join("c/u.xsd"), &schema);
    let arguments = ["sample", "--wsdl", "c/main.wsdl", "--operation", "o", "--port", "P"];
    let (code, said) = run(&folder, &arguments);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("xs:unique and the like, perhaps: there are too many to look at"), "{said}");
}

/// No message is finite.
#[test]
fn what_holds_itself_has_no_sample() {
    let folder = folder("contract-endless");
    write(&folder.join("c/main.wsdl"), &contract("e.xsd"));
    let head =
        r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t" xmlns:t="urn:t">"#;
    let holds = |of: &str, element: &str| {
        format!(
            "{head}<xs:element name=\"q\" type=\"t:Q\"/><xs:complexType name=\"Q\"{of}><xs:sequence>{element}</xs:sequence></xs:complexType></xs:schema>"
        )
    };
    let any = r###"<xs:any namespace="##targetNamespace" processContents="strict"/>"###;
    for (schema, valid) in [
        (holds("", r#"<xs:element name="x" type="t:Q"/>"#), false),
        (holds("", r#"<xs:element name="x" type="t:Q" minOccurs="0"/>"#), true),
        (holds("", r#"<xs:element name="x" type="t:Q" nillable="true"/>"#), true),
        (holds(r#" abstract="true""#, ""), false),
        (holds("", any), true),
        (holds("", &any.replace("strict\"", "strict\" minOccurs=\"3\" maxOccurs=\"9\"")), true),
    ] {
        write(&folder.join("c/e.xsd"), &schema);
        for style in ["minimal", "full", "random"] {
            let (code, said) = run(
                &folder,
                &["sample", "--wsdl", "c/main.wsdl", "--operation", "o", "--port", "P", "--style", style],
            );
            assert_eq!(code, Some(if valid { 0 } else { 4 }), "{schema} {said}");
            assert!(valid || said.contains("no message is valid"), "{schema} {said}");
        }
    }
}

/// The values of `field` differ, and references are to one of them.
fn check_sample(json: &str, field: &str, place: &str, refers: bool) {
    let sample: serde_json::Value =
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {place}"));
    let values: Vec<String> =
        sample["i"].as_array().expect(place).iter().map(|item| item[field].to_string()).collect();
    let mut different = values.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 3, "{place}");
    assert!(!refers || values.contains(&sample["r"][0].to_string()), "{place}");
}
