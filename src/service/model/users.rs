//! The users of a front: in the service file, or in a file of their own that is read again while the bridge runs.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::service::environment::Environment;
use crate::service::file::fronts::{UserFile, UsersFile};
use crate::service::reference;
use crate::wss::{PasswordHash, Secret};

/// The users of a realm.
#[derive(Debug)]
pub struct UserStore {
    /// What tells them from the users of others: a token of one realm is no token of another.
    pub realm: Arc<str>,
    /// The file with them.
    file: Option<String>,
    /// The operations that there are.
    operations: Vec<Arc<str>>,
    table: RwLock<Arc<UserTable>>,
}

/// Users by name.
#[derive(Debug, Default)]
pub struct UserTable {
    users: HashMap<Arc<str>, User>,
    hashed: bool,
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
}

impl UserStore {
    /// The users of `file`, or those that stand in the service file, for a contract with `operations`.
    ///
    /// Errors: everything that is wrong with them, without a secret.
    pub fn new(
        realm: &str,
        file: Option<String>,
        users: &[UserFile],
        operations: Vec<Arc<str>>,
        environment: &dyn Environment,
    ) -> Result<Self, Vec<String>> {
        let table = match &file {
            Some(file) => read(file, &operations, environment)?,
            None => UserTable::new(users, &operations, environment)?,
        };
        Ok(Self { realm: realm.into(), file, operations, table: RwLock::new(Arc::new(table)) })
    }

    /// The users of `table`.
    pub fn of(realm: &str, table: UserTable) -> Self {
        Self { realm: realm.into(), file: None, operations: Vec::new(), table: RwLock::new(Arc::new(table)) }
    }

    /// The users as they are now; a request keeps to one table.
    pub fn table(&self) -> Arc<UserTable> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the users are in a file of their own.
    pub fn has_file(&self) -> bool {
        self.file.is_some()
    }

    /// Reads the file of users again. Errors: what is wrong with it; the users then stay as they were.
    pub fn reload(&self, environment: &dyn Environment) -> Result<(), Vec<String>> {
        let Some(file) = &self.file else { return Ok(()) };
        let table = Arc::new(read(file, &self.operations, environment)?);
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = table;
        Ok(())
    }
}

fn read(
    file: &str,
    operations: &[Arc<str>],
    environment: &dyn Environment,
) -> Result<UserTable, Vec<String>> {
    let text = environment.file(file).map_err(|reason| vec![format!("{file}: {reason}")])?;
    let parsed: UsersFile = serde_saphyr::from_str(&text).map_err(|error| {
        let (line, column) = error.location().map_or((1, 1), |place| (place.line(), place.column()));
        let message = error.to_string().lines().next().unwrap_or_default().to_owned();
        vec![format!("{file}:{line}:{column}: {message}")]
    })?;
    let table = UserTable::new(&parsed.users, operations, environment);
    table.map_err(|problems| problems.iter().map(|problem| format!("{file}: {problem}")).collect())
}

impl UserTable {
    fn new(
        files: &[UserFile],
        operations: &[Arc<str>],
        environment: &dyn Environment,
    ) -> Result<Self, Vec<String>> {
        let (mut table, mut problems) = (Self::default(), Vec::new());
        for (at, file) in files.iter().enumerate() {
            match user(file, operations, environment) {
                Ok(user) => {
                    table.hashed |= user.hash.is_some();
                    if let Some(double) = table.users.insert(user.name.clone(), user) {
                        problems.push(format!("users[{at}].name: {} is there twice", double.name));
                    }
                }
                Err(problem) => problems.push(format!("users[{at}].{problem}")),
            }
        }
        if problems.is_empty() { Ok(table) } else { Err(problems) }
    }

    /// One user, who may call everything.
    pub fn of_one(name: Arc<str>, password: Secret) -> Self {
        let user = User { name: name.clone(), password: Some(password), hash: None, operations: None };
        Self { users: HashMap::from([(name, user)]), hashed: false }
    }

    /// The user `name`.
    pub fn get(&self, name: &str) -> Option<&User> {
        self.users.get(name)
    }

    /// Whether any password is hashed: then every check of a text takes as long as a hash.
    pub fn has_hashes(&self) -> bool {
        self.hashed
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }
}

fn user(file: &UserFile, known: &[Arc<str>], environment: &dyn Environment) -> Result<User, String> {
    let name = reference::resolve(&file.name, environment).map_err(|reason| format!("name: {reason}"))?;
    if name.is_empty() {
        return Err("name: it is empty".to_owned());
    }
    let password = file.password.as_deref().map(|text| reference::secret(text, environment)).transpose();
    let password = password.map_err(|reason| format!("password: {reason}"))?;
    let hash = file.hash.as_deref().map(|text| hash(text, environment)).transpose()?;
    if password.is_some() == hash.is_some() {
        return Err("password: one of password and hash is needed".to_owned());
    }
    let operations = file.operations.as_deref().map(|names| operations(names, known)).transpose()?;
    Ok(User { name: name.into(), password, hash, operations })
}

/// The operations `names`, which must be `known`.
fn operations(names: &[String], known: &[Arc<str>]) -> Result<Vec<Arc<str>>, String> {
    let find = |name: &String| {
        known.iter().find(|known| ***known == **name).cloned().ok_or_else(|| {
            format!("operations: there is no operation `{name}`; there is {}", known.join(", "))
        })
    };
    names.iter().map(find).collect()
}

/// `$argon2id$…` itself, or a reference to it.
fn hash(text: &str, environment: &dyn Environment) -> Result<PasswordHash, String> {
    let text = reference::resolve(text, environment).map_err(|reason| format!("hash: {reason}"))?;
    PasswordHash::parse(&text).ok_or_else(|| {
        "hash: expected an Argon2id hash, $argon2id$v=19$…, as `saponify config hash` makes it".to_owned()
    })
}
