//! The table of hosts in docs/entra-setup.md is that of the code: `UPDATE_README=1 cargo test -p m365-local --test rules hosts`
//! writes it anew.

use std::{env, fmt::Write as _, fs};

use m365_auth::Cloud;

use crate::{readme::with_block, root};

fn host_table() -> String {
    let mut table = "| Cloud | Sign-in | Graph | Downloads |\n|---|---|---|---|\n".to_owned();
    for cloud in Cloud::ALL {
        let (login, graph) = (cloud.login_root(), cloud.graph_root());
        let quoted = |host: &str| format!("`{host}`");
        let downloads: Vec<_> =
            m365_graph::download_hosts(&graph).iter().map(|host| quoted(host)).collect();
        let [login, graph] = [&login, &graph].map(|root| quoted(root.host_str().unwrap()));
        writeln!(table, "| `{cloud}` | {login} | {graph} | {} |", downloads.join(", ")).unwrap();
    }
    table
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch of the test, not of the product")]
fn the_hosts_to_allow_are_those_that_the_code_calls() {
    let path = root().join("docs/entra-setup.md");
    let text = fs::read_to_string(&path).unwrap();

    let written = with_block(&text, "hosts", &host_table());
    if env::var_os("UPDATE_README").is_some() {
        fs::write(&path, &written).unwrap();
        return;
    }

    assert_eq!(text, written, "run it with UPDATE_README=1");
}
