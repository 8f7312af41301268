//! How much the house takes in: to the byte, at every route that takes a file, and at forms short and long.

use ejia_acceptance::routes::{self, Belongings, Route};
use ejia_acceptance::{Browser, House, Page};

use crate::authority::uploads;

const MIB: usize = 1 << 20;
/// No upload is larger.
const FILE: usize = 32 * MIB;
/// No photo is larger.
const PHOTO: usize = 30 * MIB;
/// No attachment of a meeting is larger.
const ATTACHMENT: usize = 20 * MIB;
/// No form is larger, and no form of many lines.
const FORM: usize = 64 * 1024;
const LONG_FORM: usize = 512 * 1024;

/// Sends a file of so many bytes, as a program does: what comes back holds the refusal alone, and no hints.
fn send(browser: &Browser, path: &str, name: &str, bytes: usize) -> Page {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename";
    let mut body = format!("{head}=\"{name}\"\r\n\r\n").into_bytes();
    body.resize(body.len() + bytes, b'x');
    body.extend(b"\r\n--x--\r\n");
    browser.clone().post(path, "multipart/form-data; boundary=x", &body)
}

/// The limit of a route beside that of all uploads, and the name that a file for it has.
fn own_limit(route: &Route) -> (usize, &'static str) {
    match route.path.rsplit('/').next() {
        Some("files") => (ATTACHMENT, "a.zip"),
        Some("photos" | "photo" | "receipt") => (PHOTO, "a.jpg"),
        _ => (FILE, "a.xlsx"),
    }
}

/// Whether a file is refused because it is larger than this.
fn too_large(page: &Page, limit: usize) -> bool {
    let said = page.body().contains(&format!("{} MB", limit / MIB));
    said && page.status == if limit == FILE { 413 } else { 422 }
}

#[test]
fn every_upload_is_taken_up_to_its_limit_and_no_byte_more() {
    House::on_both(|house| {
        let estate = house.estate();
        let origin = house.rehearsal(false);
        let scene = &estate.scene;
        let browsers = [
            ("member", house.inside_as_member(scene.person.id)),
            ("office", house.inside_as_officer_of(&scene.from.branch)),
            ("office", house.inside_as_officer_of(&scene.from.committee)),
            ("applicant", house.inside_as_applicant(estate.applicant)),
        ];
        let mut tried = 0;
        for route in uploads().iter().filter(|route| route.portal != "front") {
            let (limit, name) = own_limit(route);
            let path = estate.ids.fill(&route.for_programs().expect("a place for programs"));
            let let_in = browsers.iter().filter(|(portal, _)| *portal == route.portal).find_map(|(_, browser)| {
                let mut browser = browser.moved_to(&origin);
                let token = browser.cookies().values().next().expect("a session").clone();
                browser.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
                (send(&browser, &path, name, 1).status != 403).then_some(browser)
            });
            let browser = let_in.unwrap_or_else(|| panic!("nobody may send to {path}"));
            for (bytes, most) in [(limit + 1, limit), (FILE + 1, FILE)] {
                let over = send(&browser, &path, name, bytes);
                assert!(too_large(&over, most), "{path}: {bytes}: {}: {}", over.status, over.body());
            }
            let within = send(&browser, &path, name, limit);
            assert!(
                within.status < 500 && !within.body().contains("MB"),
                "{path}: {}: {}",
                within.status,
                within.body()
            );
            tried += 1;
        }
        assert!(tried >= 7, "only {tried} tried");
    });
}

#[test]
fn every_form_is_taken_up_to_its_limit_and_no_byte_more() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let mut officer = house.inside_as_officer_of(&branch).moved_to(&house.rehearsal(false));
        let proof = routes::csrf(&mut officer, "office", &Belongings::made_up());
        for (path, limit) in [("/office/password", FORM), ("/office/dues/standards/draft", LONG_FORM)] {
            let mut post = |bytes: usize| {
                let mut body = format!("csrf={proof}&more=").into_bytes();
                body.resize(bytes, b'x');
                officer.post(path, "application/x-www-form-urlencoded", &body).status
            };
            assert_eq!((post(limit), post(limit + 1)), (422, 413), "{path}");
        }
    });
}
