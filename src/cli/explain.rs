//! `explain`: what a code means.

use clap::Args;

use super::exit::Exit;
use super::output::{failed, print};
use crate::describe;

/// Say what the code of a diagnostic means, and how to mend it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  saponify explain WSDL0203
  saponify explain xsd0100
  saponify explain")]
pub(super) struct Explain {
    /// The code; without one, all codes.
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(self) -> Result<(), Exit> {
        let Some(code) = self.code else {
            let all = describe::explanations();
            let lines: Vec<String> = all
                .map(|known| {
                    let causes = known.causes;
                    format!("{}  {}", known.code, causes.split_once(". ").map_or(causes, |(first, _)| first))
                })
                .collect();
            return print(lines.join("\n"));
        };
        match describe::explain(&code) {
            Some(text) => print(format!("{}\n\n{text}", code.to_ascii_uppercase())),
            None => {
                let reason = format!("unknown code `{code}`; `saponify explain` lists all codes");
                Err(failed(&reason, Exit::Usage))
            }
        }
    }
}
