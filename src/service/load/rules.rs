//! The rules of one operation, from what was typed to what requests use: every name is checked against the contract.

use std::collections::BTreeMap;

use serde_saphyr::{Location, Spanned};

use crate::plan::{As, FieldRule, OperationPlan, Placed, Plan, Shape};
use crate::service::expression::{Expression, Known, Names, Tables, Template, hint};
use crate::service::file::rules::{
    AsFile, CheckFile, FaultFile, HttpFile, NativeFile, NoticeFile, NoticesFile, OperationFile, OutcomeFile,
    SeverityFile, TypeFile, ViolationFile,
};
use crate::service::model::checks::{Check, Report};
use crate::service::model::route::HttpRoute;
use crate::service::outcome::native::{NativeFrom, NativeMember, NativePlan};
use crate::service::outcome::rows::{HttpRange, NoticeTemplate, Row, Verdict};
use crate::service::outcome::shape::{Notice, Source};
use crate::service::selector::{Selector, pointer};

/// A problem and where it is.
pub(super) type Problem = (Location, String);

/// The field rules of an operation, in the order in which they apply.
pub(super) fn operation_fields(file: &OperationFile) -> Vec<Placed> {
    fields(&Fields {
        flatten: &file.flatten,
        unwrap: &file.unwrap.fields,
        rename: &file.rename,
        group: &file.group,
        constant: &file.constant,
        default: &file.default,
        hide: &file.hide,
        enumeration: &file.enumeration,
        form: &file.form,
    })
}

/// The field rules of a type.
pub(super) fn type_fields(file: &TypeFile) -> Vec<Placed> {
    fields(&Fields {
        flatten: &file.flatten,
        unwrap: &file.unwrap,
        rename: &file.rename,
        group: &file.group,
        constant: &file.constant,
        default: &file.default,
        hide: &file.hide,
        enumeration: &file.enumeration,
        form: &file.form,
    })
}

struct Fields<'f> {
    flatten: &'f [Spanned<String>],
    unwrap: &'f [Spanned<String>],
    rename: &'f BTreeMap<String, Spanned<String>>,
    group: &'f BTreeMap<String, Spanned<Vec<String>>>,
    constant: &'f BTreeMap<String, Spanned<String>>,
    default: &'f BTreeMap<String, Spanned<String>>,
    hide: &'f [Spanned<String>],
    enumeration: &'f BTreeMap<String, Spanned<BTreeMap<String, String>>>,
    form: &'f BTreeMap<String, Spanned<AsFile>>,
}

/// Values first, then shapes, then keys: every pointer names a field as it is before keys change.
fn fields(file: &Fields<'_>) -> Vec<Placed> {
    let place = |key: &str, rule| Placed { pointer: pointer(key), rule };
    let texts = |map: &'_ BTreeMap<String, Spanned<String>>, rule: fn(String) -> FieldRule| {
        map.iter().map(|(key, text)| place(key, rule(text.value.clone()))).collect::<Vec<_>>()
    };
    let listed = |list: &[Spanned<String>], rule: FieldRule| {
        list.iter().map(|key| place(&key.value, rule.clone())).collect::<Vec<_>>()
    };
    let forms = file.form.iter().map(|(key, form)| place(key, FieldRule::As(form_of(form.value))));
    let enumerations = file.enumeration.iter().map(|(key, pairs)| {
        let pairs = pairs.value.iter().map(|(xml, json)| (xml.clone(), json.clone()));
        place(key, FieldRule::Enum(pairs.collect()))
    });
    let groups = file.group.iter().map(|(key, members)| place(key, FieldRule::Group(members.value.clone())));
    let mut out: Vec<Placed> = forms.chain(enumerations).collect();
    out.extend(texts(file.constant, FieldRule::Const));
    out.extend(texts(file.default, FieldRule::Default));
    out.extend(listed(file.hide, FieldRule::Hide));
    out.extend(listed(file.flatten, FieldRule::Flatten));
    out.extend(listed(file.unwrap, FieldRule::Unwrap));
    // The deepest first, so that no key on the way to another has changed already.
    let mut renames = texts(file.rename, FieldRule::Rename);
    renames.sort_by_key(|placed| std::cmp::Reverse(placed.pointer.matches('/').count()));
    out.extend(renames);
    out.extend(groups);
    out
}

fn form_of(form: AsFile) -> As {
    match form {
        AsFile::Day => As::Day,
        AsFile::Instant => As::Instant,
        AsFile::Number => As::Number,
        AsFile::String => As::String,
    }
}

/// What the rules of an operation are checked against.
#[derive(Debug)]
pub(super) struct RuleLoader<'l> {
    pub(super) plan: &'l Plan,
    pub(super) operation: &'l OperationPlan,
    pub(super) tables: &'l Tables,
    pub(super) problems: Vec<Problem>,
}

impl<'l> RuleLoader<'l> {
    fn problem(&mut self, at: Location, message: String) {
        self.problems.push((at, format!("operations.{}.{message}", self.operation.name)));
    }

