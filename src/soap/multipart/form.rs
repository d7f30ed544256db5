//! Forms: `multipart/form-data` (RFC 7578).

use std::borrow::Cow;

use super::disposition::{escaped, field_name};
use super::error::MultipartError;
use super::hole::Hole;
use super::parameters::MediaType;
use super::part::parts;
use super::related::is_boundary;

/// A form.
#[derive(Debug)]
pub struct Form<'b> {
    /// Its fields, in their order.
    pub fields: Vec<FormField<'b>>,
}

/// A field of a form.
#[derive(Debug)]
pub struct FormField<'b> {
    /// Its name.
    pub name: String,
    /// What is in it; nothing where it was taken out.
    pub octets: Cow<'b, [u8]>,
    /// The hole that it is in.
    pub hole: Option<usize>,
}

impl<'b> Form<'b> {
    /// Whether messages of this media type are forms.
    #[inline]
    pub fn is_type(media_type: &str) -> bool {
        media_type == "multipart/form-data"
    }

    /// Reads `body`, whose content type is `value`, and out of which octets were taken in `holes`. Errors: a malformed header or body, a bound, a part that is no field.
    pub fn read(value: &str, body: &'b [u8], holes: &[Hole]) -> Result<Self, MultipartError> {
        let outer = MediaType::parse(value)?;
        let boundary = outer.get("boundary").filter(|text| is_boundary(text));
        let mut fields = Vec::new();
        let parts = parts(body, boundary.ok_or(MultipartError::Boundary)?)?;
        Hole::check(holes, &parts)?;
        for part in parts {
            let hole = Hole::of(holes, &part);
            let name = field_name(part.disposition.as_deref())?;
            fields.push(FormField { name, octets: part.coding.decode(part.written)?, hole });
        }
        Ok(Self { fields })
    }
}

/// A form that is written.
#[derive(Debug)]
pub struct FormOut {
    boundary: String,
}

impl FormOut {
    /// `random` tells it from all others, so that no field has its boundary in it but by chance.
    pub fn new(random: u128) -> Self {
        Self { boundary: format!("{random:032x}") }
    }

    /// Its content type.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// What stands before the JSON in the field `name`, the first one.
    pub fn json(&self, name: &str) -> String {
        let (boundary, name) = (&self.boundary, escaped(name));
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: application/json\r\n\r\n"
        )
    }

    /// What stands before the octets in the field `name`: a file, for else a browser would take them for a text.
    pub fn octets(&self, name: &str) -> String {
        let (boundary, name) = (&self.boundary, escaped(name));
        let file = name.rsplit_once('/').map_or(&*name, |(_, key)| key);
        format!(
            "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
    }

    /// What stands behind all fields.
    pub fn closing(&self) -> String {
        format!("\r\n--{}--\r\n", self.boundary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(head: &str) -> Result<Vec<(String, String)>, MultipartError> {
        let body = format!("--b\r\n{head}\r\n\r\nx\r\n--b--\r\n");
        let form = Form::read("multipart/form-data; boundary=b", body.as_bytes(), &[])?;
        let text =
            |field: &FormField<'_>| (field.name.clone(), String::from_utf8_lossy(&field.octets).into_owned());
        Ok(form.fields.iter().map(text).collect())
    }

    #[test]
    fn fields_have_names() {
        for (head, name) in [
            ("Content-Disposition: form-data; name=\"json\"", "json"),
            (
                "content-disposition: Form-Data; name=/a; filename=\"C:\\x;y.png\"\r\nContent-Type: image/png",
                "/a",
            ),
            ("Content-Disposition: form-data; filename=\"a%22.png\"; name=\"/%22a\"", "/\"a"),
        ] {
            assert_eq!(fields(head), Ok(vec![(name.to_owned(), "x".to_owned())]), "{head}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let form = FormOut::new(7);
        let body = [
            form.json("json"),
            "{}".to_owned(),
            form.octets("/a\"b/\r\n\\"),
            "\r\nx".to_owned(),
            form.closing(),
        ]
        .concat();
        let read = Form::read(&form.content_type(), body.as_bytes(), &[]).expect("a form");
        let fields: Vec<(&str, &[u8])> =
            read.fields.iter().map(|field| (&*field.name, &*field.octets)).collect();
        assert_eq!(fields, [("json", &b"{}"[..]), ("/a\"b/\r\n\\", b"\r\nx")]);
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for head in [
            "A: b",
            "Content-Disposition: attachment; name=\"a\"",
            "Content-Disposition: form-data",
            "Content-Disposition: form-data; filename=\"a\"",
        ] {
            assert_eq!(fields(head), Err(MultipartError::NoName), "{head}");
        }
        for head in ["Content-Disposition: form-data; name", "Content-Disposition: form-data; name=a; name=b"]
        {
            assert_eq!(fields(head), Err(MultipartError::Disposition), "{head}");
        }
        assert!(matches!(Form::read("multipart/form-data", b"", &[]), Err(MultipartError::Boundary)));
    }
}
