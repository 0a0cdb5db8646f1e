//! Where to search: the places that site, library, folder and path name together.

use super::input::SharepointSearchInput;
use crate::{
    ToolContext, ToolError, asked,
    sites::{self, FoundSite, SITES_ALL, WebPlace},
};

/// Finds the places that fulfil all that is said of the place; `None` where nothing is.
///
/// # Errors
///
/// `NOT_FOUND` and `VALIDATION_ERROR` for a name that names nothing or several things.
pub(super) async fn find(
    ctx: &ToolContext,
    input: &SharepointSearchInput,
) -> Result<Option<Vec<WebPlace>>, ToolError> {
    let mut places = Places::default();
    if let Some(path) = asked::given(input.path.as_ref()) {
        places.narrow(vec![pasted(ctx, &path)?]);
    }
    let site = site(ctx, input).await?;
    if let Some((_, place)) = &site {
        places.narrow(vec![place.clone()]);
    }
    if let Some(library) = asked::given(input.library.as_ref()) {
        let site = site.as_ref().and_then(|(site, _)| site.as_ref());
        places.narrow(sites::places_of_library(ctx, &library, site).await?);
    }
    if let Some(folder) = asked::given(input.folder_name.as_ref()).filter(|_| !places.is_nowhere())
    {
        let within = places.0.clone().unwrap_or_default();
        places.narrow(sites::find_folder(ctx, &folder, &within).await?);
    }
    Ok(places.0)
}

fn pasted(ctx: &ToolContext, path: &str) -> Result<WebPlace, ToolError> {
    WebPlace::parse(path, ctx.cloud()).ok_or_else(|| {
        ToolError::validation(format!(
            "path: {:?} is not accepted; the https:// address of a site, library or folder in SharePoint or \
             OneDrive is.",
            m365_extract::excerpt(path, 100)
        ))
    })
}

/// Finds the site; without the scope for sites, its address is taken as it is.
async fn site(
    ctx: &ToolContext,
    input: &SharepointSearchInput,
) -> Result<Option<(Option<FoundSite>, WebPlace)>, ToolError> {
    let Some(text) = asked::given(input.site.as_ref()) else { return Ok(None) };
    if !ctx.has_scope(SITES_ALL).await?
        && let Some(place) = WebPlace::parse(&text, ctx.cloud())
    {
        return Ok(Some((None, place)));
    }
    let site = sites::find(ctx, &text).await?;
    let place = site.place().ok_or_else(|| {
        ToolError::validation("site: Graph gives no address for it; name another.")
    })?;
    Ok(Some((Some(site), place)))
}

/// Places that get fewer and smaller with each condition.
#[derive(Debug, Default)]
struct Places(Option<Vec<WebPlace>>);

impl Places {
    /// Keeps what lies both in one of these places and in one of `others`.
    fn narrow(&mut self, others: Vec<WebPlace>) {
        let Some(own) = self.0.take() else {
            self.0 = Some(others);
            return;
        };
        let pairs = own.iter().flat_map(|one| others.iter().map(move |other| (one, other)));
        let mut common: Vec<WebPlace> = Vec::new();
        for (one, other) in pairs {
            let deeper = if one.contains(other) { other } else { one };
            let nested = one.contains(other) || other.contains(one);
            if nested && !common.contains(deeper) {
                common.push(deeper.clone());
            }
        }
        self.0 = Some(common);
    }

    fn is_nowhere(&self) -> bool {
        self.0.as_ref().is_some_and(Vec::is_empty)
    }
}
