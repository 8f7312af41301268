//! Paths with two ids, the first of what is his, the second of what is another branch's: a meeting of his does not lead to
//! another's item, photo or file.

use ejia_acceptance::House;
use ejia_acceptance::routes::{self, Belongings, NOTHING, Route};

use super::roles::{self, Face};

/// The path with all its ids, the last one from elsewhere.
fn mixed(own: &str, elsewhere: &str, path: &str) -> String {
    let last = path.split('/').collect::<Vec<_>>().iter().rposition(|part| part.starts_with('{'));
    let parts = own.split('/').zip(elsewhere.split('/')).enumerate();
    parts.map(|(at, (own, other))| if Some(at) == last { other } else { own }).collect::<Vec<_>>().join("/")
}

/// proves: R2
#[test]
fn what_is_his_does_not_lead_to_what_is_not() {
    House::on_both(|house| {
        let estate = house.estate();
        let theirs = Belongings::of_branch(house, &estate.scene.far.branch);
        let everybody = roles::all(house, &estate, &house.rehearsal(false));
        let mut tried = 0;
        for route in routes::all().iter().filter(|route| route.path.matches('{').count() > 1) {
            let who = if route.portal == "member" { "member" } else { "branch" };
            let role = everybody.iter().find(|role| role.name == who).expect("a role");
            let answer = |path: String| {
                let page = role.ask(Face::Web, &Route { path: path.clone(), ..route.clone() }, &estate.ids, false);
                let page = page.expect("an answer");
                (
                    page.status,
                    path.split('/')
                        .fold(page.text(), |text, part| if part.len() < 26 { text } else { text.replace(part, "") }),
                )
            };
            let (own, other) = (estate.ids.fill(&route.path), theirs.fill(&route.path));
            let foreign = mixed(&own, &other, &route.path);
            // Of receipts there is one alone in the house.
            assert!(!foreign.contains(NOTHING) || route.path.contains("receipts"), "{foreign}");
            let (there, nowhere) =
                (answer(foreign), answer(mixed(&own, &Belongings::made_up().fill(&route.path), &route.path)));
            assert_eq!(there, nowhere, "{} {}", route.method, route.path);
            assert_eq!(there.0, 404, "{} {}: {}", route.method, route.path, there.1);
            tried += 1;
        }
        assert!(tried > 20, "only {tried} routes tried");
    });
}
