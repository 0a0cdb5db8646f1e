//! Ids of requests.

/// Makes an id for our side: 128 bits that nobody guesses.
pub(crate) fn new_id() -> String {
    random().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes an id in the form that Graph wants.
pub(crate) fn new_uuid() -> String {
    let mut hex = new_id();
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, "8");
    for at in [20, 16, 12, 8] {
        hex.insert(at, '-');
    }
    hex
}

fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // An id that repeats does no harm; it is only harder to find what belongs together.
        tracing::warn!("the system has no random numbers");
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_for_graph_is_a_random_uuid() {
        let id = new_uuid();

        let groups: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
        assert_eq!(id.as_bytes()[14], b'4');
        assert_ne!(id, new_uuid());
    }
}
