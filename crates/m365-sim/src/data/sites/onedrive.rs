//! Everyone's own files but the main user's. Who never opened OneDrive has none.

use super::{
    maker::{Maker, person},
    spec::{File, What, pdf, sheet, text, word},
};
use crate::{
    data::shared::ONEDRIVE,
    graph::{
        drives::{body::Body, item::Sharing},
        sites::site::{Readers, Site},
    },
};

/// Who never opened OneDrive.
const NEVER: &[&str] = &["mira.solberg", "sofia.marin"];

/// Adds the drives of the others.
pub(crate) fn add(maker: &mut Maker) {
    let names: Vec<_> = maker
        .users
        .iter()
        .filter(|user| user.kind == crate::directory::Kind::Person)
        .filter_map(|user| user.upn.split('@').next().map(str::to_owned))
        .filter(|name| !NEVER.contains(&name.as_str()))
        .collect();
    for name in names {
        let files = if name == "jonas.lindqvist" { of_jonas() } else { usual() };
        personal(maker, &name, files);
    }
}

/// Adds the drive of the user with this name, on a site of its own.
pub(crate) fn personal(maker: &mut Maker, name: &str, mut files: Vec<File>) {
    let is_owner = |user: &&crate::directory::User| user.upn.split('@').next() == Some(name);
    let Some(user) = maker.users.iter().find(is_owner).cloned() else { return };
    let path = format!("/personal/{}", user.upn.replace(['.', '@'], "_"));
    let site = Site {
        collection: maker.guid(&format!("collection {path}")),
        web: maker.guid(&path),
        path,
        name: "personal",
        readers: owner_only(name),
        personal: true,
        ..maker.described(&user.display_name, ONEDRIVE, "/personal", "")
    };
    let site = maker.site(site);
    let note = What::File(Body::Text(format!("Only for me: {}\n", user.canary()).into()));
    files.push(File::new("Note to self.txt", "", 45, note));
    maker.drive(site, "OneDrive", "Documents", person(&user), files);
}

fn owner_only(name: &str) -> Readers {
    let own = OWNERS.iter().find(|own| own[0] == name);
    Readers::Only(own.map_or(&[], |own| *own))
}

/// Each owner as the only reader of a site.
const OWNERS: &[&[&str]] = &[
    &["mira.solberg"],
    &["adele.vance"],
    &["jonas.lindqvist"],
    &["ingrid.haugen"],
    &["lukas.brandt"],
    &["claire.fontaine"],
    &["haruto.tanaka"],
    &["layla.haddad"],
    &["noa.bendavid"],
    &["tom.okafor"],
    &["bjorn.aas"],
    &["priya.nair"],
];

fn usual() -> Vec<File> {
    vec![File::new(
        "Getting started.txt",
        "tom",
        200,
        text("Keep your files here, and nowhere else.\n"),
    )]
}

fn of_jonas() -> Vec<File> {
    let mira = Sharing::Also(&["mira.solberg"]);
    vec![
        File::new(
            "Shared/Turbine torque values.xlsx",
            "jonas",
            8,
            sheet("Torque\n| Bolt | Nm |\n| M72 | 8900 |\n| M64 | 6100 |\n"),
        )
        .shared(mira),
        File::new(
            "Shared/Foundation loads.pdf",
            "jonas",
            17,
            pdf("# Foundation loads\nA4: 41 MN\nA5: 39 MN\n"),
        )
        .shared(mira),
        File::new(
            "Private/Job offer.docx",
            "jonas",
            9,
            word("# Job offer\nThe turbine competitor pays more.\n"),
        ),
        File::new(
            "Field book.docx",
            "jonas",
            25,
            word("# Field book\nClay down to eleven metres.\n"),
        ),
    ]
}