    fn input(&self) -> Known<'l> {
        self.operation.input.root.map_or(Known::Anything, |root| Known::element(self.plan, root))
    }

    fn output(&self) -> Known<'l> {
        let root = self.operation.output.as_ref().and_then(|output| output.root);
        root.map_or(Known::Anything, |root| Known::element(self.plan, root))
    }

    fn with_tables(&self, names: Names<'l>) -> Names<'l> {
        self.tables.names().fold(names, |names, table| names.with(table, Known::Anything))
    }

    /// Method and path.
    pub(super) fn route(&mut self, file: &OperationFile) -> Option<HttpRoute> {
        let default = format!("POST /{}", self.operation.name);
        let text = file.http.as_ref().map_or(default.as_str(), |http| &http.value);
        let at = file.http.as_ref().map_or(Location::UNKNOWN, |http| http.referenced);
        let patterns = |member: &str| self.pattern(member);
        let route = HttpRoute::parse(text, &patterns).map_err(|error| error.to_string());
        let route = route.and_then(|route| {
            let members = route
                .members()
                .map(str::to_owned)
                .chain(file.header.values().map(|header| header.value.clone()));
            members.into_iter().try_for_each(|member| self.scalar(&member))?;
            Ok(route)
        });
        route.map_err(|message| self.problem(at, format!("http: {message}"))).ok()
    }

    /// A field at the top of the request that is one value.
    fn scalar(&self, member: &str) -> Result<(), String> {
        match self.input().member(member) {
            Ok(Known::Boolean | Known::Number | Known::Text) => Ok(()),
            Ok(known) => Err(format!("`{member}` is {}, not one value", known.words())),
            Err(near) => Err(format!("the request has no `{member}`{}", hint(near))),
        }
    }

    /// What the texts of a field look like.
    fn pattern(&self, member: &str) -> Option<String> {
        let Known::Object(plan, complex) = self.input() else { return None };
        let scope = complex.scopes.first()?;
        let slot = scope.keys.find(member)?;
        let node = complex.nodes.iter().find(|node| node.scope.index() == 0 && node.slot == slot)?;
        let crate::plan::NodeKind::Element(element) = node.kind else { return None };
        let Shape::Simple(simple) = &plan.type_plan(plan.element(element).type_ix).shape else { return None };
        let whole = simple.simple.facets().expressions().next()?;
        Some(format!(
            "(?:{})",
            whole
                .trim_start_matches("\\A")
                .trim_end_matches("\\z")
                .trim_start_matches('^')
                .trim_end_matches('$')
        ))
    }

    /// Whether a field at the top of the request is a boolean.
    pub(super) fn is_boolean(&self, member: &str) -> bool {
        matches!(self.input().member(member), Ok(Known::Boolean))
    }

    /// Conditions on requests.
    pub(super) fn checks(&mut self, files: &[CheckFile]) -> Vec<Check> {
        files.iter().filter_map(|file| self.check(file)).collect()
    }

    fn check(&mut self, file: &CheckFile) -> Option<Check> {
        let mut names = self.with_tables(Names::new(self.input())).with("now", Known::Text);
        if let Some(each) = &file.each {
            match self.item(&each.value) {
                Ok(item) => names = names.with("item", item),
                Err(message) => {
                    self.problem(each.referenced, format!("check: {message}"));
                    return None;
                }
            }
        }
        let when = Expression::compile(&file.when.value, &names);
        let when =
            when.map_err(|message| self.problem(file.when.referenced, format!("check: {message}"))).ok()?;
        let notice = Notice {
            code: file.code.clone(),
            message: file.message.clone(),
            pointer: file.pointer.clone(),
            source: Source::Bridge,
        };
        let warning = file.severity == SeverityFile::Warning;
        Some(Check { when, each: file.each.as_ref().map(|each| pointer(&each.value)), notice, warning })
    }

    /// An item of the list at `each`.
    fn item(&self, each: &str) -> Result<Known<'l>, String> {
        let mut known = self.input();
        for key in pointer(each).split('/').skip(1) {
            known = known.member(key).map_err(|near| format!("there is no `{key}`{}", hint(near)))?;
        }
        known.item().ok_or_else(|| format!("`{each}` is {}, not a list", known.words()))
    }

    /// How breaches are reported.
    pub(super) fn reports(&mut self, files: &[ViolationFile]) -> Vec<Report> {
        files.iter().filter_map(|file| self.report(file)).collect()
    }

    fn report(&mut self, file: &ViolationFile) -> Option<Report> {
        let at = file.at.all().iter().map(|at| Selector::parse(at)).collect::<Result<_, _>>();
        let at =
            at.map_err(|message| self.problem(Location::UNKNOWN, format!("violations: {message}"))).ok()?;
        let kinds = file.kind.all().iter().map(|kind| (*kind).into()).collect();
        Some(Report { at, kinds, code: file.code.clone(), message: file.message.clone() })
    }

    /// What replies mean.
    pub(super) fn rows(&mut self, file: &OperationFile) -> Vec<Row> {
        let names = if file.native.is_empty() {
            Names::new(self.output())
        } else {
            let natives = file.native.keys().map(|key| (key.as_str(), Known::Anything));
            Names::closed(natives)
        };
        let names = self.with_tables(names).with("http", Known::Number);
        file.outcome.iter().filter_map(|row| self.row(row, &names)).collect()
    }

    fn row(&mut self, file: &OutcomeFile, names: &Names<'l>) -> Option<Row> {
        let http = file.http.all().iter().map(range).collect::<Result<_, _>>();
        let at = file.when.as_ref().map_or(Location::UNKNOWN, |when| when.referenced);
        let http = http.map_err(|message| self.problem(at, format!("outcome: {message}"))).ok()?;
        let when = file.when.as_ref().map(|when| Expression::compile(&when.value, names)).transpose();
        let when = when.map_err(|message| self.problem(at, format!("outcome: {message}"))).ok()?;
        let verdict =
            verdict(file).map_err(|message| self.problem(at, format!("outcome: {message}"))).ok()?;
        let item = names.clone().with("item", Known::Anything);
        let warning = file.warning.as_ref().and_then(|warning| self.notice(warning, names));
        let error = file.error.as_ref().and_then(|error| self.notice(error, &item));
        Some(Row { http, when, verdict, warning, error, each: file.each.clone() })
    }

    fn notice(&mut self, file: &Spanned<NoticeFile>, names: &Names<'l>) -> Option<NoticeTemplate> {
        let mut template = |text: &str| {
            let compiled = Template::compile(text, names);
            compiled.map_err(|message| self.problem(file.referenced, format!("outcome: {message}"))).ok()
        };
        let (code, message) = (template(&file.value.code)?, template(&file.value.message)?);
        let pointer = template(&file.value.pointer)?;
        let source = if file.value.code.starts_with("BRG") { Source::Bridge } else { Source::Backend };
        Some(NoticeTemplate { code, message, pointer, source })
    }

    /// The native JSON of the response.
    pub(super) fn native(&mut self, files: &BTreeMap<String, Spanned<NativeFile>>) -> NativePlan {
        let members = files.iter().filter_map(|(key, file)| {
            let from = self.native_from(file);
            let from = from
                .map_err(|message| self.problem(file.referenced, format!("native.{key}: {message}")))
                .ok()?;
            Some(NativeMember { key: key.clone(), from })
        });
        NativePlan { members: members.collect() }
    }

    fn native_from(&self, file: &Spanned<NativeFile>) -> Result<NativeFrom, String> {
        let file = &file.value;
        let names = self.with_tables(Names::new(self.output()));
        let names = names.with("http", Known::Number).with("fresh", Known::Anything);
        if let Some(list) = file.notices {
            let names = ["code", "message", "pointer"]
                .into_iter()
                .fold(names, |names, name| names.with(name, Known::Text));
            let item =
                file.item.iter().map(|(key, text)| Ok((key.clone(), Template::compile(text, &names)?)));
            let list = if list == NoticesFile::Errors { "errors" } else { "warnings" };
            return Ok(NativeFrom::Notices { list, item: item.collect::<Result<_, String>>()? });
        }
        if let Some(member) = &file.member
            && let Err(near) = self.output().member(member)
        {
            return Err(format!("the response has no `{member}`{}", hint(near)));
        }
        let otherwise = file.otherwise.as_ref().map(|text| Template::compile(text, &names)).transpose()?;
        if file.member.is_none() && otherwise.is_none() {
            return Err("expected `member`, `else` or `notices`".to_owned());
        }
        Ok(NativeFrom::Member { member: file.member.clone(), text: file.form.is_some(), otherwise })
    }
}

