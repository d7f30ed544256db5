//! Identifiers that look random.

/// 32 hexadecimal digits.
pub(super) fn hex() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// A GUID.
pub(super) fn guid() -> String {
    let number = rand::random::<u128>();
    let part = |shift: u32, digits: u32| (number >> shift) & ((1_u128 << (4 * digits)) - 1);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 8),
        part(80, 4),
        part(64, 4),
        part(48, 4),
        part(0, 12)
    )
}

/// A value of W3C trace context.
pub(super) fn trace() -> String {
    format!("00-{}-{:016x}-01", hex(), rand::random::<u64>())
}
