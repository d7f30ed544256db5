//! A case: a folder as `test` and `mock` of this program read it.

use super::credentials::Auth;
use super::exchange::{Exchange, distinct};
use super::output::File;
use super::script::literal;

/// A case of an operation.
#[derive(Clone, Debug)]
pub struct Folder {
    pub(super) operation: String,
    pub(super) request_xml: String,
    pub(super) response_xml: Option<String>,
    /// The request of a JSON client.
    pub(super) exchange: Exchange,
    /// Whether that is where the name of the operation says.
    pub(super) is_by_name: bool,
}

/// The files of `cases`, each in a folder called after its operation.
pub fn files_of_cases(cases: &[Folder]) -> Vec<File> {
    let names = distinct(cases.iter().map(|case| case.operation.as_str()), &[]);
    cases.iter().zip(&names).flat_map(|(case, name)| case.files(name)).collect()
}

impl Folder {
    /// Its files in the folder `name`.
    fn files(&self, name: &str) -> Vec<File> {
        let file =
            |own: &str, text: &str| File::new(format!("{name}/{own}"), format!("{}\n", text.trim_end()));
        let json = self
            .exchange
            .body
            .as_ref()
            .map_or("{}".to_owned(), |body| body.written(str::to_owned, |_| PLACEHOLDER.to_owned()));
        let mut files = vec![
            file("case.yaml", &self.settings()),
            file("request.json", &json),
            file("request.xml", &self.request_xml),
        ];
        files.extend(self.response_xml.iter().map(|response| file("response.xml", response)));
        files
    }

    /// What `case.yaml` says.
    fn settings(&self) -> String {
        let Exchange { method, path, headers, auth, .. } = &self.exchange;
        let mut lines = vec![format!("operation: {}", literal(&self.operation))];
        if !self.is_by_name {
            lines.push(format!("http: {{ method: {method}, path: {} }}", literal(path)));
        }
        let own = headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("Content-Type"));
        let mut headers: Vec<String> =
            own.map(|(name, value)| format!("  {}: {}", literal(name), literal(value))).collect();
        match auth {
            Auth::Basic | Auth::Bearer => {
                headers.push(format!("  Authorization: \"${{env:{AUTHORIZATION}}}\""))
            }
            Auth::Header(name) => headers.push(format!("  {}: \"${{env:API_KEY}}\"", literal(name))),
            Auth::Body | Auth::Certificate | Auth::None => {}
        }
        if !headers.is_empty() {
            lines.push("headers:".to_owned());
            lines.append(&mut headers);
        }
        lines.join("\n")
    }
}

/// What stands for credentials that are members of a body, for a file cannot have variables.
const PLACEHOLDER: &str = "CHANGE-ME";
/// The variable with the whole value of the header.
const AUTHORIZATION: &str = "API_AUTHORIZATION";
