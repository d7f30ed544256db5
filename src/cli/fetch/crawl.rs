//! Following imports: which documents there are, what they are called here, and their references rewritten.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::path::Path;

use url::Url;

use super::error::FetchError;
use crate::limits::ContractLimits;
use crate::service::references;
use crate::xml::Tree;

/// How far a crawl may go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) documents: usize,
    pub(super) depth: usize,
    pub(super) bytes: usize,
    pub(super) hosts: usize,
}

/// A document that was copied.
#[derive(Clone, Debug)]
pub(super) struct Copied {
    /// Where it came from.
    pub(super) address: Url,
    /// What it is called here.
    pub(super) file: String,
    /// The document as it came.
    pub(super) original: Vec<u8>,
    /// The document with its references to the other copies.
    pub(super) text: String,
}

/// Gets a document. Errors: why it cannot be had.
pub(super) type Get<'g> = dyn FnMut(&Url) -> Result<Vec<u8>, FetchError> + 'g;

/// Documents on their way.
pub(super) struct Crawl<P> {
    bounds: Bounds,
    progress: P,
    names: HashMap<Url, String>,
    waiting: VecDeque<(Url, usize)>,
    /// What waits, or did.
    known: HashSet<Url>,
    /// Documents that were asked for, whether they came or not.
    asked: usize,
    hosts: BTreeSet<String>,
    bytes: usize,
    pub(super) documents: Vec<Copied>,
    pub(super) problems: Vec<FetchError>,
}

