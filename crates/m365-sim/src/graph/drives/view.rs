//! What one caller may see.

use super::{
    ids::{Guid, is_item_id},
    store::{At, Contents},
};
use crate::{
    directory::User,
    graph::{call::Call, fail::Fail, sites::site::Site},
};

/// The files and sites as one request may see them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) call: &'a Call<'a>,
    pub(crate) contents: &'a Contents,
    pub(crate) user: &'a User,
}

impl<'a> View<'a> {
    /// Looks at the files in the name of the caller, who may only read.
    pub(crate) fn new(call: &'a Call<'a>) -> Result<Self, Fail> {
        call.reading()?;
        Self::of(call)
    }

    /// Looks at the files in the name of the caller.
    pub(crate) fn of(call: &'a Call<'a>) -> Result<Self, Fail> {
        let user = call.grant.tenant.directory.find(&call.grant.user_id);
        let user = user.ok_or_else(Fail::files_denied)?;
        Ok(Self { call, contents: call.grant.tenant.files.contents(), user })
    }

    /// Checks that the token opens a drive, whoever may see what is in it.
    pub(crate) fn opens(&self, drive: usize) -> Result<(), Fail> {
        let own = self.contents.personal(self.user) == Some(drive);
        let open = self.call.has(&["Files.Read.All", "Sites.Read.All"])
            || own && self.call.has(&["Files.Read"])
            || self.has_selected(self.contents.site_of(drive));
        if open { Ok(()) } else { Err(Fail::files_denied()) }
    }

    /// Checks that the token and the user may enter a site.
    pub(crate) fn enters(&self, site: &Site) -> Result<(), Fail> {
        let open = self.call.has(&["Sites.Read.All"]) || self.has_selected(site);
        if open && self.contents.may_enter(self.user, site) {
            return Ok(());
        }
        Err(Fail::files_denied())
    }

    fn has_selected(&self, site: &Site) -> bool {
        self.call.has(&["Sites.Selected"]) && self.call.grant.tenant.files.is_granted(site)
    }

    /// Finds an item that the caller may see by its id, or by its unique id.
    pub(crate) fn find(&self, drive: usize, id: &str) -> Result<At, Fail> {
        if !is_item_id(id) && Guid::parse(id).is_none() {
            return Err(Fail::files_invalid("The provided item id is malformed."));
        }
        let item = self.contents.drives[drive].find(id);
        match item {
            Some(item) => self.sees(At { drive, item }),
            None => Err(Fail::files_not_found()),
        }
    }

    /// Checks that the caller may see an item; where the drive is closed that is said, else the
    /// item is not there.
    pub(crate) fn sees(&self, at: At) -> Result<At, Fail> {
        if self.contents.may_see(self.user, at) {
            return Ok(at);
        }
        let root = At { item: 0, ..at };
        let open = self.contents.may_see(self.user, root);
        Err(if open { Fail::files_not_found() } else { Fail::files_denied() })
    }

    /// Returns what a folder holds for the caller.
    pub(crate) fn children(&self, at: At) -> impl Iterator<Item = At> {
        let (contents, user) = (self.contents, self.user);
        let all = contents.drives[at.drive].children(at.item);
        all.map(move |item| At { item, ..at }).filter(move |at| contents.may_see(user, *at))
    }
}
