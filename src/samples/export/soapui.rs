//! A project of SoapUI: a test case for each request, which sends it as it is and needs no definition.

use super::body::{Hole, Kind};
use super::credentials::{Auth, Variables};
use super::exchange::{Collection, Exchange};
use super::expected::{Content, Expected};

/// A project with one test suite.
pub(super) fn project(collection: &Collection) -> String {
    let name = attribute(&collection.name);
    let mut about = "testrunner.sh FILE".to_owned();
    about.extend(collection.needed().iter().map(|name| format!(" -P {name}=…")));
    if collection.asks_for_certificate() {
        about.push_str(". The service asks for a certificate: Preferences, SSL Settings.");
    }
    let cases: String = collection.exchanges.iter().map(|exchange| case(collection, exchange)).collect();
    let properties = std::iter::once(("address", collection.address.as_str()))
        .chain(collection.needed().into_iter().map(|name| (name, "")))
        .map(|(name, value)| {
            let (name, value) = (text(name), text(value));
            format!(
                "    <con:property><con:name>{name}</con:name><con:value>{value}</con:value></con:property>\n"
            )
        })
        .collect::<String>();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<con:soapui-project name="{name}" activeEnvironment="Default" resourceRoot="" soapui-version="5.7.0" xmlns:con="http://eviware.com/soapui/config" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <con:description>{}</con:description>
  <con:settings/>
  <con:testSuite name="{name}">
    <con:settings/>
    <con:runType>SEQUENTIAL</con:runType>
{cases}  </con:testSuite>
  <con:properties>
{properties}  </con:properties>
</con:soapui-project>
"#,
        text(&about)
    )
}

fn case(collection: &Collection, exchange: &Exchange) -> String {
    let name = attribute(&exchange.name);
    let has_digest = exchange.body.as_ref().is_some_and(|body| body.has(Hole::Digest));
    let password = &collection.variables.password;
    let token = if has_digest { digest(password) } else { String::new() };
    let step = step(collection, exchange);
    format!(
        r#"    <con:testCase name="{name}" failOnError="true" failTestCaseOnErrors="true" keepSession="false" searchProperties="true">
      <con:settings/>
{token}{step}    </con:testCase>
"#
    )
}

/// A step that makes the parts of a token with a digest.
fn digest(password: &str) -> String {
    let script = DIGEST.replace("@password@", password);
    format!(
        r#"      <con:testStep type="groovy" name="token">
        <con:settings/>
        <con:config><script>{}</script></con:config>
      </con:testStep>
"#,
        text(&script)
    )
}

