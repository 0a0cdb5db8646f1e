//! Senders and recipients as mail programs show them.

use serde_json::json;

use crate::office::{ADELE, MIRA, Office, uris};

#[tokio::test]
async fn a_name_with_its_address_means_the_address() {
    let office = Office::small().await;

    for (field, address, shown) in [
        ("sender", ADELE, format!("Adele Vance <{ADELE}>")),
        ("sender", ADELE, format!("\"Vance, Adele\" <{ADELE}>")),
        ("sender", ADELE, format!("<{ADELE}>")),
        ("recipient", MIRA, format!("Somebody else <{MIRA}>")),
    ] {
        let expected = uris(&office.search_all(&json!({field: address})).await);

        let found = uris(&office.search_all(&json!({field: shown})).await);

        assert!(!expected.is_empty());
        assert_eq!(found, expected, "{shown}");
    }
}
