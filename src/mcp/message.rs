//! A message: what it asks for, in which version, and its parts as they stand in the body.

use std::borrow::Cow;

use super::error::Error;
use super::head::Head;
use super::version::{STATELESS, Version};
use crate::json::{Kind, Value};
use crate::limits::MCP_ID;

/// A request, or a notification where it has no number.
#[derive(Clone, Debug)]
pub struct Message<'m> {
    /// The number or the text that its answer has too, as it stands in the body.
    pub id: Option<&'m str>,
    method: Cow<'m, str>,
    params: Option<Value<'m>>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub enum Request<'m> {
    /// To call the tool `name`.
    Call {
        /// The name of the tool.
        name: Cow<'m, str>,
        /// Its arguments, as they stand in the body; nothing where there are none.
        arguments: Option<&'m str>,
    },
    /// What is spoken here, without a handshake.
    Discover,
    /// A handshake, for this version.
    Initialize(Cow<'m, str>),
    /// The tools, behind the one that `cursor` names.
    List(Option<Cow<'m, str>>),
    /// Nothing: an answer to nothing is not sent.
    Notification,
    /// Whether anyone is there.
    Ping,
}

/// The number or the text of the message `value`, as it stands in the body, where it has one that may be sent back.
pub fn id<'m>(value: Value<'m>) -> Option<&'m str> {
    let id = value.get("id").filter(|id| matches!(id.kind(), Kind::Number | Kind::String))?;
    Some(id.raw()).filter(|raw| raw.len() <= MCP_ID)
}

impl<'m> Message<'m> {
    /// The message `value`. Errors: it is none of JSON-RPC 2.0, or several.
    pub fn of(value: Value<'m>) -> Result<Self, Error> {
        match value.kind() {
            Kind::Object => {}
            Kind::Array => return Err(Error::Batch),
            _ => return Err(Error::Message("an object")),
        }
        let (mut version, mut method, mut params, mut numbered) = (None, None, None, false);
        for member in value.members() {
            match &*member.key() {
                "id" => numbered = true,
                "jsonrpc" => version = member.value().as_str(),
                "method" => method = member.value().as_str(),
                "params" => params = Some(member.value()),
                _ => {}
            }
        }
        if version.as_deref() != Some("2.0") {
            return Err(Error::Message("`jsonrpc` is \"2.0\""));
        }
        let method = method.ok_or(Error::Message("`method` is a text"))?;
        if params.is_some_and(|params: Value<'_>| params.kind() != Kind::Object) {
            return Err(Error::Message("`params` is an object"));
        }
        let id = id(value);
        if numbered && id.is_none() {
            return Err(Error::Message("`id` is a number or a text that is not long"));
        }
        Ok(Self { id, method, params })
    }

    /// The version that it is in, by what `head` says, which a pipe has not, and by what it says itself. Errors: the two differ, the
    /// version is not spoken, or it lacks what each message of its version has.
    pub fn version(&self, head: Option<&Head<'_>>) -> Result<Version, Error> {
        let own = self.meta().and_then(|meta| meta.get(PROTOCOL_VERSION));
        let text = own.and_then(|own| own.as_str());
        if own.is_some() && text.is_none() {
            return Err(Error::Meta("a text as io.modelcontextprotocol/protocolVersion"));
        }
        let said = match head {
            Some(head) if text.is_some() && head.version != text.as_deref() => {
                return Err(Error::Header("MCP-Protocol-Version"));
            }
            Some(head) => head.version,
            None => text.as_deref(),
        };
        let Some(said) = said else { return Ok(Version::default()) };
        let version = Version::of(said).ok_or_else(|| unspoken(said))?;
        if version == Version::Stateless && self.id.is_some() {
            self.check_stateless(head)?;
        }
        Ok(version)
    }

    /// What each request without a handshake says (2026-07-28, basic/index, "Per-request protocol fields").
    fn check_stateless(&self, head: Option<&Head<'_>>) -> Result<(), Error> {
        let meta = self.meta().ok_or(Error::Meta("the members of io.modelcontextprotocol/"))?;
        if meta.get(PROTOCOL_VERSION).is_none() {
            return Err(Error::Meta("io.modelcontextprotocol/protocolVersion"));
        }
        if meta.get(CLIENT_CAPABILITIES).is_none_or(|own| own.kind() != Kind::Object) {
            return Err(Error::Meta("an object as io.modelcontextprotocol/clientCapabilities"));
        }
        let Some(head) = head else { return Ok(()) };
        head.check_method(&self.method)?;
        match self.text("name") {
            Some(name) if &*self.method == "tools/call" => head.check_name(&name),
            Some(_) | None => Ok(()),
        }
    }

