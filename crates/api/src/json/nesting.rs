//! How deep objects and lists lie in each other.

/// The most levels of objects and lists that lie in each other.
pub const NESTING_MAX: usize = 32;

/// Whether `json` is nested more than [`NESTING_MAX`] deep. One pass, no memory; `json` need not be valid.
pub fn is_nested_too_deeply(json: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    for byte in json {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > NESTING_MAX {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_texts_only() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(!is_nested_too_deeply(nested(NESTING_MAX).as_bytes()));
        assert!(is_nested_too_deeply(nested(NESTING_MAX + 1).as_bytes()));
        let text = format!(r#"{{"a":"\"{}"}}"#, "[".repeat(100));
        assert!(!is_nested_too_deeply(text.as_bytes()));
        assert!(!is_nested_too_deeply("[],".repeat(100).as_bytes()));
    }
}
