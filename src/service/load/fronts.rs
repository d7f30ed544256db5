//! Fronts: where they are and who may call.

use std::sync::Arc;

use super::super::file::{AuthFile, FrontFile, PasswordFile, ServiceFile};
use super::super::model::{Backend, BackendCredentials, Bearer, FrontAuth, JsonFront, SoapFront, User};
use super::super::reference;
use super::Checker;

impl Checker<'_> {
    pub(super) fn check_fronts(&mut self, file: &ServiceFile, backend: Option<&Backend>) {
        if file.fronts.json.is_none() && file.fronts.soap.is_none() {
            self.problem("fronts: at least one of json and soap is needed");
        }
        let wants_caller = match backend {
            Some(Backend::Json(json)) => {
                let used = [json.credentials.as_ref(), json.auth.credentials()];
                used.into_iter().flatten().any(|used| matches!(used, BackendCredentials::Caller))
            }
            Some(Backend::Soap(soap)) => {
                matches!(&soap.token, Some(token) if matches!(token.credentials, BackendCredentials::Caller))
            }
            None => false,
        };
        for (name, front) in [("json", &file.fronts.json), ("soap", &file.fronts.soap)] {
            let auth = front.as_ref().map(|front| &front.auth);
            match auth {
                Some(AuthFile::None) if wants_caller => self.problem(&format!("fronts.{name}.auth: the backend gets the caller's credentials, so the front must ask for them")),
                Some(AuthFile::PassThrough) if !wants_caller => self.problem(&format!("fronts.{name}.auth: pass_through needs a backend that gets the caller's credentials; else nobody checks them")),
                _ => {}
            }
        }
    }

    pub(super) fn auth(&mut self, file: &AuthFile) -> FrontAuth {
        match file {
            AuthFile::None => FrontAuth::None,
            AuthFile::PassThrough => FrontAuth::PassThrough,
            AuthFile::Tokens(tokens) => {
                let tokens = tokens.iter().filter_map(|bearer| {
                    let token =
                        self.resolved("tokens.token", reference::secret(&bearer.token, self.environment))?;
                    Some(Bearer { name: bearer.name.as_str().into(), token })
                });
                FrontAuth::Tokens(tokens.collect())
            }
            AuthFile::Users { users, .. } => {
                let users = users.iter().filter_map(|user| {
                    let name =
                        self.resolved("users.name", reference::resolve(&user.name, self.environment))?;
                    let password =
                        self.resolved("users.password", reference::secret(&user.password, self.environment))?;
                    Some(User { name: name.into(), password })
                });
                FrontAuth::Users(users.collect())
            }
        }
    }

    pub(super) fn json_front(&mut self, file: &ServiceFile, front: &FrontFile) -> JsonFront {
        let path = self.front_path(front, format!("/{}", file.service));
        let auth = self.auth(&front.auth);
        JsonFront { path, auth, always_200: front.always_200 }
    }

    pub(super) fn soap_front(&mut self, file: &ServiceFile, front: &FrontFile) -> SoapFront {
        let path = self.front_path(front, format!("/soap/{}", file.service));
        let accept = match &front.auth {
            AuthFile::Users { accept, .. } => accept.clone(),
            AuthFile::None | AuthFile::PassThrough | AuthFile::Tokens(_) => vec![PasswordFile::Text],
        };
        SoapFront {
            path,
            auth: self.auth(&front.auth),
            accept_text: accept.contains(&PasswordFile::Text),
            accept_digest: accept.contains(&PasswordFile::Digest),
        }
    }

    pub(super) fn front_path(&mut self, front: &FrontFile, default: String) -> Arc<str> {
        let path = front.path.clone().unwrap_or(default);
        let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte));
        if !path.starts_with('/') || path.ends_with('/') || !plain {
            self.problem(
                "fronts.path: expected a path such as /orders: letters, digits, `-._~/`, no slash at the end",
            );
        }
        path.into()
    }
}