fn range(file: &HttpFile) -> Result<HttpRange, String> {
    match file {
        HttpFile::Status(status @ 100..=599) => Ok(HttpRange { first: *status, last: *status }),
        HttpFile::Class(class) => {
            let digit = class.strip_suffix("xx").and_then(|digit| digit.parse::<u16>().ok());
            let digit = digit.filter(|digit| (1..=5).contains(digit));
            let digit =
                digit.ok_or_else(|| format!("`{class}` is not a class of HTTP statuses such as 4xx"))?;
            Ok(HttpRange { first: digit * 100, last: digit * 100 + 99 })
        }
        HttpFile::Status(status) => Err(format!("{status} is not an HTTP status")),
    }
}

fn verdict(file: &OutcomeFile) -> Result<Option<Verdict>, String> {
    match (file.status, file.fault) {
        (None, None) if file.error.is_some() => {
            Err("a row with an `error` needs `status: 0` or `fault`".to_owned())
        }
        (None, None) => Ok(None),
        (Some(0), None) => Ok(Some(Verdict::Failure)),
        (Some(1), None) if file.error.is_some() => Err("a success has no `error`".to_owned()),
        (Some(1), None) => Ok(Some(Verdict::Success)),
        (None, Some(fault)) => Ok(Some(Verdict::Fault { client: fault == FaultFile::Client })),
        _ => Err("expected either `status: 0`, `status: 1` or `fault`".to_owned()),
    }
}
