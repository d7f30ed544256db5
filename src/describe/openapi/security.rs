//! How callers say who they are.

use super::super::tree::{Object, Tree};
use super::version::Version;
use crate::service::{FrontAuth, ServiceOperation};

/// What a front asks of its callers.
pub(super) struct Security {
    /// Its name among the components.
    name: &'static str,
    scheme: Option<Object>,
    /// Whether members of the body may say it.
    in_body: bool,
}

impl Security {
    pub(super) fn of(auth: &FrontAuth, version: Version) -> Self {
        let http = |scheme: &str| Object::new().with("type", "http").with("scheme", scheme);
        let (name, scheme, in_body) = match auth {
            FrontAuth::Certificate(_) => ("certificate", certificate(version), false),
            FrontAuth::Jwt(_) => ("jwt", Some(http("bearer").with("bearerFormat", "JWT")), false),
            FrontAuth::Keys(header, _) => {
                let key = Object::new().with("type", "apiKey").with("in", "header").with("name", &**header);
                ("key", Some(key), false)
            }
            // It is for SOAP clients alone.
            FrontAuth::Names(_) | FrontAuth::None => ("none", None, false),
            FrontAuth::PassThrough | FrontAuth::Users(_) => ("basic", Some(http("basic")), true),
            FrontAuth::PassBearer | FrontAuth::Tokens(_) => ("token", Some(http("bearer")), false),
        };
        Self { name, scheme, in_body }
    }

    /// The scheme among the components, where one of `operations` asks for it.
    pub(super) fn schemes(&self, operations: &[ServiceOperation]) -> Option<Object> {
        let is_used = operations.iter().any(|rules| !self.is_in_body(rules));
        self.scheme.clone().filter(|_| is_used).map(|scheme| Object::new().with(self.name, scheme))
    }

    /// Whether the body of a request for an operation says who calls.
    fn is_in_body(&self, rules: &ServiceOperation) -> bool {
        self.in_body && rules.credentials.is_some()
    }

    /// What an operation wants; an empty list for one that anyone may call, or whose body says who calls.
    pub(super) fn of_operation(&self, rules: &ServiceOperation) -> Tree {
        match &self.scheme {
            Some(_) if !self.is_in_body(rules) => {
                Tree::from(vec![Tree::from(Object::new().with(self.name, Tree::from(Vec::new())))])
            }
            Some(_) | None => Tree::from(Vec::new()),
        }
    }

    /// Whether a caller may be refused.
    pub(super) fn refuses(&self) -> bool {
        self.name != "none"
    }
}

/// OpenAPI 3.0 has no name for certificates.
fn certificate(version: Version) -> Option<Object> {
    let scheme = || Object::new().with("type", "mutualTLS");
    (version != Version::V30).then(scheme)
}
