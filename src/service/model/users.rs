//! The users of a front: in the service file, or in a file of their own.

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::service::environment::Environment;
use crate::service::file::finding::{Finding, Source};
use crate::service::file::fronts::{UserFile, UsersFile};
use crate::service::file::key_path::KeyPath;
use crate::service::file::yaml::{self, Read};
use crate::service::problem::{ContractProblem, FrontProblem, Problem, ReferenceProblem, ValueProblem};
use crate::service::reference;
use crate::wss::{HashError, PasswordHash, Secret};
use crate::xml::Diagnostic;

/// The users of a realm.
#[derive(Debug)]
pub struct UserStore {
    /// What tells them from the users of others: a token of one realm is no token of another.
    pub realm: Arc<str>,
    /// The users by name.
    pub table: UserTable,
}

/// A file of users, and the operations that there are.
#[derive(Clone, Debug)]
pub(in crate::service) struct UserSource {
    pub(in crate::service) path: String,
    pub(in crate::service) operations: Vec<Arc<str>>,
}

/// Why a file of users is not taken.
pub(in crate::service) enum ReadError {
    /// It cannot be read.
    Problem(ReferenceProblem),
    /// What is wrong in it.
    Users(Vec<Diagnostic>),
}

/// Users by name.
#[derive(Debug, Default)]
pub struct UserTable {
    users: HashMap<Arc<str>, User>,
    /// Nobody's hash, which costs what the costliest of them does.
    nobodys: Option<PasswordHash>,
}

/// A user of a front.
#[derive(Clone, Debug)]
pub struct User {
    /// The name.
    pub name: Arc<str>,
    /// The password.
    pub password: Option<Secret>,
    /// Its hash.
    pub hash: Option<PasswordHash>,
    /// The operations that they may call; all where it is absent.
    pub operations: Option<Vec<Arc<str>>>,
    /// What tells their password or hash from the one before.
    pub mark: SecretMark,
}

/// What tells one password or hash from another. It shows nothing, for both could be guessed from it.
#[derive(Clone, Copy, Hash)]
pub struct SecretMark(u64);

impl fmt::Debug for SecretMark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SecretMark")
    }
}

fn mark(password: Option<&Secret>, hash: Option<&PasswordHash>) -> SecretMark {
    let mut hasher = DefaultHasher::new();
    (password.map(Secret::expose), hash.map(PasswordHash::text)).hash(&mut hasher);
    SecretMark(hasher.finish())
}

impl UserStore {
    /// The users of `table`.
    pub fn of(realm: &str, table: UserTable) -> Self {
        Self { realm: realm.into(), table }
    }
}

impl UserSource {
    /// The users that are in the file now.
    pub(in crate::service) fn read(&self, environment: &dyn Environment) -> Result<UserTable, ReadError> {
        let unreadable =
            |reason| ReadError::Problem(ReferenceProblem::FileUnreadable { path: self.path.clone(), reason });
        let text = environment.file(&self.path).map_err(unreadable)?;
        let Read { file, problems, .. } = yaml::read::<UsersFile>(&self.path, &text);
        let empty = problems.is_empty();
        let file = file.filter(|_| empty).ok_or(ReadError::Users(problems))?;
        if file.users.is_empty() {
            let (source, at) = (Source::new(&self.path, &text), KeyPath::of("users"));
            let found = source.find(&at);
            let problem = source.diagnostic(&Finding::new(at, ValueProblem::Empty), found);
            return Err(ReadError::Users(vec![problem]));
        }
        table(&file.users, &self.operations, environment).map_err(|findings| {
            let source = Source::new(&self.path, &text);
            let users = KeyPath::of("users");
            let shown = findings.into_iter().map(|found| {
                let found = Finding { at: users.join(&found.at), problem: found.problem };
                source.diagnostic(&found, source.find(&found.at))
            });
            ReadError::Users(shown.collect())
        })
    }
}

