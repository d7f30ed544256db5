//! Where a verb has its contract from: `--wsdl FILE`, `-c FILE`, or FILE alone, whose content says which of the two it is.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::output::failed;
use super::report::report;
use crate::service;
use crate::wsdl::{Files, Rooted};

/// A WSDL without a service file.
#[derive(Clone, Debug)]
pub(super) struct WsdlFile {
    pub(super) path: PathBuf,
    root: Option<PathBuf>,
}

impl WsdlFile {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), root: None }
    }

    /// The name of the file.
    pub(super) fn name(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// The folder that holds every document, where an option says it.
    pub(super) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// What reads its documents.
    pub(super) fn fetch(&self) -> Rooted<Files> {
        Rooted::new(Files, self.root.clone())
    }
}

/// Where the documents of a WSDL may be.
#[derive(Debug, Args)]
pub(super) struct ContractRoot {
    /// The folder that holds every document of the WSDL; by default the one of the WSDL, or the one around it where that is called
    /// `wsdl`.
    #[arg(long = "contract-root", value_name = "DIR")]
    root: Option<PathBuf>,
}

impl ContractRoot {
    /// `source` with this folder. Errors: a service file, which says it itself, told.
    pub(super) fn of(&self, source: Source) -> Result<Source, Exit> {
        match (source, &self.root) {
            (Source::Config(file), Some(_)) => {
                let file = file.display();
                let reason =
                    format!("--contract-root: only a WSDL takes it; {file} says it with `contract.root`");
                Err(failed(&reason, Exit::Usage))
            }
            (Source::Wsdl(wsdl), root) => Ok(Source::Wsdl(WsdlFile { root: root.clone(), ..wsdl })),
            (source, None) => Ok(source),
        }
    }
}

/// The contract of a verb that takes one.
#[derive(Debug, Args)]
pub(super) struct ContractArgs {
    /// A WSDL or a service file: what --wsdl or -c would name.
    #[arg(
        value_name = "FILE",
        required_unless_present_any = ["wsdl", "config"],
        conflicts_with_all = ["wsdl", "config"]
    )]
    file: Option<PathBuf>,
    /// The WSDL.
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    wsdl: Option<PathBuf>,
    /// A service file: its contract with its rules.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    root: ContractRoot,
}

impl ContractArgs {
    /// Errors: a file that is not what it is said to be, told.
    pub(super) fn source(&self) -> Result<Source, Exit> {
        let source = match (&self.file, &self.wsdl, &self.config) {
            (Some(file), ..) => Source::found(file),
            (None, Some(wsdl), _) => Source::wsdl(wsdl),
            (None, None, config) => Source::config(config.as_ref().expect("clap asks for one of the three")),
        };
        self.root.of(source?)
    }
}

/// The contract of a verb whose first FILE may be one.
#[derive(Debug, Args)]
pub(super) struct NamedContract {
    /// The WSDL.
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    wsdl: Option<PathBuf>,
    /// A service file: its contract with its rules.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    root: ContractRoot,
}

impl NamedContract {
    /// Nothing where no option names it. Errors: a file that is not what it is said to be, told.
    pub(super) fn source(&self) -> Result<Option<Source>, Exit> {
        let source = match (&self.wsdl, &self.config) {
            (Some(wsdl), _) => Source::wsdl(wsdl)?,
            (None, Some(config)) => Source::config(config)?,
            (None, None) => return Ok(None),
        };
        self.root.of(source).map(Some)
    }

    /// What the first of the files of a verb is that takes messages as well; nothing for a message. Errors: an option that it does not
    /// take, told.
    pub(super) fn among_messages(&self, file: &Path) -> Result<Option<Source>, Exit> {
        Source::among_messages(file).map(|source| self.root.of(source)).transpose()
    }
}