    /// What it asks for in `version`. Errors: a method that the version does not have or that is not served, parameters that the method
    /// does not have.
    pub fn request(&self, version: Version) -> Result<Request<'m>, Error> {
        if self.id.is_none() {
            return Ok(Request::Notification);
        }
        match (&*self.method, version) {
            ("tools/call", _) => self.call(),
            ("tools/list", _) => self.list(),
            ("server/discover", Version::Stateless) => Ok(Request::Discover),
            ("initialize", Version::Handshake(_)) => {
                let version = self.text("protocolVersion");
                version.map(Request::Initialize).ok_or(Error::Params("a text as `protocolVersion`"))
            }
            ("ping", Version::Handshake(_)) => Ok(Request::Ping),
            _ => Err(Error::Method),
        }
    }

    fn call(&self) -> Result<Request<'m>, Error> {
        let name = self.text("name").ok_or(Error::Params("the name of a tool as `name`"))?;
        let arguments = self.param("arguments");
        if arguments.is_some_and(|arguments| arguments.kind() != Kind::Object) {
            return Err(Error::Params("an object as `arguments`"));
        }
        Ok(Request::Call { name, arguments: arguments.map(|arguments| arguments.raw()) })
    }

    fn list(&self) -> Result<Request<'m>, Error> {
        match self.param("cursor") {
            None => Ok(Request::List(None)),
            Some(cursor) => cursor.as_str().map(|cursor| Request::List(Some(cursor))).ok_or(Error::Cursor),
        }
    }

    /// The number or the text, as it stands in the body, of the request that a notification takes back.
    pub fn cancels(&self) -> Option<&'m str> {
        let is_cancelled = self.id.is_none() && &*self.method == "notifications/cancelled";
        self.param("requestId").filter(|_| is_cancelled).map(|id| id.raw())
    }

    fn meta(&self) -> Option<Value<'m>> {
        self.param("_meta").filter(|meta| meta.kind() == Kind::Object)
    }

    fn text(&self, key: &str) -> Option<Cow<'m, str>> {
        self.param(key)?.as_str()
    }

    fn param(&self, key: &str) -> Option<Value<'m>> {
        self.params?.get(key)
    }
}

/// That the version `said` is not spoken: it is told again only where it looks like one.
fn unspoken(said: &str) -> Error {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let shown = said.len() <= STATELESS.len() && said.bytes().all(plain);
    Error::Version(if shown { said.into() } else { Box::default() })
}

const PROTOCOL_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Tape;
    use crate::limits::JsonLimits;

    /// What becomes of `json` with `head`: the request in a word, or why there is none.
    fn read(json: &str, head: Option<Head<'_>>) -> Result<String, Error> {
        let mut tape = Tape::new();
        let value = tape.parse(json.as_bytes(), &JsonLimits::default()).expect("JSON");
        let message = Message::of(value)?;
        let version = message.version(head.as_ref())?;
        message.request(version).map(|request| match request {
            Request::Call { name, arguments } => format!("{name} {}", arguments.unwrap_or("-")),
            other => format!("{other:?}"),
        })
    }

    fn handshake(json: &str) -> Result<String, Error> {
        read(json, Some(Head::default()))
    }

    const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

    fn stateless(method: &str, params: &str, name: Option<&str>) -> Result<String, Error> {
        let json = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}{META}}}}}"#);
        read(&json, Some(Head { version: Some(STATELESS), method: Some(method), name }))
    }

    #[test]
    fn arguments_are_the_text_that_they_are() {
        let call = r#"{"id":"a","method":"tools/call","jsonrpc":"2.0","params":{"arguments": {"x" : 1.10 } ,"name":"t"}}"#;
        assert_eq!(handshake(call), Ok(r#"t {"x" : 1.10 }"#.to_owned()));
        assert_eq!(stateless("tools/call", r#""name":"t","#, Some("t")), Ok("t -".to_owned()));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for (json, error) in [
            ("[]", Error::Batch),
            ("1", Error::Message("an object")),
            (r#"{"id":1,"method":"ping"}"#, Error::Message("`jsonrpc` is \"2.0\"")),
            (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, Error::Message("`method` is a text")),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#,
                Error::Message("`params` is an object"),
            ),
            (
                r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
                Error::Message("`id` is a number or a text that is not long"),
            ),
            (r#"{"jsonrpc":"2.0","id":1,"method":"tools/cal"}"#, Error::Method),
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":[]}}"#,
                Error::Params("an object as `arguments`"),
            ),
            (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":1}}"#, Error::Cursor),
            (r#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#, Error::Method),
        ] {
            assert_eq!(handshake(json), Err(error), "{json}");
        }
        let long = format!(r#"{{"jsonrpc":"2.0","id":"{}","method":"ping"}}"#, "x".repeat(MCP_ID));
        assert!(handshake(&long).is_err());
    }

    #[test]
    fn a_request_without_a_handshake_says_all_that_it_needs() {
        assert_eq!(stateless("server/discover", "", None), Ok("Discover".to_owned()));
        assert_eq!(stateless("ping", "", None), Err(Error::Method));
        assert_eq!(stateless("initialize", "", None), Err(Error::Method));
        assert_eq!(stateless("tools/call", r#""name":"t","#, Some("u")), Err(Error::Header("Mcp-Name")));
        let bare = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
        let head = Head { version: Some(STATELESS), method: Some("tools/list"), name: None };
        assert!(matches!(read(bare, Some(head)), Err(Error::Meta(_))));
        let other = Head { version: Some("1999-01-01"), ..head };
        assert_eq!(read(bare, Some(other)), Err(Error::Version("1999-01-01".into())));
        let wild = Head { version: Some("<script>"), ..head };
        assert_eq!(read(bare, Some(wild)), Err(Error::Version("".into())));
    }

    #[test]
    fn head_and_body_name_one_version_and_one_method() {
        let json = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{{META}}}}}"#);
        assert_eq!(read(&json, None), Ok("List(None)".to_owned()));
        for head in
            [Head::default(), Head { version: Some("2025-11-25"), method: Some("tools/list"), name: None }]
        {
            assert_eq!(read(&json, Some(head)), Err(Error::Header("MCP-Protocol-Version")));
        }
        let head = Head { version: Some(STATELESS), method: Some("tools/call"), name: None };
        assert_eq!(read(&json, Some(head)), Err(Error::Header("Mcp-Method")));
    }
}
