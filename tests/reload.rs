//! Files that are read again while the program runs: all of them are taken or none, and what outlives that.

#[path = "support/program.rs"]
mod program;
#[path = "support/stub.rs"]
mod stub;
#[path = "support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use program::{Program, until};
use stub::Stub;
use support::{JSON, post, send};

const REPLY: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
    <getItemResponse xmlns=\"urn:example:shop\"><code>a</code></getItemResponse></e:Body></e:Envelope>";

const BASIC: &str = "{ users: { file: users.yaml } }";

struct Place {
    folder: PathBuf,
    stub: Stub,
}

impl Place {
    /// A folder with one service.
    fn new(name: &str, auth: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("reload").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("folder");
        let stub = Stub::start();
        stub.say(200, "Content-Type: text/xml\r\n", REPLY);
        let place = Self { folder, stub };
        place.contract("");
        place.users("one");
        place.service("shop", auth);
        place
    }

    fn write(&self, name: &str, text: &str) {
        let beside = self.folder.join(format!(".{name}"));
        std::fs::write(&beside, text).expect("written");
        std::fs::rename(beside, self.folder.join(name)).expect("moved");
    }

    fn service(&self, name: &str, auth: &str) {
        self.write(
            &format!("{name}.yaml"),
            &format!(
                "version: 1\nservice: {name}\ncontract: {{ wsdl: shop.wsdl }}\nfronts: {{ json: {{ path: /{name}, auth: {auth} }} }}\n\
                 backend: {{ soap: {{ url: \"{}\" }} }}\n",
                self.stub.url()
            ),
        );
    }

    /// The contract, with `more` behind the code of a request.
    fn contract(&self, more: &str) {
        let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shop/shop.wsdl");
        let text = std::fs::read_to_string(shop).expect("contract");
        let code = "<xs:element name=\"code\" type=\"xs:string\"/>";
        assert!(text.contains(code), "{text}");
        self.write("shop.wsdl", &text.replacen(code, &format!("{code}{more}"), 1));
    }

    fn users(&self, password: &str) {
        let users = format!("users: [{{ name: ops, password: \"${{env:PASSWORD_{password}}}\" }}]\n");
        self.write("users.yaml", &users);
    }

    fn start(&self, name: &str, more: &[&str]) -> Program {
        let folder = self.folder.display().to_string();
        let arguments = [&["-c", &folder, "--admin", "127.0.0.1:0"], more].concat();
        let variables =
            [("PASSWORD_one", "canary-one"), ("PASSWORD_two", "canary-two"), ("ADMIN_TOKEN", "canary-admin")];
        Program::start(&format!("reload-{name}"), &arguments, variables)
    }
}

/// How the verb ends, and what it says.
fn reload(program: &Program, more: &[&str]) -> (Option<i32>, String) {
    let admin = program.admin().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    command.args(["reload", "--admin", &admin]).args(more).env("ADMIN_TOKEN", "canary-admin");
    let output = command.output().expect("run");
    (
        output.status.code(),
        String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned(),
    )
}

fn ask(program: &Program, service: &str, body: &str) -> u16 {
    post(program.address(), &format!("/{service}/getItem"), &[JSON], body.as_bytes()).status
}

