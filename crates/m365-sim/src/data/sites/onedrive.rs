//! Everyone's own files. Who never opened OneDrive has none.

use super::{
    maker::{Maker, person},
    script,
    spec::{File, What},
};
use crate::{
    data::shared::ONEDRIVE,
    directory::{Kind, MAIN_USER},
    graph::{
        drives::body::Body,
        sites::site::{Readers, Site},
    },
};

/// Who never opened OneDrive.
const NEVER: &str = "sofia.marin@fjordlight.example";

/// Whose files are shared with the main user.
const SHARES: &str = "jonas.lindqvist@fjordlight.example";

/// Adds the drives of all but the main user.
pub(crate) fn add(maker: &mut Maker) {
    let others = maker.users.iter().filter(|user| user.kind == Kind::Person);
    let upns: Vec<_> = others.map(|user| user.upn.clone()).collect();
    for upn in upns.iter().filter(|upn| **upn != NEVER && **upn != MAIN_USER) {
        let files = if upn == SHARES { include_str!("files/jonas.txt") } else { "" };
        personal(maker, upn, script::files(files));
    }
}

/// Adds the drive of a user, on a site of its own, with a note beside the files.
pub(crate) fn personal(maker: &mut Maker, upn: &str, files: Vec<File>) {
    personal_at(maker, ONEDRIVE, upn, files);
}

/// Adds the drive of a user on the host that is called so in the worldwide cloud.
pub(crate) fn personal_at(maker: &mut Maker, host: &str, upn: &str, mut files: Vec<File>) {
    let Some(user) = maker.users.iter().find(|user| user.upn == upn).cloned() else { return };
    let path = format!("/personal/{}", upn.replace(['.', '@'], "_"));
    let site = Site {
        collection: maker.guid(&format!("collection {path}")),
        web: maker.guid(&path),
        path,
        name: "personal",
        readers: Readers::only(&[upn.split('@').next().unwrap_or_default()]),
        personal: true,
        ..maker.described(&user.display_name, host, "/personal", "")
    };
    let site = maker.site(site);
    let note = Body::Text(format!("Only for me: {}\n", user.canary()).into());
    files.push(File::new("Note to self.txt", "", 45, What::File(note)));
    maker.drive(site, "OneDrive", "Documents", person(&user), files);
}
