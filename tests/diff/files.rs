//! Service files of a pair, loaded.

use std::collections::BTreeMap;

use saponify::describe::diff::{DiffReport, FileSide, NamedText, diff_services};
use saponify::limits::Limits;
use saponify::plan::{Compiled, Rules, compile};
use saponify::service::{Environment, Service, load};
use saponify::wsdl::{Contract, Files, load as load_contract};

/// What has changed from the service file `old` to `new`, each without what all have.
pub fn report(old: &str, new: &str) -> DiffReport {
    let (old, new) = (File::of("old", old), File::of("new", new));
    diff_services(old.side(), new.side())
}

struct File {
    texts: Vec<NamedText>,
    service: Service,
    contract: Contract,
    compiled: Compiled,
    limits: BTreeMap<String, u64>,
}

impl File {
    fn of(name: &str, text: &str) -> Self {
        let has = |key: &str| text.lines().any(|line| line.starts_with(key));
        let mut whole = "version: 1\nservice: shop\n".to_owned();
        for (key, line) in [
            ("contract:", "contract: { wsdl: v1.wsdl }"),
            ("backend:", "backend: { soap: { url: \"http://localhost/\" } }"),
        ] {
            if !has(key) {
                whole.push_str(&format!("{line}\n"));
            }
        }
        whole.push_str(text);
        let path = format!("tests/diff/shop/{name}.yaml");
        let service = load(&path, &whole, &Variables, &mut Files, None)
            .unwrap_or_else(|problems| panic!("{problems:?}\n{whole}"));
        let wsdl = if whole.contains("v2.wsdl") { "v2" } else { "v1" };
        let limits = Limits::default().contract;
        let contract =
            load_contract(&format!("tests/diff/shop/{wsdl}.wsdl"), &mut Files, &limits).expect("a contract");
        let compiled = compile(&contract, &Rules::default()).expect("a plan");
        let mut numbers = BTreeMap::new();
        add(&serde_json::to_value(service.limits).expect("limits"), "", &mut numbers);
        let texts = vec![NamedText { name: path, text: whole }];
        Self { texts, service, contract, compiled, limits: numbers }
    }

    fn side(&self) -> FileSide<'_> {
        FileSide {
            files: &self.texts,
            service: &self.service,
            contract: &self.contract,
            plain: &self.compiled.plan,
            limits: &self.limits,
        }
    }
}

fn add(value: &serde_json::Value, at: &str, found: &mut BTreeMap<String, u64>) {
    if let Some(number) = value.as_u64() {
        found.insert(at.trim_start_matches('.').to_owned(), number);
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        add(value, &format!("{at}.{key}"), found);
    }
}

/// Every variable has a token.
struct Variables;

impl Environment for Variables {
    fn variable(&self, _: &str) -> Option<String> {
        Some("a-token-that-is-long-enough-0123456789".to_owned())
    }

    fn file(&self, path: &str) -> Result<String, String> {
        Err(format!("{path}: there are no files"))
    }
}
