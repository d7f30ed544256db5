//! The identifiers of clients and accounts.

/// The method and the identifier of the account, where the path is one of an account.
pub(super) fn route(line: &str) -> Option<(&str, &str)> {
    let (method, path) = line.split_once(' ')?;
    let (client, account) = path.strip_prefix("/v2/clients/")?.split_once("/accounts/")?;
    // The identifier of a client may hold `_` itself: only the position tells.
    let (client, rest) = client.split_at_checked(22)?;
    let sub = rest.is_empty() || rest.strip_prefix('_').is_some_and(is_sub_id);
    (is_id(client) && sub && is_id(account)).then_some((method, account))
}

/// Whether `text` is the identifier of a client or an account.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Whether `text` is the identifier of a client below a client.
pub(super) fn is_sub_id(text: &str) -> bool {
    matches!(text.len(), 4 | 6 | 8) && text.bytes().all(|b| b.is_ascii_digit())
}
