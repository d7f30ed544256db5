//! Exchanges through the bridge, those that succeed and those that fail.

use std::net::TcpListener;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::plant::{ACCESS, ITEM, NOTE, WRONG, all, canary, found, has};
use super::stage::{BACKENDS, Backend, Program, envelope, folder, write};
use super::stub::Stub;
use super::support::{JSON, SOAP, post, send};

/// Sends every kind of request, and gives all that is answered.
fn asked(program: &Program) -> String {
    let right = STANDARD.encode(format!("caller:{}", canary("CANARY_CALLER")));
    let right = format!("Basic {right}");
    let wrong = format!("Basic {}", STANDARD.encode(format!("caller:{WRONG}")));
    let json = format!("{{\"item\":\"{ITEM}\"}}");
    let soap = with_token(&format!("<getQuote xmlns='urn:shop'><item>{ITEM}</item></getQuote>"));
    let cut = &json[..json.len() - 2];
    let requests: [(&str, &str, (&str, &str), &str); 8] = [
        ("/shop/getQuote", &right, JSON, &json),
        ("/shop/getQuote", &wrong, JSON, &json),
        ("/shop/getQuote", &right, JSON, cut),
        ("/shop/getQuote", &right, JSON, &json.replace(":", ":[").replace("}", "]}")),
        ("/shop/getQuote", &right, JSON, &json.replace("}", ",\"count\":\"canary-wrong-password-11\"}")),
        ("/soap/shop", "", SOAP, &soap),
        ("/soap/shop", "", SOAP, &soap.replace("caller/", "caller-")),
        ("/soap/shop", "", SOAP, &soap.replace("</item>", "</else>")),
    ];
    let mut answers = String::new();
    for (path, authorization, kind, body) in requests {
        let headers = [kind, ("Authorization", authorization)];
        let answer = post(program.address, path, &headers, body.as_bytes());
        assert_ne!(answer.status, 0, "{path}: an answer");
        answers += &format!("{} {}\n{}\n", answer.status, answer.head, answer.body);
    }
    answers
}

fn with_token(body: &str) -> String {
    let token = format!(
        "<e:Header><o:Security xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'>\
         <o:UsernameToken><o:Username>caller</o:Username><o:Password>{}</o:Password></o:UsernameToken></o:Security></e:Header>",
        canary("CANARY_CALLER")
    );
    envelope(body).replace("<e:Body>", &format!("{token}<e:Body>"))
}

/// What a backend may say that goes wrong; it repeats every secret that it knows, and more.
fn failures(backend: &Backend) -> Vec<(u16, String)> {
    let repeated = all().join(" ").replace('&', "&amp;").replace('<', "&lt;").replace('"', "'");
    // The reason of a fault is for the log, without what this exchange knows to be secret; of others nobody can tell.
    let known = [
        canary("CANARY_CALLER"),
        canary("CANARY_TEXT"),
        canary("CANARY_DIGEST"),
        canary("CANARY_BASIC"),
        ITEM,
    ];
    let known = known.into_iter().filter(|known| backend.knows(known)).collect::<Vec<_>>().join(" ");
    let known = known.replace('&', "&amp;").replace('<', "&lt;");
    let fault =
        format!("<e:Fault><faultcode>e:Server</faultcode><faultstring>{known}</faultstring></e:Fault>");
    let json = format!("{{\"errors\":[{{\"code\":\"E\",\"message\":\"{repeated}\"}}]}}");
    let said = if backend.soap { envelope(&fault) } else { json };
    vec![
        (500, said),
        (500, format!("<html>{repeated}</html>")),
        (200, format!("<{repeated}")),
        (401, repeated),
    ]
}

#[test]
fn nothing_gets_out_of_an_exchange_and_each_secret_gets_where_it_belongs() {
    for backend in BACKENDS {
        let (folder, stub) = (folder(&format!("exchange-{}", backend.name)), Stub::start());
        let file = backend.file(&folder, &stub.url());
        let program = Program::start(&folder, "serve", &["serve", "-c", &file.to_string_lossy()]);

        stub.say(200, backend.content_type(), &backend.reply(NOTE));
        let answers = asked(&program);
        let heard: String =
            stub.heard().iter().map(|heard| format!("{}\n{}\n", heard.head, heard.body)).collect();
        let gets = if backend.gets.is_empty() { ACCESS } else { canary(backend.gets) };
        assert!(has(&heard, gets), "{}: the backend got no credentials: {heard}", backend.name);
        assert!(
            has(&heard, ITEM) && has(&answers, NOTE),
            "{}: an exchange succeeds: {answers}",
            backend.name
        );
        let strange = |secret: &&str| has(&heard, secret) && ![gets, ITEM].contains(secret);
        assert_eq!(all().into_iter().filter(strange).collect::<Vec<_>>(), [""; 0], "{}", backend.name);
        assert_eq!(found(&answers), [NOTE], "{}: answers", backend.name);

        let mut failed = String::new();
        for (status, said) in failures(backend) {
            stub.say(status, backend.content_type(), &said);
            failed += &asked(&program);
        }
        let log = program.stopped();
        assert!(log.matches("shop/getQuote").count() > 10, "{}: failures are logged: {log}", backend.name);
        assert_eq!(found(&log), [""; 0], "{}: {log}", backend.name);
        assert_eq!(found(&failed), [""; 0], "{}: {failed}", backend.name);
    }
}

