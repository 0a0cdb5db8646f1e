//! Files, folders and libraries, read as the main user of the demo tenant.

mod attacks;
mod contents;
mod documents;
mod links;
mod listings;
mod rights;

use m365_graph::DriveId;
use m365_sim::Sim;
use serde_json::{Value, json};

use crate::office::{Office, text};

const HOME: &str =
    "https://fjordlight-my.sharepoint.com/personal/mira_solberg_fjordlight_example/Documents";
const FINANCE: &str = "https://fjordlight.sharepoint.com/sites/Finance";
const NOTES: &str =
    "https://fjordlight.sharepoint.com/sites/Finance/Shared%20Documents/Budget/Budget%20notes.md";
const FILES: [&str; 4] = ["User.Read", "Files.Read.All", "Sites.Read.All", "Calendars.Read"];

/// The main user with the scopes for files.
async fn office() -> Office {
    Office::with(Sim::builder().messages(20), &FILES).await
}

/// The drive of the signed-in user.
async fn own_drive(office: &Office) -> DriveId {
    office.graph().my_drive().get().await.unwrap().id.unwrap()
}

/// The address of a file of one's own by its path.
async fn own(office: &Office, path: &str) -> String {
    format!("file:///{}/{path}", own_drive(office).await)
}

/// What is known of `uri`.
async fn item(office: &Office, uri: &str) -> Value {
    office.read(uri).await["results"][0].clone()
}

/// All entries of a listing, answer by answer.
async fn entries(office: &Office, uri: &str) -> Vec<Value> {
    let mut arguments = json!({"uri": uri});
    let mut all = Vec::new();
    for _ in 0..50 {
        let answer = office.call("read_resource", arguments.clone()).await.unwrap();
        all.extend(answer["results"][0]["items"].as_array().cloned().unwrap_or_default());
        if answer["moreResults"] == false {
            return all;
        }
        arguments["cursor"] = answer["nextCursor"].clone();
    }
    panic!("{uri}: no end")
}

/// The entry of a listing with this name.
fn named<'a>(entries: &'a [Value], name: &str) -> &'a Value {
    entries.iter().find(|entry| entry["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

/// Reads the file that a folder lists under `name`.
async fn opened(office: &Office, folder: &str, name: &str) -> Value {
    let list = entries(office, folder).await;
    item(office, text(named(&list, name), "uri")).await
}
