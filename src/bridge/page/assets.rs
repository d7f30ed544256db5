//! The files of the page: modules and a style sheet as they are, without a build step.

use std::sync::LazyLock;

use bytes::Bytes;

use super::Kept;

/// A file of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) struct Asset(usize);

impl Asset {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..FILES.len()).map(Self)
    }

    /// Where it is below the path of its front.
    pub(super) fn path(self) -> &'static str {
        self.file().path
    }

    /// Its type: a script, or a style sheet.
    pub(in crate::bridge) fn media_type(self) -> &'static str {
        if self.is_script() { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" }
    }

    pub(super) fn is_script(self) -> bool {
        self.path().ends_with(".js")
    }

    pub(in crate::bridge) fn kept(self) -> &'static Kept {
        static KEPT: LazyLock<Vec<Kept>> = LazyLock::new(|| {
            FILES.iter().map(|file| Kept::of(Bytes::from_static(file.text.as_bytes()))).collect()
        });
        KEPT.get(self.0).expect("each file is kept")
    }

    fn file(self) -> &'static File {
        FILES.get(self.0).expect("an asset is one of the files")
    }
}

struct File {
    path: &'static str,
    text: &'static str,
}

macro_rules! files {
    ($($name:literal)*) => {
        /// The module that begins is the first one.
        const FILES: &[File] = &[$(File {
            path: concat!("/page/", $name),
            text: include_str!(concat!("assets/", $name)),
        }),*];
    };
}

files! {
    "main.js"
    "dom.js"
    "exchange.js"
    "message.js"
    "schema.js"
    "page.css"
}
