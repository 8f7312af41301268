//! The API as its description tells it: every operation asked with what its schemas allow and with much that they do not; no
//! answer is a fault, and each is one that the description knows.
//!
//! What is tried is undone at once (`House::rehearsal`). Chance is drawn from a seed, so that a failure comes again;
//! `EJIA_ROUNDS` asks more often, `EJIA_SEED` other things (`make fuzz-api`).

mod description;
mod guesses;
mod guide;
mod judge;
mod tokens;

use std::collections::BTreeMap;

use ejia_acceptance::estate::Estate;
use ejia_acceptance::routes::Belongings;
use ejia_acceptance::{Browser, House, Page};

use description::{Description, Operation};
use guesses::Chance;

/// How often each operation is asked by everybody who may call it.
const ROUNDS: usize = 3;
/// How often somebody asks again who hears that the house is busy.
const PATIENCE: usize = 10;

/// Somebody who calls, and what he bears.
struct Caller {
    name: String,
    /// The portal whose operations he calls, and the scope of his token, if it is one.
    portal: &'static str,
    scope: Option<String>,
    bearer: Option<String>,
}

impl Caller {
    fn of(name: &str, portal: &'static str, browser: &Browser) -> Self {
        let token = ["ejia_member", "ejia_office", "ejia_applicant"].into_iter().find_map(|name| browser.bears(name));
        Self { name: name.to_owned(), portal, scope: None, bearer: token.map(str::to_owned) }
    }

    fn calls(&self, operation: &Operation) -> bool {
        match &self.scope {
            Some(_) => operation.scope == self.scope,
            None => operation.portal == self.portal,
        }
    }
}

fn callers(house: &House, estate: &Estate) -> Vec<Caller> {
    let (branch, committee) = (&estate.scene.from.branch, &estate.scene.from.committee);
    let city = house.inside_as(ejia_kernel::OrganizationKind::CityCommittee);
    let mut all = vec![
        Caller { name: "a visitor".to_owned(), portal: "front", scope: None, bearer: None },
        Caller { name: "nobody".to_owned(), portal: "member", scope: None, bearer: None },
        Caller::of("the member", "member", &house.inside_as_member(estate.scene.person.id)),
        Caller::of("the branch", "office", &house.inside_as_officer_of(branch)),
        Caller::of("the city", "office", &city),
        Caller::of("the applicant", "applicant", &house.inside_as_applicant(estate.applicant)),
    ];
    for scope in ejia_web::Scope::ALL {
        let bearer = Some(tokens::token_of(house, committee, &[scope.code()], ""));
        all.push(Caller {
            name: scope.label().to_owned(),
            portal: "office",
            scope: Some(scope.code().to_owned()),
            bearer,
        });
    }
    all
}

/// What was found, and how much was seen.
#[derive(Default)]
struct Found {
    breaches: Vec<String>,
    answers: BTreeMap<u16, usize>,
}

impl Found {
    fn look(&mut self, known: &Description, (caller, operation): (&Caller, &Operation), asked: &str, answer: &Page) {
        *self.answers.entry(answer.status).or_default() += 1;
        let kind = answer.header("content-type").unwrap_or_default();
        if let Err(breach) = known.knows(operation, answer.status, kind, &answer.bytes) {
            self.breaches.push(format!("{}, {}: {asked}\n    {breach}", operation.id, caller.name));
        }
    }
}

fn told<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

fn ask(origin: &str, caller: &Caller, operation: &Operation, path: &str, body: Option<&(String, Vec<u8>)>) -> Page {
    let mut browser = Browser::new(origin);
    let bearer = caller.bearer.as_ref().map(|token| format!("Bearer {token}"));
    let mut headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
    if let Some((kind, _)) = body {
        headers.push(("content-type", kind));
    }
    let bytes = body.map(|(_, bytes)| bytes.as_slice());
    let mut answers = std::iter::repeat_with(|| browser.request(&operation.method, path, &headers, bytes));
    // "Busy" is no answer: machines of tests are.
    let answer = answers.by_ref().take(PATIENCE).find(|page| page.status != 503);
    answer.unwrap_or_else(|| panic!("{path}: always busy"))
}

fn try_all(origin: &str, description: &Description, callers: &[Caller], ids: &Belongings, seed: u64) -> Found {
    let (mut found, nothing) = (Found::default(), Belongings::made_up());
    let rounds = told("EJIA_ROUNDS").unwrap_or(ROUNDS);
    for (at, operation) in description.operations.iter().enumerate() {
        let mut chance = Chance::of(seed, at);
        for caller in callers.iter().filter(|caller| caller.calls(operation)) {
            for round in 0..rounds {
                // First as it is meant, with ids that there are; then as it comes.
                let real = round == 0 || chance.one_in(2);
                let path = (if real { ids } else { &nothing }).fill(&operation.route);
                let path = if round > 0 && chance.one_in(6) { operation.misnamed(&mut chance) } else { path };
                let path = format!("/api/v1{}{}", path.trim_end_matches('/'), operation.question(round, &mut chance));
                let body = operation.body(round, &mut chance);
                let sent = body
                    .as_ref()
                    .map(|(_, bytes)| String::from_utf8_lossy(bytes).chars().take(300).collect::<String>());
                let answer = ask(origin, caller, operation, &path, body.as_ref());
                found.look(description, (caller, operation), &format!("{path} {}", sent.unwrap_or_default()), &answer);
            }
        }
    }
    found
}

/// proves: R2
#[test]
fn whoever_asks_whatever_hears_what_the_description_says_and_never_of_a_fault() {
    House::on_both(|house| {
        let estate = house.estate();
        let described = house.visitor().get("/api/v1/openapi.json");
        let description = Description::read(&described.json());
        assert!(description.operations.len() > 250, "{} operations", description.operations.len());
        let (origin, callers) = (house.rehearsal(false), callers(house, &estate));
        let seed = told("EJIA_SEED").unwrap_or(20_260_320);
        let found = try_all(&origin, &description, &callers, &estate.ids, seed);
        eprintln!("with the seed {seed}: {:?}", found.answers);
        assert!(found.breaches.is_empty(), "{} breaches:\n{}", found.breaches.len(), found.breaches.join("\n"));
        // A fuzzer that is let in nowhere proves nothing.
        assert!(found.answers.get(&200).is_some_and(|times| *times > 300), "{:?}", found.answers);
    });
}
