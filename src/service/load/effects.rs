//! Rules that would be accepted and do nothing: whoever wrote one believes that it does something.

use super::checker::Checker;
use super::replies::range;
use super::rule_loader::RuleLoader;
use crate::json::unescape;
use crate::service::expression::Names;
use crate::service::file::key_path::KeyPath;
use crate::service::file::rules::{NativeFile, OperationFile, OutcomeFile};
use crate::service::file::service::ServiceFile;
use crate::service::outcome::outcome_rules::HttpRange;
use crate::service::problem::{Problem, RuleProblem, ValueProblem};

impl Checker<'_> {
    /// Checks that `rules` of an operation of a SOAP backend are not about JSON that nobody speaks.
    pub(super) fn check_spoken(&mut self, file: &ServiceFile, name: &str, rules: &OperationFile) {
        // Those that are included may be those of a service with a JSON backend too.
        if rules.included {
            return;
        }
        let at = KeyPath::of("operations").key(name);
        if !rules.outcome.is_empty() {
            self.problem(&at.key("outcome").name(), RuleProblem::OutcomeOnSoap);
        }
        if file.fronts.json.is_some() {
            return;
        }
        let why = "without a JSON front or a JSON backend";
        let about = [
            ("credentials", rules.credentials.is_some()),
            ("header", !rules.header.is_empty()),
            ("http", rules.http.is_some()),
            ("native", !rules.native.is_empty()),
        ];
        for (key, _) in about.into_iter().filter(|(_, is_there)| *is_there) {
            self.problem(&at.key(key).name(), RuleProblem::NoEffect { key, why });
        }
    }
}

impl<'l> RuleLoader<'l> {
    /// Checks what is said about the response as a whole.
    pub(super) fn check_response(&mut self, file: &OperationFile) {
        let unwrap = &file.unwrap;
        let about = [
            ("unwrap", "response", unwrap.response.is_some()),
            ("unwrap", "response_also", !unwrap.response_also.is_empty()),
            ("answer", "common", file.answer.common),
            ("answer", "lists", !file.answer.lists.is_empty()),
            ("answer", "failure_http", file.answer.failure_http.is_some()),
        ];
        if self.operation.output.is_none() {
            for (rule, key, _) in about.into_iter().filter(|(_, _, is_there)| *is_there) {
                let at = self.at.key(rule).key(key).name();
                self.wrong(&at, RuleProblem::NoResponse { key });
            }
            return;
        }
        if unwrap.response.is_none() && !unwrap.response_also.is_empty() {
            let at = self.at.key("unwrap").key("response_also").name();
            self.wrong(&at, RuleProblem::NoEffect { key: "response_also", why: "without `response`" });
        }
        for (item, name) in file.answer.lists.iter().enumerate() {
            // The plan has refused what the response has not.
            let Ok(known) = self.output().member(name) else { continue };
            if known.item().is_none() {
                let problem = RuleProblem::ListOfNoList { name: name.clone(), is: known.words() };
                self.wrong(&self.at.key("answer").key("lists").item(item), problem);
            }
        }
    }

    /// Checks the list whose items the errors of a row are of: its names are those of the reply.
    pub(super) fn check_each(&mut self, at: &KeyPath, file: &OutcomeFile, names: &Names<'l>) {
        let Some(each) = &file.each else { return };
        if file.error.is_none() {
            let problem = RuleProblem::NoEffect { key: "each", why: "without `error`" };
            return self.wrong(&at.name(), problem);
        }
        let found = match each.strip_prefix('/') {
            // The whole reply.
            None if each.is_empty() => Ok(()),
            None => Err(ValueProblem::Pointer { text: each.clone() }.into()),
            Some(path) => list_at(each, path, names).map_err(Problem::from),
        };
        self.checked(at, found);
    }

    /// Checks that no row of `outcome` stands behind one that takes all of its replies.
    pub(super) fn check_reached(&mut self, at: &KeyPath, rows: &[OutcomeFile]) {
        let mut taken: Vec<(usize, Vec<HttpRange>)> = Vec::new();
        for (item, row) in rows.iter().enumerate() {
            // What is no status is told where the row is loaded.
            let Ok(mut own) = row.http.all().iter().map(range).collect::<Result<Vec<_>, _>>() else {
                continue;
            };
            if own.is_empty() {
                own.push(HttpRange { first: 100, last: 599 });
            }
            let by = taken.iter().find(|(_, ranges)| own.iter().all(|own| is_within(own, ranges)));
            if let Some((before, _)) = by {
                self.wrong(&at.item(item), RuleProblem::NeverReached { before: *before });
            }
            if row.when.is_none() && (row.status.is_some() || row.fault.is_some()) {
                taken.push((item, own));
            }
        }
    }

    /// Checks what a native member says beside where it comes from.
    pub(super) fn check_native(&mut self, at: &KeyPath, file: &NativeFile) {
        let notices = file.notices.is_some();
        let (without, beside) = ("without `notices`", "beside `notices`");
        let unused = [
            ("as", file.form.is_some() && file.member.is_none() && !notices, "without `member`"),
            ("item", !file.item.is_empty() && !notices, without),
            ("as", file.form.is_some() && notices, beside),
            ("member", file.member.is_some() && notices, beside),
            ("else", file.otherwise.is_some() && notices, beside),
        ];
        for (key, _, why) in unused.into_iter().filter(|(_, is_unused, _)| *is_unused) {
            self.wrong(&at.key(key).name(), RuleProblem::NoEffect { key, why });
        }
    }

    fn wrong(&mut self, at: &KeyPath, problem: RuleProblem) {
        self.checked(at, Err::<(), _>(problem));
    }
}

fn is_within(range: &HttpRange, others: &[HttpRange]) -> bool {
    others.iter().any(|other| other.first <= range.first && range.last <= other.last)
}

/// Errors: `path` leads to nothing of a reply with these `names`, or to what is no list.
fn list_at(each: &str, path: &str, names: &Names<'_>) -> Result<(), RuleProblem> {
    let (first, rest) = match path.split_once('/') {
        Some((first, rest)) => (unescape(first), Some(rest)),
        None => (unescape(path), None),
    };
    let absent = |name: &str, near| RuleProblem::NoField { name: name.to_owned(), near };
    let mut known = names.find(&first).map_err(|near| absent(&first, near))?;
    for key in rest.into_iter().flat_map(|rest| rest.split('/')).map(unescape) {
        known = known.member(&key).map_err(|near| absent(&key, near))?;
    }
    let not_a_list = || RuleProblem::NotAList { pointer: each.to_owned(), is: known.words() };
    known.item().map(|_| ()).ok_or_else(not_a_list)
}
