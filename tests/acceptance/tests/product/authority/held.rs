//! Ids that pages put into forms and behind question marks: each of these places is one that `fields.rs` tries with an id of
//! what is not his, so that a new form does not go untried.

use std::collections::BTreeSet;

use ejia_acceptance::estate::Estate;
use ejia_acceptance::routes::{self, Belongings};
use ejia_acceptance::{Browser, House, Page};
use ejia_kernel::OrganizationKind::{AuditOffice, CityCommittee, HelpDesk, SecurityOffice, SystemOffice};

use super::fields;

/// An address without its ids, and a field that takes one.
pub(super) type Place = (String, String);

/// Where an id does not say what may be seen or done, and why.
const OTHERWISE: [(&str, &str, &str); 4] = [
    ("/office/audit/records", "who", "the audit office reads all of the record"),
    ("/office/audit/records", "after", "the same"),
    ("/reading/large", "back", "only leads back to a page"),
    (
        "/transfers/in/applications/{id}/correct",
        "committee_id",
        "who comes in from outside may apply to every committee",
    ),
];

fn is_id(text: &str) -> bool {
    text.len() == 26
        && text.starts_with("01")
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

fn holds_id(value: &str) -> bool {
    value.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_id)
}

/// An address as routes spell it.
fn pattern(address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    path.split('/')
        .map(|part| if is_id(part) || part.starts_with('{') { "{id}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// What this page would send ids in.
fn on_page(page: &Page) -> BTreeSet<Place> {
    let mut held = BTreeSet::new();
    for form in page.root().all("form") {
        let action = form.attribute("action").filter(|action| !action.is_empty()).unwrap_or(&page.path);
        let mut named = |name: Option<&str>, value: Option<&str>| {
            if let (Some(name), true) = (name, value.is_some_and(holds_id)) {
                held.insert((pattern(action), name.to_owned()));
            }
        };
        for field in form.matching(|e| matches!(e.name.as_str(), "input" | "button")) {
            named(field.attribute("name"), field.attribute("value"));
        }
        for list in form.all("select") {
            for choice in list.all("option") {
                named(list.attribute("name"), choice.attribute("value"));
            }
        }
    }
    for link in page.links() {
        let pairs =
            link.split_once('?').map_or("", |(_, asked)| asked).split('&').filter_map(|pair| pair.split_once('='));
        held.extend(pairs.filter(|(_, value)| holds_id(value)).map(|(name, _)| (pattern(&link), name.to_owned())));
    }
    held
}

/// What all pages that he may see would send ids in.
fn seen_by(browser: &mut Browser, portal: &str, ids: &Belongings) -> BTreeSet<Place> {
    let shown = routes::all().into_iter().filter(|route| route.portal == portal && route.method == "GET");
    let pages = shown.map(|route| browser.get(&ids.fill(&route.path)));
    let pages = pages.filter(|page| page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    pages.flat_map(|page| on_page(&page)).collect()
}

/// What pages would send ids in that `fields.rs` does not try.
pub(super) fn untried(house: &House, estate: &Estate) -> Vec<Place> {
    let scene = &estate.scene;
    let mut held = seen_by(&mut house.inside_as_member(scene.person.id), "member", &estate.ids);
    held.extend(seen_by(&mut house.inside_as_applicant(estate.applicant), "applicant", &estate.ids));
    let own = [&scene.from.branch, &scene.from.committee].map(|code| house.inside_as_officer_of(code));
    let offices =
        [CityCommittee, HelpDesk, SystemOffice, SecurityOffice, AuditOffice].map(|kind| house.inside_as(kind));
    for mut officer in own.into_iter().chain(offices) {
        held.extend(seen_by(&mut officer, "office", &estate.ids));
    }
    assert!(held.len() > 15, "hardly any form was seen: {held:?}");
    let tried: BTreeSet<Place> = fields::places().map(|(path, name)| (pattern(path), name.to_owned())).collect();
    held.retain(|place| {
        !tried.contains(place) && !OTHERWISE.iter().any(|(path, name, _)| (*path, *name) == (&place.0, &place.1))
    });
    held.into_iter().collect()
}
