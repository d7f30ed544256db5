//! What is wrong with a message, as the protocol tells it.

/// Why a message is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Several messages in one, which the protocol has no longer.
    #[error("several messages at once: expected one JSON-RPC object")]
    Batch,
    /// A place in the list of tools that there is not.
    #[error("params.cursor: expected the nextCursor of an earlier answer")]
    Cursor,
    /// A header that does not say what the body says.
    #[error("the header {0} does not say what the body says")]
    Header(&'static str),
    /// No request and no notification of JSON-RPC 2.0.
    #[error("expected a JSON-RPC 2.0 request: {0}")]
    Message(&'static str),
    /// A request that does not say what each has to say in its version.
    #[error("params._meta: expected {0}")]
    Meta(&'static str),
    /// A method that is not known here.
    #[error("there is no such method here")]
    Method,
    /// Parameters that the method does not have.
    #[error("params: expected {0}")]
    Params(&'static str),
    /// A tool that is not known here, or that the caller may not use; this one is like it.
    #[error("there is no such tool here{}", near(.0.as_deref()))]
    Tool(Option<Box<str>>),
    /// A version that is not spoken. What was asked for is told where it looks like one.
    #[error("the version of the protocol is none that is spoken here")]
    Version(Box<str>),
}

fn near(name: Option<&str>) -> String {
    name.map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}

impl Error {
    /// The code of JSON-RPC.
    pub fn code(&self) -> i32 {
        match self {
            Self::Batch | Self::Message(_) => -32600,
            Self::Method => -32601,
            Self::Cursor | Self::Meta(_) | Self::Params(_) | Self::Tool(_) => -32602,
            Self::Header(_) => -32020,
            Self::Version(_) => -32022,
        }
    }

    /// The HTTP status that it has in the version without a handshake.
    pub fn http(&self) -> u16 {
        if matches!(self, Self::Method) { 404 } else { 400 }
    }

    /// Whether a client that made a handshake is told of it with status 200, as it could read the message and may ask on.
    pub fn is_within(&self) -> bool {
        matches!(self, Self::Cursor | Self::Method | Self::Params(_) | Self::Tool(_))
    }
}