/// The contract that an option names, else the first of `words`, and the other words. Errors: none, told with `usage`.
pub(super) fn contract<'w>(
    named: &NamedContract,
    words: &'w [String],
    usage: &str,
) -> Result<(Source, &'w [String]), Exit> {
    match (named.source()?, words.split_first()) {
        (Some(source), _) => Ok((source, words)),
        (None, Some((first, words))) => Ok((named.root.of(Source::found(Path::new(first))?)?, words)),
        (None, None) => Err(failed(&format!("expected the contract: {usage}"), Exit::Usage)),
    }
}

/// What a verb that runs services takes: service files, folders of them, or a WSDL.
#[derive(Debug, Args)]
pub(super) struct ServedArgs {
    /// Service files, folders of them, or a WSDL: what -c or --wsdl would name.
    #[arg(value_name = "FILE|DIR", required_unless_present_any = ["wsdl", "config"])]
    files: Vec<PathBuf>,
    /// A service file, or a folder of them; may be repeated.
    #[arg(short, long, value_name = "FILE|DIR", conflicts_with = "wsdl")]
    config: Vec<PathBuf>,
    /// A WSDL, to run without a service file.
    #[arg(long, value_name = "FILE")]
    wsdl: Option<PathBuf>,
    #[command(flatten)]
    root: ContractRoot,
}

/// What is served.
#[derive(Clone, Debug)]
pub(super) enum Served {
    /// Service files and folders.
    Files(Vec<PathBuf>),
    /// A WSDL without a service file.
    Wsdl(WsdlFile),
}

impl ServedArgs {
    /// Errors: files that cannot be served together, told.
    pub(super) fn served(&self) -> Result<Served, Exit> {
        let mut sources: Vec<Source> =
            self.files.iter().map(|file| Source::found(file)).collect::<Result<_, _>>()?;
        sources.extend(self.config.iter().map(|file| Source::config(file)).collect::<Result<Vec<_>, _>>()?);
        sources.extend(self.wsdl.iter().map(|file| Source::wsdl(file)).collect::<Result<Vec<_>, _>>()?);
        let sources: Vec<Source> =
            sources.into_iter().map(|source| self.root.of(source)).collect::<Result<_, _>>()?;
        if let [Source::Wsdl(wsdl)] = sources.as_slice() {
            return Ok(Served::Wsdl(wsdl.clone()));
        }
        let files = sources.iter().map(|source| match source {
            Source::Config(file) => Ok(file.clone()),
            Source::Wsdl(wsdl) => {
                let reason = format!(
                    "{0}: a WSDL is served alone; `saponify init {0}` writes a service file, which can be served with others",
                    wsdl.path.display()
                );
                Err(failed(&reason, Exit::Usage))
            }
        });
        files.collect::<Result<_, _>>().map(Served::Files)
    }
}

/// A service file, or a WSDL without one.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Config(PathBuf),
    Wsdl(WsdlFile),
}

impl Source {
    /// What `file` is. Errors: neither a WSDL nor a service file, told.
    pub(super) fn found(file: &Path) -> Result<Self, Exit> {
        match Kind::of(file) {
            Kind::ServiceFile => Ok(Self::Config(file.to_owned())),
            Kind::Wsdl | Kind::Xml => Ok(Self::Wsdl(WsdlFile::new(file))),
            Kind::Other => {
                let file = file.display();
                let reason = format!(
                    "{file}: expected a WSDL or a service file, and it looks like neither; say which it is with --wsdl {file} or -c {file}"
                );
                Err(failed(&reason, Exit::Usage))
            }
        }
    }

    /// What `file` most likely is: whoever reads a WSDL says what is wrong with it.
    pub(super) fn likely(file: &Path) -> Self {
        match Kind::of(file) {
            Kind::ServiceFile => Self::Config(file.to_owned()),
            Kind::Wsdl | Kind::Xml | Kind::Other => Self::Wsdl(WsdlFile::new(file)),
        }
    }