fn step(collection: &Collection, exchange: &Exchange) -> String {
    let variables = &collection.variables;
    let (mut media_type, mut headers) = (String::new(), Vec::new());
    for (name, value) in &exchange.headers {
        if name.eq_ignore_ascii_case("Content-Type") {
            // SoapUI says the encoding itself.
            media_type = value.replace("; charset=utf-8", "");
        } else {
            headers.push((name.clone(), inert(value)));
        }
    }
    match &exchange.auth {
        Auth::Bearer => {
            headers.push(("Authorization".to_owned(), format!("Bearer {}", place(&variables.token))))
        }
        Auth::Header(name) => headers.push((name.clone(), place(&variables.key))),
        Auth::Basic | Auth::Body | Auth::Certificate | Auth::None => {}
    }
    if collection.keyed {
        headers.push(("Idempotency-Key".to_owned(), "${=java.util.UUID.randomUUID()}".to_owned()));
    }
    let entries = headers.iter().map(|(name, value)| {
        format!(r#"<con:entry key="{}" value="{}"/>"#, attribute(name), attribute(value))
    });
    let entries: String = entries.collect();
    let entries = text(&format!(
        r#"<xml-fragment xmlns:con="http://eviware.com/soapui/config">{entries}</xml-fragment>"#
    ));
    let (name, method) = (attribute(&exchange.name), attribute(&exchange.method));
    let (media_type, url) =
        (attribute(&media_type), text(&format!("{}{}", place("address"), inert(&exchange.path))));
    let (request, asserts) = (request(exchange, variables), asserts(&exchange.expected));
    let credentials = credentials(&exchange.auth, variables);
    format!(
        r#"      <con:testStep type="httprequest" name="{name}">
        <con:settings/>
        <con:config xsi:type="con:HttpRequest" method="{method}" name="{name}" mediaType="{media_type}">
          <con:settings><con:setting id="com.eviware.soapui.impl.wsdl.WsdlRequest@request-headers">{entries}</con:setting></con:settings>
          <con:encoding>UTF-8</con:encoding>
          <con:endpoint>{url}</con:endpoint>
          <con:request>{request}</con:request>
{asserts}          {credentials}
          <con:jmsConfig JMSDeliveryMode="PERSISTENT"/>
          <con:jmsPropertyConfig/>
          <con:parameters/>
        </con:config>
      </con:testStep>
"#
    )
}

fn request(exchange: &Exchange, variables: &Variables) -> String {
    let Some(body) = &exchange.body else { return String::new() };
    // What is put in is not escaped; in XML it may stand as text that is none of markup.
    let value = |name: &str| match body.kind {
        Kind::Json => place(name),
        Kind::Xml => format!("<![CDATA[{}]]>", place(name)),
    };
    let made = |name: &str| format!("${{#TestCase#{name}}}");
    let hole = |hole: Hole| match hole {
        Hole::Created => made("created"),
        Hole::Digest => made("digest"),
        Hole::MessageId => "urn:uuid:${=java.util.UUID.randomUUID()}".to_owned(),
        Hole::Nonce => made("nonce"),
        Hole::Password => value(&variables.password),
        Hole::Username => value(&variables.username),
    };
    text(&body.written(|text| body.kind.without(text, ['$', '{']), hole))
}

fn credentials(auth: &Auth, variables: &Variables) -> String {
    let Auth::Basic = auth else {
        return "<con:credentials><con:authType>No Authorization</con:authType></con:credentials>".to_owned();
    };
    let (username, password) = (place(&variables.username), place(&variables.password));
    format!(
        "<con:credentials><con:username>{username}</con:username><con:password>{password}</con:password>\
         <con:selectedAuthProfile>Basic</con:selectedAuthProfile><con:addedBasicAuthenticationTypes>Basic</con:addedBasicAuthenticationTypes>\
         <con:authType>Preemptive</con:authType></con:credentials>"
    )
}

fn asserts(expected: &Expected) -> String {
    let codes = expected.status.map_or("200,201,202,203,204".to_owned(), |status| status.to_string());
    let mut out = assertion("Valid HTTP Status Codes", "status", &format!("<codes>{codes}</codes>"));
    match &expected.content {
        Content::Anything => {}
        Content::Element(name) => {
            out.push_str(&matching("XPath Match", "Body", "local-name(/*/*[local-name()='Body']/*)", name));
        }
        Content::Members { names, succeeded } => {
            for name in names {
                let path = format!("$['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"));
                let is_status = *succeeded && name == "status";
                let (kind, content) =
                    if is_status { ("JsonPath Match", "1") } else { ("JsonPath Existence Match", "true") };
                out.push_str(&matching(kind, name, &path, content));
            }
        }
    }
    out
}

fn matching(kind: &str, name: &str, path: &str, content: &str) -> String {
    let (path, content) = (text(&inert(path)), text(&inert(content)));
    let configuration = format!(
        "<path>{path}</path><content>{content}</content><allowWildcards>false</allowWildcards>\
         <ignoreNamspaceDifferences>false</ignoreNamspaceDifferences><ignoreComments>false</ignoreComments>"
    );
    assertion(kind, name, &configuration)
}

fn assertion(kind: &str, name: &str, configuration: &str) -> String {
    let name = attribute(name);
    format!(
        "          <con:assertion type=\"{kind}\" name=\"{name}\"><con:configuration>{configuration}</con:configuration></con:assertion>\n"
    )
}

/// A property of the project.
fn place(name: &str) -> String {
    format!("${{#Project#{name}}}")
}

/// Text in which SoapUI finds nothing to expand: of two dollars one is left, and what follows is text.
fn inert(text: &str) -> String {
    text.replace("${", "$${")
}

fn text(text: &str) -> String {
    escaped(crate::xml::write::text, text)
}

fn attribute(value: &str) -> String {
    escaped(crate::xml::write::attribute, value)
}

fn escaped(write: fn(&mut Vec<u8>, &str) -> Result<(), crate::xml::write::Forbidden>, text: &str) -> String {
    let mut out = Vec::new();
    write(&mut out, text).expect("names and messages of a contract are those of XML");
    String::from_utf8(out).expect("XML is written as UTF-8")
}

/// UsernameToken Profile 1.1.1, section 3.1: the SHA-1 of nonce, time and password.
const DIGEST: &str = "\
def nonce = new byte[16]
new java.security.SecureRandom().nextBytes(nonce)
def created = java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS).toString()
def sha = java.security.MessageDigest.getInstance('SHA-1')
sha.update(nonce)
sha.update((created + context.expand('${#Project#@password@}')).getBytes('UTF-8'))
testRunner.testCase.setPropertyValue('nonce', nonce.encodeBase64().toString())
testRunner.testCase.setPropertyValue('created', created)
testRunner.testCase.setPropertyValue('digest', sha.digest().encodeBase64().toString())
";