impl<P: FnMut(&Url, usize)> Crawl<P> {
    pub(super) fn new(bounds: Bounds, progress: P) -> Self {
        Self {
            bounds,
            progress,
            names: HashMap::new(),
            waiting: VecDeque::new(),
            known: HashSet::new(),
            asked: 0,
            hosts: BTreeSet::new(),
            bytes: 0,
            documents: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Copies the document `from` and those that it leads to. What cannot be had behind the first is a problem, not an end.
    ///
    /// Errors: why the first document cannot be had, or a bound.
    pub(super) fn follow(&mut self, from: &str, get: &mut Get<'_>) -> Result<(), FetchError> {
        let first = address(from)?;
        self.name(&first);
        self.known.insert(first.clone());
        self.waiting.push_back((first.clone(), 0));
        while let Some((address, depth)) = self.waiting.pop_front() {
            match self.copy(&address, depth, get) {
                Ok(()) => {}
                Err(error) if address == first => return Err(error.at(&address)),
                Err(error) => self.problems.push(error.at(&address)),
            }
        }
        Ok(())
    }

    fn copy(&mut self, address: &Url, depth: usize, get: &mut Get<'_>) -> Result<(), FetchError> {
        self.check(address, depth)?;
        let original = get(address)?;
        self.bytes += original.len();
        if self.bytes > self.bounds.bytes {
            return Err(FetchError::Bound { what: "bytes of documents", most: self.bounds.bytes });
        }
        (self.progress)(address, original.len());
        let limits = ContractLimits::default().xml;
        let tree = Tree::parse(&original, &limits)?;
        let text = self.rewritten(address, depth, &tree);
        let file = self.name(address);
        self.documents.push(Copied { address: address.clone(), file, original, text });
        Ok(())
    }

    fn check(&mut self, address: &Url, depth: usize) -> Result<(), FetchError> {
        let Bounds { documents, depth: deepest, bytes, hosts } = self.bounds;
        if depth > deepest {
            return Err(FetchError::Bound { what: "imports in a chain", most: deepest });
        }
        if self.asked >= documents {
            return Err(FetchError::Bound { what: "documents", most: documents });
        }
        if self.bytes > bytes {
            return Err(FetchError::Bound { what: "bytes of documents", most: bytes });
        }
        self.hosts.extend(address.host_str().map(str::to_owned));
        if self.hosts.len() > hosts {
            return Err(FetchError::Bound { what: "hosts", most: hosts });
        }
        self.asked += 1;
        Ok(())
    }

    /// Has `target`, to which `base` leads, wait for its turn. A file for which a server asks is none that its owner offers.
    fn follow_later(&mut self, base: &Url, target: &Url, depth: usize) {
        if target.scheme() == "file" && base.scheme() != "file" {
            self.problems.push(FetchError::Local(target.clone()).at(base));
        } else if self.known.insert(target.clone()) {
            self.waiting.push_back((target.clone(), depth));
        }
    }

    /// The text of `tree` in which references are to files here; they are followed later.
    fn rewritten(&mut self, base: &Url, depth: usize, tree: &Tree) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        let text = tree.text();
        let mut from = references::declaration_end(text);
        for reference in references::of(tree) {
            let target = match base.join(&reference.value) {
                Ok(mut target) => {
                    // It is a part of the same document.
                    target.set_fragment(None);
                    target
                }
                Err(error) => {
                    self.problems.push(FetchError::Url(reference.value, error).at(base));
                    continue;
                }
            };
            self.follow_later(base, &target, depth + 1);
            out.push_str(text.get(from..reference.start).expect(IN_ORDER));
            out.push_str(&self.name(&target));
            from = reference.end;
        }
        out.push_str(text.get(from..).expect(IN_ORDER));
        out
    }

    /// The name of `address` here: its last segment with an ending that fits, numbered when it is taken.
    fn name(&mut self, address: &Url) -> String {
        if let Some(known) = self.names.get(address) {
            return known.clone();
        }
        let wanted = if self.names.is_empty() { "main.wsdl".to_owned() } else { plain_name(address) };
        let taken = |name: &String| self.names.values().any(|known| known.eq_ignore_ascii_case(name));
        // A name without an ending gets one.
        let (stem, ending) = wanted.rsplit_once('.').unwrap_or((&wanted, "xsd"));
        let numbered = (2..).map(|n| format!("{stem}-{n}.{ending}"));
        let mut names = std::iter::once(wanted.clone()).chain(numbered).filter(|name| !taken(name));
        let name = names.next().expect("numbers do not end");
        self.names.insert(address.clone(), name.clone());
        name
    }
}

const IN_ORDER: &str = "references are found in the text in its order, and none is inside of another one";

/// Letters, digits, `-`, `_` and `.` of the last segment, or of the query where it has the name.
fn plain_name(address: &Url) -> String {
    // A URL without a path gives no name, and one is made.
    let segment = address.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or("");
    // Without a query.
    let query = address.query().unwrap_or("");
    let wsdl = segment.ends_with(".wsdl") || query.to_ascii_lowercase().contains("wsdl");
    let wanted = match query.rsplit('=').next() {
        Some(last) if !last.is_empty() => last,
        _ => segment,
    };
    let kept: String = wanted.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let stem = kept.trim_start_matches('.').trim_end_matches(".xsd").trim_end_matches(".wsdl");
    let stem: String = stem.chars().take(80).collect();
    format!("{}.{}", if stem.is_empty() { "document" } else { &stem }, if wsdl { "wsdl" } else { "xsd" })
}

/// A URL, or the URL of a file.
fn address(from: &str) -> Result<Url, FetchError> {
    match Url::parse(from) {
        Ok(url) if matches!(url.scheme(), "http" | "https" | "file") => Ok(url),
        Ok(url) if url.scheme().len() > 1 => Err(FetchError::Scheme(from.to_owned())),
        _ => {
            let path = std::path::absolute(Path::new(from))?;
            Url::from_file_path(&path).map_err(|()| FetchError::Given(from.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    const BOUNDS: Bounds = Bounds { documents: 9, depth: 4, bytes: 10_000, hosts: 2 };

    fn schema(inside: &str) -> Vec<u8> {
        format!("<x:schema xmlns:x='http://www.w3.org/2001/XMLSchema'>{inside}</x:schema>").into_bytes()
    }

    type Quiet = Crawl<fn(&Url, usize)>;

    fn follow(bounds: Bounds, documents: &[(&str, Vec<u8>)]) -> (Result<(), FetchError>, Quiet) {
        follow_from("http://a.example/s/svc?wsdl", bounds, documents)
    }

    fn follow_from(
        from: &str,
        bounds: Bounds,
        documents: &[(&str, Vec<u8>)],
    ) -> (Result<(), FetchError>, Quiet) {
        let mut crawl: Quiet = Crawl::new(bounds, |_, _| {});
        let mut get = |address: &Url| {
            let found = documents.iter().find(|(known, _)| *known == address.as_str());
            found.map(|(_, bytes)| bytes.clone()).ok_or(FetchError::Status { status: StatusCode::NOT_FOUND })
        };
        let done = crawl.follow(from, &mut get);
        (done, crawl)
    }

    #[test]
    fn imports_are_followed_once_and_rewritten() {
        let import = "<x:import schemaLocation='\n svc?xsd=xsd0#part '/><x:include schemaLocation=\"../t/types.xsd\"/>";
        let (done, crawl) = follow(
            BOUNDS,
            &[
                ("http://a.example/s/svc?wsdl", schema(import)),
                ("http://a.example/s/svc?xsd=xsd0", schema("<x:import schemaLocation='../t/types.xsd'/>")),
                ("http://a.example/t/types.xsd", schema("<x:include schemaLocation='types.xsd'/>")),
            ],
        );
        assert_eq!((done.is_ok(), crawl.problems.len()), (true, 0));
        let files: Vec<&str> = crawl.documents.iter().map(|document| &*document.file).collect();
        assert_eq!(files, ["main.wsdl", "xsd0.xsd", "types.xsd"]);
        assert!(crawl.documents[0].text.contains("schemaLocation='xsd0.xsd'"));
        assert!(crawl.documents[0].text.contains("schemaLocation=\"types.xsd\""));
    }

    #[test]
    fn every_bound_holds() {
        let chain = |n: usize| schema(&format!("<x:import schemaLocation='http://h{n}.example/{n}'/>"));
        let names: Vec<String> = (0..6).map(|n| format!("http://h{n}.example/{n}")).collect();
        let mut documents = vec![("http://a.example/s/svc?wsdl", chain(0))];
        documents.extend(names.iter().enumerate().map(|(n, name)| (&**name, chain(n + 1))));
        for (bounds, problem) in [
            (Bounds { hosts: 2, ..BOUNDS }, "more than 2 hosts"),
            (Bounds { hosts: 9, depth: 2, ..BOUNDS }, "more than 2 imports in a chain"),
            (Bounds { hosts: 9, documents: 3, ..BOUNDS }, "more than 3 documents"),
            (Bounds { hosts: 9, bytes: 300, ..BOUNDS }, "more than 300 bytes"),
        ] {
            let (_, crawl) = follow(bounds, &documents);
            assert!(
                crawl.problems.iter().any(|found| found.to_string().contains(problem)),
                "{problem}: {:?}",
                crawl.problems
            );
        }
    }

    /// A server said which files of this machine were copied.
    #[test]
    fn only_a_file_leads_to_a_file() {
        let import = schema("<x:import schemaLocation='file:///c/types.xsd'/>");
        let types = ("file:///c/types.xsd", schema(""));
        let (_, crawl) = follow(BOUNDS, &[("http://a.example/s/svc?wsdl", import.clone()), types.clone()]);
        let problems: Vec<String> = crawl.problems.iter().map(ToString::to_string).collect();
        let expected = "http://a.example/s/svc?wsdl: file:///c/types.xsd: only a file may lead to a file";
        assert_eq!((crawl.documents.len(), problems), (1, vec![expected.to_owned()]));
        assert!(crawl.documents[0].text.contains("schemaLocation='types.xsd'"));

        let (_, crawl) =
            follow_from("file:///c/main.wsdl", BOUNDS, &[("file:///c/main.wsdl", import), types]);
        assert_eq!((crawl.documents.len(), crawl.problems.len()), (2, 0));
    }

    /// Only those that came were counted, so that a document could ask for any number of others.
    #[test]
    fn documents_that_do_not_come_are_counted() {
        let imports: String = (0..5).map(|n| format!("<x:import schemaLocation='{n}.xsd'/>")).collect();
        let bounds = Bounds { documents: 3, ..BOUNDS };
        let (_, crawl) = follow(bounds, &[("http://a.example/s/svc?wsdl", schema(&imports))]);
        let problems: Vec<String> = crawl.problems.iter().map(ToString::to_string).collect();
        let told = |what: &str| problems.iter().filter(|problem| problem.contains(what)).count();
        assert_eq!((told("404"), told("more than 3 documents")), (2, 3), "{problems:?}");
    }

    /// It would stay in the copy as it is, and lead nowhere.
    #[test]
    fn a_reference_that_is_not_a_url_is_named() {
        let first = ("http://a.example/s/svc?wsdl", schema("<x:import schemaLocation='http://['/>"));
        let (_, crawl) = follow(BOUNDS, &[first]);
        let problems: Vec<String> = crawl.problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems, ["http://a.example/s/svc?wsdl: \"http://[\": invalid IPv6 address"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let (done, crawl) = follow(
            BOUNDS,
            &[("http://a.example/s/svc?wsdl", schema("<x:import schemaLocation='gone.xsd'/>"))],
        );
        assert!(done.is_ok());
        let problems: Vec<String> = crawl.problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems, ["http://a.example/s/gone.xsd: HTTP status 404 Not Found"]);
        assert!(follow(BOUNDS, &[]).0.is_err());
    }
}
