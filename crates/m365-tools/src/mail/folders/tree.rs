use futures_util::{StreamExt, stream};
use m365_graph::{FolderId, MailApi, MailFolder, Result};

use super::Folder;
use crate::{mail::fields, words::same_name};

/// How many folders Graph is asked for at once.
const PAGE: u32 = 250;

/// How many folders with subfolders are opened; beyond that a name may stay unknown.
const MAX_OPENED: usize = 200;

/// How many requests run side by side: Exchange allows four to a mailbox.
const PARALLEL: usize = 3;

/// The folders of a mailbox with the names on their way from the top.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    folders: Vec<Node>,
    whole: bool,
}

#[derive(Clone, Debug)]
struct Node {
    names: Vec<String>,
    folder: Folder,
}

impl Tree {
    /// Reads the folders level by level.
    pub(crate) async fn read(mail: &MailApi) -> Result<Self> {
        let top = mail.folders().top(PAGE).pages().collect().await?;
        let mut tree = Self { folders: Vec::new(), whole: top.incomplete.is_none() };
        let mut open = tree.add(&[], top.items);
        let mut opened = 0;
        while !open.is_empty() && opened < MAX_OPENED {
            let room = MAX_OPENED - opened;
            tree.whole &= open.len() <= room;
            open.truncate(room);
            opened += open.len();
            open = tree.read_level(mail, open).await?;
        }
        tree.whole &= open.is_empty();
        Ok(tree)
    }

    async fn read_level(&mut self, mail: &MailApi, open: Vec<Node>) -> Result<Vec<Node>> {
        let children = |node: Node| async move {
            let page = mail.child_folders(&node.folder.id).top(PAGE).pages().collect().await;
            (node, page)
        };
        let mut pages = stream::iter(open).map(children).buffered(PARALLEL);
        let mut next = Vec::new();
        while let Some((node, page)) = pages.next().await {
            let page = page?;
            self.whole &= page.incomplete.is_none();
            next.extend(self.add(&node.names, page.items));
        }
        Ok(next)
    }

    /// Adds folders below a path and returns those that have folders themselves.
    fn add(&mut self, above: &[String], folders: Vec<MailFolder>) -> Vec<Node> {
        let mut open = Vec::new();
        for folder in folders {
            let children = folder.child_folder_count.unwrap_or_default();
            if let Some(node) = Node::below(above, folder) {
                if children > 0 {
                    open.push(node.clone());
                }
                self.folders.push(node);
            }
        }
        open
    }

    /// Returns the folders that `name` may mean: the one whose whole path it is, or else all whose
    /// path ends in it. Names that contain a slash are compared as they are.
    pub(crate) fn matching(&self, name: &str) -> Vec<&Folder> {
        let wanted = name.trim().trim_matches('/');
        let with = |fits: &dyn Fn(&Node) -> bool| -> Vec<&Folder> {
            self.folders.iter().filter(|node| fits(node)).map(|node| &node.folder).collect()
        };
        let exact = with(&|node| node.is_named(0, wanted));
        if !exact.is_empty() {
            return exact;
        }
        with(&|node| (1..node.names.len()).any(|from| node.is_named(from, wanted)))
    }

    /// Returns the paths of all folders.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(|node| node.folder.label.as_str())
    }

    /// Tells whether all folders were read.
    pub(crate) const fn is_whole(&self) -> bool {
        self.whole
    }
}

impl Node {
    fn below(above: &[String], folder: MailFolder) -> Option<Self> {
        let id: FolderId = folder.id?;
        let name = fields::one_line(&folder.display_name);
        let names: Vec<String> = above.iter().cloned().chain([name]).collect();
        let label = names.join("/");
        Some(Self { names, folder: Folder { id, label } })
    }

    fn is_named(&self, from: usize, wanted: &str) -> bool {
        self.names.get(from..).is_some_and(|names| same_name(&names.join("/"), wanted))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn folder(name: &str) -> MailFolder {
        serde_json::from_value(json!({"id": "A", "displayName": name})).unwrap()
    }

    fn tree() -> Tree {
        let path = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut tree = Tree { whole: true, ..Tree::default() };
        tree.add(&[], vec![folder("Posteingang"), folder("Projects"), folder("Apollo")]);
        tree.add(&path(&["Projects"]), vec![folder("Apollo"), folder("Q3/Q4"), folder("Gemini")]);
        tree.add(&path(&["Projects", "Gemini"]), vec![folder("Suppliers")]);
        tree.add(&path(&["Projects", "Apollo"]), vec![folder("Suppliers")]);
        tree
    }

    #[track_caller]
    fn assert_found(name: &str, wanted: &[&str]) {
        let tree = tree();
        let found: Vec<_> =
            tree.matching(name).iter().map(|folder| folder.label.as_str()).collect();
        assert_eq!(found, wanted, "{name}");
    }

    #[test]
    fn a_name_or_path_finds_its_folder_at_any_depth() {
        assert_found("posteingang", &["Posteingang"]);
        assert_found("Projects/Apollo", &["Projects/Apollo"]);
        assert_found("/projects/apollo/", &["Projects/Apollo"]);
        assert_found("Gemini", &["Projects/Gemini"]);
        assert_found("Gemini/Suppliers", &["Projects/Gemini/Suppliers"]);
        assert_found("Nowhere", &[]);
        assert_found("Apóllo", &["Apollo"]);
    }

    #[test]
    fn a_slash_in_a_name_is_no_separator() {
        assert_found("Q3/Q4", &["Projects/Q3/Q4"]);
        assert_found("Projects/Q3/Q4", &["Projects/Q3/Q4"]);
        assert_found("Q4", &[]);
    }

    #[test]
    fn a_whole_path_wins_over_the_end_of_another_and_equals_are_all_named() {
        assert_found("Apollo", &["Apollo"]);
        assert_found("Suppliers", &["Projects/Gemini/Suppliers", "Projects/Apollo/Suppliers"]);
    }
}