#[test]
fn nothing_gets_out_when_the_backend_is_silent_or_gone() {
    for backend in BACKENDS {
        let folder = folder(&format!("gone-{}", backend.name));
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        let file = backend.file(&folder, &format!("http://{}", listener.local_addr().expect("address")));
        let program = Program::start(&folder, "serve", &["serve", "-c", &file.to_string_lossy()]);
        let silent = asked(&program);
        drop(listener);
        let mut gone = asked(&program);
        // For a moment the failure of a token server is that of all who need a token.
        while !gone.contains("502 ") {
            gone += &asked(&program);
        }
        let log = program.stopped();
        assert!(silent.contains("504 ") && gone.contains("502 "), "{}: {silent}{gone}", backend.name);
        assert!(log.contains("in time") && log.contains("cannot be reached"), "{log}");
        assert_eq!(found(&format!("{silent}{gone}{log}")), [""; 0], "{}", backend.name);
    }
}

/// Lists, exchanges, commands and archives of the operator's listener.
#[test]
fn nothing_gets_into_traffic() {
    for backend in BACKENDS {
        let (folder, stub) = (folder(&format!("traffic-{}", backend.name)), Stub::start());
        let file = backend.file(&folder, &stub.url());
        let arguments = ["serve", "-c", &*file.to_string_lossy(), "--admin", "127.0.0.1:0", "--traffic"];
        let program = Program::start(&folder, "serve", &arguments);
        let admin = program.admin.expect("an operator's listener");
        let get = |path: &str| send(admin, "GET", path, &[], b"").body;
        stub.say(200, backend.content_type(), &backend.reply(NOTE));
        asked(&program);
        // Of a JSON backend nobody knows what it repeats of other services.
        if let Some((status, said)) = failures(backend).into_iter().next().filter(|_| backend.soap) {
            stub.say(status, backend.content_type(), &said);
            asked(&program);
        }
        let count = if backend.soap { 16 } else { 8 };
        let mut all = get("/traffic?limit=200");
        for _ in 0..500 {
            if all.matches("\"number\":").count() == count {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            all = get("/traffic?limit=200");
        }
        assert_eq!(all.matches("\"number\":").count(), count, "{all}");
        all += &get("/traffic/har?limit=200");
        for number in 0..count {
            all.extend(["", "/curl", "/har"].map(|kind| get(&format!("/traffic/{number}{kind}"))));
        }
        assert!(all.matches("***").count() > 20, "{}: {all}", backend.name);
        // A value of a field that is none of those that are masked.
        let known: Vec<_> = found(&all).into_iter().filter(|found| *found != WRONG).collect();
        assert_eq!(known, [""; 0], "{}: {all}", backend.name);
        let log = program.stopped();
        assert_eq!(found(&log), [""; 0], "{}: {log}", backend.name);
    }
}

/// A bearer token or a key lets its bearer in, and goes no further.
#[test]
fn what_a_front_asks_for_stays_there() {
    let fronts = [
        ("tokens: [{ name: app, token: \"${env:CANARY_FRONT}\" }]", "Authorization", "Bearer "),
        ("keys: { keys: [{ name: app, token: \"${env:CANARY_FRONT}\" }] }", "X-Api-Key", ""),
    ];
    for (at, (auth, header, scheme)) in fronts.into_iter().enumerate() {
        let (folder, stub, backend) = (folder(&format!("front-{at}")), Stub::start(), &BACKENDS[2]);
        stub.say(200, backend.content_type(), &backend.reply(NOTE));
        let file = backend.file(&folder, &stub.url());
        let text = std::fs::read_to_string(&file).expect("file");
        let users = "users: { users: [{ name: caller, password: \"${env:CANARY_CALLER}\" }] }";
        assert_eq!(text.matches(users).count(), 2, "{text}");
        std::fs::write(&file, text.replacen(users, auth, 1)).expect("written");
        let program = Program::start(&folder, "serve", &["serve", "-c", &file.to_string_lossy()]);
        let ask = |secret: &str| {
            let headers = [JSON, (header, &*format!("{scheme}{secret}"))];
            post(program.address, "/shop/getQuote", &headers, format!("{{\"item\":\"{ITEM}\"}}").as_bytes())
        };
        let (right, wrong) = (ask(canary("CANARY_FRONT")), ask(WRONG));
        assert_eq!((right.status, wrong.status), (200, 401), "{right:?} {wrong:?}");
        let heard: String = stub.heard().iter().map(|heard| heard.head.clone()).collect();
        assert!(has(&heard, canary("CANARY_BEARER")) && !has(&heard, canary("CANARY_FRONT")), "{heard}");
        let told = format!("{}{}{}{}", right.head, wrong.head, wrong.body, program.stopped());
        assert_eq!(found(&told), [""; 0], "{told}");
    }
}

/// A session's token that a caller shows, and a password of the service file, both in header parts of the contract.
#[test]
fn nothing_gets_out_of_header_parts() {
    let session = "{ token: $headers/SessionHeader/sessionId }";
    let names = "{ username: $headers/UserName, password: $headers/Password }";
    let fixed = "{ fixed: { username: ops, password: \"${env:CANARY_TEXT}\" } }";
    let users = "{ users: { users: [{ name: caller, password: \"${env:CANARY_CALLER}\" }] } }";
    let basic = STANDARD.encode(format!("caller:{}", canary("CANARY_CALLER")));
    let bearer = format!("Bearer {}", canary("CANARY_BEARER"));
    let block = format!(
        "<SessionHeader xmlns='urn:c'><sessionId>{}</sessionId></SessionHeader>",
        canary("CANARY_BEARER")
    );
    let user = format!(
        "<UserName xmlns='urn:c'>caller</UserName><Password xmlns='urn:c'>{}</Password>",
        canary("CANARY_CALLER")
    );
    let query = "<query xmlns='urn:c'><text>x</text></query>";
    let report = "<report xmlns='urn:c'><year>1</year></report>";
    for (name, credentials, auth, whose, json, soap, gets) in [
        (
            "session",
            session,
            "pass_through",
            "caller",
            ("/keys/query", bearer, "{\"text\":\"x\"}"),
            (block, query),
            "CANARY_BEARER",
        ),
        (
            "fixed",
            names,
            users,
            fixed,
            ("/keys/report", format!("Basic {basic}"), "{\"year\":1}"),
            (user, report),
            "CANARY_TEXT",
        ),
    ] {
        let (folder, stub) = (folder(&format!("parts-{name}")), Stub::start());
        let root = env!("CARGO_MANIFEST_DIR");
        let text = format!(
            "version: 1\nservice: keys\ncontract: {{ wsdl: \"{root}/tests/headers/credentials.wsdl\" }}\n\
             credentials: {credentials}\nfronts: {{ json: {{ auth: {auth} }}, soap: {{ auth: {auth} }} }}\n\
             backend: {{ soap: {{ url: \"{}\", credentials: {whose} }} }}\n",
            stub.url()
        );
        let file = write(&folder, "service.yaml", &text);
        let arguments = ["serve", "-c", &*file.to_string_lossy(), "--admin", "127.0.0.1:0", "--traffic"];
        let program = Program::start(&folder, "serve", &arguments);
        let message =
            envelope(soap.1).replace("<e:Body>", &format!("<e:Header>{}</e:Header><e:Body>", soap.0));
        let ask = || {
            let (path, authorization, body) = &json;
            let one = post(program.address, path, &[JSON, ("Authorization", authorization)], body.as_bytes());
            let other = post(program.address, "/soap/keys", &[SOAP], message.as_bytes());
            format!("{}{}{}{}", one.head, one.body, other.head, other.body)
        };
        stub.say(200, "Content-Type: text/xml\r\n", &envelope("<answer xmlns='urn:c'>fine</answer>"));
        let answers = ask();
        assert_eq!(answers.matches("fine").count(), 2, "{answers}");
        let heard: String =
            stub.heard().iter().map(|heard| format!("{}{}", heard.head, heard.body)).collect();
        let expected = canary(gets);
        assert_eq!(found(&heard), [expected], "{heard}");
        // The backend says again what it got.
        let said = expected.replace('&', "&amp;").replace('<', "&lt;");
        let fault =
            format!("<e:Fault><faultcode>e:Client</faultcode><faultstring>{said}</faultstring></e:Fault>");
        stub.say(500, "Content-Type: text/xml\r\n", &envelope(&fault));
        let failed = ask();
        let admin = program.admin.expect("an operator's listener");
        let get = |path: &str| send(admin, "GET", path, &[], b"").body;
        let mut all = String::new();
        for _ in 0..500 {
            all = get("/traffic?limit=200");
            if all.matches("\"number\":").count() == 4 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        all += &get("/traffic/har?limit=200");
        for number in 0..4 {
            all.extend(["", "/curl", "/har"].map(|kind| get(&format!("/traffic/{number}{kind}"))));
        }
        assert!(all.matches("***").count() > 8, "{name}: {all}");
        let log = program.stopped();
        assert_eq!(found(&format!("{answers}{failed}{all}{log}")), [""; 0], "{name}: {failed}{all}{log}");
    }
}
