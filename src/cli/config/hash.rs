//! `config hash`: a password as a users file has it.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;

use super::super::exit::Exit;
use super::super::output::{failed, print, print_error};
use super::super::services;
use crate::service::Service;
use crate::wss::{PasswordHash, Secret};

/// Read a password from standard input and write its Argon2id hash.
///
/// It is never an argument, for those are in the history of the shell and in the list of processes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  printf %s 'a long password' | saponify config hash
  printf %s 'a long password' | saponify config hash --user ops
  printf %s 'a long password' | saponify config hash --user ops > target/entry.yaml")]
pub(super) struct Hash {
    /// The user: the whole entry of a users file is written.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// A service file: it is told where such a user could not come in.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Hash {
    pub(super) fn run(self) -> Result<(), Exit> {
        let service = self.config.as_ref().map(|config| services::load_one(config, None)).transpose()?;
        let password = password()?;
        if service.as_ref().is_some_and(takes_digests) {
            print_error(
                "saponify: fronts.soap accepts digests, which cannot be verified against a hash: this user must send text",
            );
        }
        let hash = PasswordHash::of(&password)
            .map_err(|_| failed(&"the operating system gave no random bytes", Exit::Internal))?;
        print(match &self.user {
            Some(name) => format!("- {{ name: {}, hash: {} }}", quoted(name), quoted(&hash)),
            None => hash,
        })
    }
}

fn takes_digests(service: &Service) -> bool {
    service.soap_front.as_ref().is_some_and(|front| front.wants_token() && front.accept_digest)
}

/// The password on standard input; its line end is none of it.
fn password() -> Result<Secret, Exit> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    let password = Secret::new(text.trim_end_matches(['\n', '\r']));
    match read {
        Err(_) => Err(failed(&"standard input: the password cannot be read, or is not UTF-8", Exit::Input)),
        Ok(_) if password.expose().is_empty() => {
            let reason =
                "standard input: the password is empty; give it as in `printf %s … | saponify config hash`";
            Err(failed(&reason, Exit::Input))
        }
        Ok(_) => Ok(password),
    }
}

fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    crate::json::write::write_string(&mut out, text);
    String::from_utf8_lossy(&out).into_owned()
}
