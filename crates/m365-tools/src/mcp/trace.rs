use super::Context;

/// Returns the `traceparent` that came with a request, when it is one (W3C Trace Context 3.2.2).
pub(super) fn parent(ctx: &Context) -> Option<&str> {
    ctx.meta.get("traceparent")?.as_str().filter(|value| is_parent(value))
}

/// Only the version that there is; what a later one appends could not be checked.
fn is_parent(value: &str) -> bool {
    let fields: Vec<_> = value.split('-').collect();
    let [version, trace, span, flags] = fields.as_slice() else { return false };
    *version == "00" && is_id(trace, 32) && is_id(span, 16) && is_hex(flags, 2)
}

fn is_id(field: &str, length: usize) -> bool {
    is_hex(field, length) && field.bytes().any(|byte| byte != b'0')
}

fn is_hex(field: &str, length: usize) -> bool {
    field.len() == length && field.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_parent_is_known_by_its_shape() {
        assert!(is_parent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    }

    #[test]
    fn what_is_none_is_not_sent_on() {
        for bad in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nx: y",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n",
        ] {
            assert!(!is_parent(bad), "{bad:?}");
        }
    }
}