/// The users that are typed in `files`, for a contract with `operations`. Errors: all that is wrong with them, without a secret,
/// as seen from the list.
pub(in crate::service) fn table(
    files: &[UserFile],
    operations: &[Arc<str>],
    environment: &dyn Environment,
) -> Result<UserTable, Vec<Finding>> {
    let (mut table, mut problems) = (UserTable::default(), Vec::new());
    for (item, file) in files.iter().enumerate() {
        let at = KeyPath::default().item(item);
        match user(&at, file, operations, environment) {
            Ok(user) => {
                table.weigh(user.hash.as_ref());
                if let Some(twice) = table.users.insert(user.name.clone(), user) {
                    let problem = FrontProblem::UserTwice { name: twice.name.to_string() };
                    problems.push(Finding::new(at.key("name"), problem));
                }
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(table) } else { Err(problems) }
}

impl UserTable {
    /// One user, who may call everything.
    pub fn of_one(name: Arc<str>, password: Secret) -> Self {
        let mark = mark(Some(&password), None);
        let user = User { name: name.clone(), password: Some(password), hash: None, operations: None, mark };
        Self { users: HashMap::from([(name, user)]), nobodys: None }
    }

    /// The user `name`.
    pub fn get(&self, name: &str) -> Option<&User> {
        self.users.get(name)
    }

    /// The hash that is computed for whoever has none. Nothing where no password is hashed: otherwise every check of a text takes
    /// as long as a hash.
    pub fn nobodys_hash(&self) -> Option<&PasswordHash> {
        self.nobodys.as_ref()
    }

    fn weigh(&mut self, hash: Option<&PasswordHash>) {
        let costlier =
            |hash: &&PasswordHash| self.nobodys.as_ref().is_none_or(|most| most.cost() < hash.cost());
        if let Some(hash) = hash.filter(costlier) {
            self.nobodys = Some(hash.nobodys());
        }
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }
}

fn user(
    at: &KeyPath,
    file: &UserFile,
    known: &[Arc<str>],
    environment: &dyn Environment,
) -> Result<User, Vec<Finding>> {
    let mut problems = Vec::new();
    let mut note = |key: &str, problem: Problem| problems.push(Finding { at: at.key(key), problem });
    let name = match reference::resolve(&file.name, environment) {
        Ok(name) if name.is_empty() => Err(ValueProblem::Empty.into()),
        other => other.map_err(Problem::from),
    };
    let name = name.map_err(|problem| note("name", problem));
    let password = file.password.as_deref().map(|text| reference::secret(text, environment)).transpose();
    let password = password.map_err(|problem| note("password", problem.into()));
    let hash = file.hash.as_deref().map(|text| hash(text, environment)).transpose();
    let hash = hash.map_err(|problem| note("hash", problem));
    let operations = operations(at, file.operations.as_deref(), known);
    if file.password.is_some() == file.hash.is_some() {
        problems.push(Finding::new(at.clone(), FrontProblem::PasswordOrHash));
    }
    match (name, password, hash, operations) {
        (Ok(name), Ok(password), Ok(hash), Ok(operations)) if problems.is_empty() => {
            let mark = mark(password.as_ref(), hash.as_ref());
            Ok(User { name: name.into(), password, hash, operations, mark })
        }
        (_, _, _, operations) => {
            problems.extend(operations.err().into_iter().flatten());
            Err(problems)
        }
    }
}

/// The operations `names`, which must be `known`; without a contract nobody knows.
fn operations(
    at: &KeyPath,
    names: Option<&[String]>,
    known: &[Arc<str>],
) -> Result<Option<Vec<Arc<str>>>, Vec<Finding>> {
    let Some(names) = names.filter(|_| !known.is_empty()) else { return Ok(None) };
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (item, name) in names.iter().enumerate() {
        match known.iter().find(|known| ***known == **name) {
            Some(known) => found.push(known.clone()),
            None => {
                let at = at.key("operations").item(item);
                problems.push(Finding::new(at, ContractProblem::unknown_operation(name, known)));
            }
        }
    }
    if problems.is_empty() { Ok(Some(found)) } else { Err(problems) }
}

/// `$argon2id$…` itself, or a reference to it.
fn hash(text: &str, environment: &dyn Environment) -> Result<PasswordHash, Problem> {
    let text = reference::resolve(text, environment)?;
    Ok(PasswordHash::parse(&text).map_err(|error| match error {
        HashError::Cost => FrontProblem::HashCost,
        HashError::Form => FrontProblem::Hash,
    })?)
}