/// With HTTP Basic: `ops` and one of the passwords, in base64.
fn knock(program: &Program, password: &str) -> u16 {
    let given = match password {
        "canary-one" => "b3BzOmNhbmFyeS1vbmU=",
        "canary-two" => "b3BzOmNhbmFyeS10d28=",
        _ => "b3BzOndyb25n",
    };
    let given = format!("Basic {given}");
    post(program.address(), "/shop/getItem", &[JSON, ("Authorization", &given)], br#"{"code":"a"}"#).status
}

fn metric(program: &Program, name: &str) -> String {
    let metrics = send(program.admin(), "GET", "/metrics", &[], b"").body;
    let line = metrics.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.rsplit(' ').next().unwrap_or_default().to_owned()
}

const COLOUR: &str = "<xs:element name=\"colour\" type=\"xs:string\" minOccurs=\"0\"/>";
const RED: &str = r#"{"code":"a","colour":"red"}"#;

#[test]
fn services_of_a_folder_come_change_and_go_and_one_line_says_so() {
    let place = Place::new("folder", "none");
    let program = place.start("folder", &[]);
    assert_eq!((ask(&program, "shop", RED), ask(&program, "other", RED)), (422, 404));
    assert_eq!(reload(&program, &[]).0, Some(0));
    program.says("nothing has changed");
    place.service("other", "none");
    let (code, said) = reload(&program, &[]);
    assert!(code == Some(0) && said.contains(": other is new; 1 service(s) as before"), "{said}");
    place.contract(COLOUR);
    let (code, said) = reload(&program, &[]);
    assert!(code == Some(0) && said.contains("other has changed; shop has changed"), "{said}");
    assert_eq!((ask(&program, "shop", RED), ask(&program, "other", RED)), (200, 200));
    std::fs::remove_file(place.folder.join("shop.yaml")).expect("file");
    let (code, said) = reload(&program, &[]);
    assert!(code == Some(0) && said.contains(": shop is gone; 1 service(s) as before"), "{said}");
    assert_eq!((ask(&program, "shop", RED), ask(&program, "other", RED)), (404, 200));
    assert!(program.log().contains(said.trim_end()), "the log says the same: {said}");
}

#[test]
fn what_is_wrong_in_one_file_keeps_all_of_them_as_they_were() {
    let place = Place::new("broken", BASIC);
    let program = place.start("broken", &[]);
    assert_eq!(metric(&program, "saponify_files_outdated"), "0");
    place.users("two");
    place.write("shop.wsdl", "<broken");
    let (code, said) = reload(&program, &[]);
    assert!(code == Some(3) && said.contains("shop.wsdl:1:") && !said.contains("canary"), "{said}");
    assert_eq!((knock(&program, "canary-one"), knock(&program, "canary-two")), (200, 401));
    let counted =
        |outcome: &str| metric(&program, &format!("saponify_reloads_total{{outcome=\"{outcome}\"}}"));
    assert_eq!(
        (metric(&program, "saponify_files_outdated").as_str(), counted("failed").as_str()),
        ("1", "1")
    );
    place.contract("");
    place.write("users.yaml", "users: []\n");
    let (code, said) = reload(&program, &[]);
    assert!(code == Some(3) && said.contains("users.yaml:1:"), "nobody would be let in: {said}");
    assert_eq!(knock(&program, "canary-one"), 200);
    place.users("two");
    assert_eq!(reload(&program, &[]).0, Some(0));
    assert_eq!((knock(&program, "canary-one"), knock(&program, "canary-two")), (401, 200));
    assert_eq!((metric(&program, "saponify_files_outdated").as_str(), counted("ok").as_str()), ("0", "1"));
}

/// Whoever had the wrong password and gets the right one need not wait.
#[test]
fn a_lock_out_ends_with_the_password_that_it_was_for() {
    let place = Place::new("lock-out", BASIC);
    let program = place.start("lock-out", &[]);
    until(|| {
        knock(&program, "wrong");
        (knock(&program, "canary-one") == 401).then_some(())
    });
    assert_eq!(reload(&program, &[]).0, Some(0));
    place.contract(COLOUR);
    assert_eq!(reload(&program, &[]).0, Some(0));
    assert_eq!(
        knock(&program, "canary-one"),
        401,
        "the same user with the same password has failed as often"
    );
    place.users("two");
    assert_eq!(reload(&program, &[]).0, Some(0));
    assert_eq!(knock(&program, "canary-two"), 200);
}

#[test]
fn changed_files_are_read_unasked_where_that_is_wanted() {
    let place = Place::new("watch", "none");
    let program = place.start("watch", &["--watch"]);
    assert_eq!(ask(&program, "shop", RED), 422);
    place.contract(COLOUR);
    program.says("shop has changed");
    assert_eq!(ask(&program, "shop", RED), 200);
    place.write("shop.wsdl", "<broken");
    program.says("not reloaded, everything stays as it was");
    place.service("other", "none");
    place.contract(COLOUR);
    program.says("other is new");
    std::fs::remove_file(place.folder.join("other.yaml")).expect("file");
    program.says("other is gone");
    assert_eq!(program.log().matches("not reloaded").count(), 1, "once for each change: {}", program.log());
}

#[test]
fn who_may_ask_is_who_may_see_the_metrics() {
    let place = Place::new("asking", "none");
    let program = place.start("asking", &["--admin-token-env", "ADMIN_TOKEN"]);
    let token = ["--admin-token-env", "ADMIN_TOKEN"];
    let (code, said) = reload(&program, &[]);
    assert!(code == Some(2) && said.contains("--admin-token-env"), "{said}");
    assert_eq!(reload(&program, &token).0, Some(0));
    let admin = |method: &str, headers: &[(&str, &str)]| {
        send(program.admin(), method, "/reload", headers, b"").status
    };
    let bearer = ("Authorization", "Bearer canary-admin");
    assert_eq!(admin("POST", &[bearer]), 200);
    assert_eq!(admin("POST", &[("Authorization", "Bearer wrong")]), 401);
    assert_eq!(admin("POST", &[bearer, ("Origin", "http://evil.example")]), 403);
    assert_eq!(admin("GET", &[bearer]), 404);
    let address = program.admin().to_string();
    assert_eq!(program.terminated(), Some(0));
    let mut command = Command::new(env!("CARGO_BIN_EXE_saponify"));
    assert_eq!(command.args(["reload", "--admin", &address]).output().expect("run").status.code(), Some(5));
}