    /// What the first of the files of a verb is that takes messages as well; nothing for a message.
    fn among_messages(file: &Path) -> Option<Self> {
        match Kind::of(file) {
            Kind::ServiceFile => Some(Self::Config(file.to_owned())),
            Kind::Wsdl => Some(Self::Wsdl(WsdlFile::new(file))),
            Kind::Xml | Kind::Other => None,
        }
    }

    fn config(file: &Path) -> Result<Self, Exit> {
        if Kind::of(file) == Kind::Wsdl {
            let reason =
                format!("{0}: expected a service file, and it is a WSDL; type --wsdl {0}", file.display());
            return Err(failed(&reason, Exit::Configuration));
        }
        Ok(Self::Config(file.to_owned()))
    }

    fn wsdl(file: &Path) -> Result<Self, Exit> {
        if Kind::of(file) == Kind::ServiceFile && file.is_file() {
            let reason =
                format!("{0}: expected a WSDL, and it is a service file; type -c {0}", file.display());
            return Err(failed(&reason, Exit::Usage));
        }
        Ok(Self::Wsdl(WsdlFile::new(file)))
    }

    /// The WSDL itself. Errors: a service file that cannot be read, told.
    pub(super) fn document(&self) -> Result<WsdlFile, Exit> {
        let file = match self {
            Self::Config(file) => file,
            Self::Wsdl(wsdl) => return Ok(wsdl.clone()),
        };
        let text = std::fs::read_to_string(file);
        let text =
            text.map_err(|error| failed(&format!("{}: {error}", file.display()), Exit::Configuration))?;
        let named = service::contract_of(&file.to_string_lossy(), &text).map_err(|problems| {
            report(&problems);
            Exit::Configuration
        })?;
        Ok(WsdlFile { path: named.wsdl.into(), root: named.root })
    }
}

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Other,
    /// A service file, or a folder of them.
    ServiceFile,
    Wsdl,
    /// XML that is not a WSDL.
    Xml,
}

impl Kind {
    fn of(file: &Path) -> Self {
        let name = file.to_string_lossy();
        let yaml = file.extension().is_some_and(|end| end == "yaml" || end == "yml");
        // What is not a file is left to whoever reads it, for that says what is wrong and what to do.
        if name.starts_with("http://") || name.starts_with("https://") {
            return Self::Wsdl;
        }
        if file.is_dir() {
            return Self::ServiceFile;
        }
        // What is read from a pipe is not there any more for whoever reads it then.
        if file.exists() && !file.is_file() {
            return Self::Other;
        }
        match head(file) {
            Err(_) if yaml => Self::ServiceFile,
            Err(_) => Self::Wsdl,
            // Whoever reads it says that nothing is in it.
            Ok(text) if text.trim().is_empty() && !yaml => Self::Wsdl,
            Ok(text) if text.trim_start().starts_with('<') => Self::of_xml(&text),
            Ok(_) if yaml => Self::ServiceFile,
            Ok(text) if text.lines().any(|line| line.starts_with("version:")) => Self::ServiceFile,
            Ok(_) => Self::Other,
        }
    }

    fn of_xml(text: &str) -> Self {
        // Comments may hold anything that looks like markup.
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("<!--") {
            if root(before).is_some() {
                break;
            }
            rest = behind.split_once("-->").map_or("", |(_, behind)| behind);
        }
        match root(rest) {
            Some("definitions" | "description") => Self::Wsdl,
            _ => Self::Xml,
        }
    }
}

/// The local name of the first element of `text`.
fn root(text: &str) -> Option<&str> {
    let tag = text.split('<').skip(1).find(|tag| !tag.starts_with(['?', '!']))?;
    let name = tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
    name.rsplit(':').next()
}

/// The beginning of a file as far as ASCII goes, which is all that tells what it is, in whichever encoding.
fn head(file: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    File::open(file)?.take(HEAD).read_to_end(&mut bytes)?;
    Ok(bytes.into_iter().filter(|byte| byte.is_ascii() && *byte != 0).map(char::from).collect())
}

/// Bytes of a file that are looked at: more than any heading comment has.
const HEAD: u64 = 64 * 1024;
