//! What holds secrets in memory, and keys in files.

use std::panic::{AssertUnwindSafe, catch_unwind};

use saponify::bridge::{Bridge, ReadyService};
use saponify::service::load;
use saponify::wsdl::Files;

use super::plant::{CANARIES, found};
use super::stage::{BACKENDS, folder, run, write};
use super::support::Variables;
use super::tls;

/// Whatever is printed of a service, with `{:?}` or in a panic, shows no secret.
#[test]
fn a_panic_that_prints_everything_prints_no_secret() {
    for backend in BACKENDS {
        let file = backend.file(&folder(&format!("panic-{}", backend.name)), "http://127.0.0.1:9");
        let (path, text) = (file.to_string_lossy(), std::fs::read_to_string(&file).expect("service file"));
        let variables = Variables(CANARIES.iter().copied().collect());
        let service = load(&path, &text, &variables, &mut Files, None).expect("service");
        let limits = service.limits;
        let bridge = Bridge::new(vec![ReadyService::new(service).expect("backend")], limits).expect("bridge");
        let panicked = catch_unwind(AssertUnwindSafe(|| panic!("{bridge:?} {bridge:#?}")));
        let said = *panicked.expect_err("a panic").downcast::<String>().expect("a text");
        assert!(said.contains("getQuote") && said.contains("***"), "everything is printed");
        assert_eq!(found(&said), [""; 0], "{}", backend.name);
    }
}

#[test]
fn a_key_is_in_no_output() {
    let (folder, authority) = (folder("key"), tls::Authority::new("tests"));
    let issued = authority.issue(tls::server_params("localhost"));
    let key = issued.key_pem();
    let secret = key.lines().nth(1).expect("a line of the key").to_owned();
    let (certificate, good) =
        (write(&folder, "c.pem", &issued.certificate_pem()), write(&folder, "k.pem", &key));
    let cut = write(&folder, "cut.pem", &key.replace(key.lines().nth(2).expect("another line"), ""));
    assert!(std::fs::read_to_string(&good).expect("key").contains(&secret), "the key holds its canary");
    let file = BACKENDS[0].file(&folder, "http://127.0.0.1:9");
    let service = std::fs::read_to_string(&file).expect("service file");
    for (name, expected) in [("k.pem", Some(0)), ("cut.pem", Some(3)), ("c.pem", Some(3))] {
        let listen = format!("{service}listen: {{ tls: {{ certificate: c.pem, key: {name} }} }}\n");
        let file = write(&folder, "tls.yaml", &listen).to_string_lossy().into_owned();
        let (code, checked) = run(&["check", "-c", &file]);
        assert_eq!(code, expected, "{name}: {checked}");
        let (_, shown) = run(&["config", "show", "-c", &file]);
        assert!(!checked.contains(&secret) && !shown.contains(&secret), "{name}: {checked}{shown}");
    }
    assert!(certificate.is_file() && cut.is_file());
}
