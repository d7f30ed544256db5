//! A content type with all of its parameters (RFC 9110 sections 5.6.4, 5.6.6 and 8.3.1).

use super::error::MultipartError;

/// A media type and its parameters.
#[derive(Debug, Default)]
pub(super) struct MediaType {
    /// Type and subtype, in lower case.
    pub(super) name: String,
    /// Names in lower case, and values without quotes and escapes.
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a header value. Errors: a parameter that is malformed, or there twice.
    pub(super) fn parse(value: &str) -> Result<Self, MultipartError> {
        let (name, mut rest) = value.split_once(';').unzip();
        let name = name.map_or(value, |name| name).trim().to_ascii_lowercase();
        let mut found = Self { name, parameters: Vec::new() };
        while let Some(text) = rest.map(str::trim_start).filter(|text| !text.is_empty()) {
            // Two semicolons, or one at the end, have nothing between them.
            if let Some(behind) = text.strip_prefix(';') {
                rest = Some(behind);
                continue;
            }
            let (key, behind) = text.split_once('=').ok_or(MultipartError::Parameter)?;
            let key = key.trim().to_ascii_lowercase();
            let (value, behind) = value_of(behind.trim_start())?;
            if found.get(&key).is_some() {
                return Err(MultipartError::Parameter);
            }
            found.parameters.push((key, value));
            let behind = behind.trim_start();
            match behind.strip_prefix(';') {
                None if !behind.is_empty() => return Err(MultipartError::Parameter),
                next => rest = next,
            }
        }
        Ok(found)
    }

    /// The value of the parameter `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A token or a quoted string, and what is behind it.
fn value_of(text: &str) -> Result<(String, &str), MultipartError> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, behind) = text.split_at(text.find(';').map_or(text.len(), |at| at));
        return Ok((value.trim_end().to_owned(), behind));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, quoted.split_at(at + 1).1)),
            '\\' => value.push(characters.next().ok_or(MultipartError::Parameter)?.1),
            other => value.push(other),
        }
    }
    Err(MultipartError::Parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_quotes_and_escapes() {
        let value = "Multipart/Related;; Boundary = \"a;b\" ;type=application/xop+xml; \
                     start-info=\"application/soap+xml; action=\\\"urn:x\\\"\";";
        let found = MediaType::parse(value).expect("well-formed");
        assert_eq!(found.name, "multipart/related");
        assert_eq!(found.get("boundary"), Some("a;b"));
        assert_eq!(found.get("type"), Some("application/xop+xml"));
        assert_eq!(found.get("start-info"), Some("application/soap+xml; action=\"urn:x\""));
        assert_eq!(MediaType::parse("").expect("nothing").name, "");
    }

    #[test]
    fn malformed_and_repeated_parameters_are_refused() {
        for value in ["a/b; x", "a/b; x=\"y", "a/b; x=\"y\\", "a/b; x=\"y\" z", "a/b; x=1; X=2"] {
            assert!(matches!(MediaType::parse(value), Err(MultipartError::Parameter)), "{value}");
        }
    }
}
