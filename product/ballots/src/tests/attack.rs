//! An attacker who has all that is kept after a count tries to say whose each ballot is: he lays whatever order voters can
//! be brought into beside whatever order the list can be brought into. He even knows the order in which people voted.
//!
//! His guesses are measured over many votes against pure chance. Chance strays beyond the bounds once in some 10^8 runs of
//! these tests; a list that is kept in the order of casting is found out far beyond them.

use std::collections::BTreeMap;

use ejia_db::{TestDatabase, args};

use super::evidence::{Bared, Dumped, scan};
use super::house::{House, TABLES};
use crate::{BallotId, seal};

/// How many vote.
const VOTERS: u8 = 12;
/// In how many votes.
const VOTES: u32 = 40;
/// How far chance may stray, in standard deviations: for orders that resemble each other, and for right guesses.
const ALIKE: f64 = 6.5;
const RIGHT: f64 = 8.0;

/// Orders by name.
type Orders = BTreeMap<String, Vec<String>>;

/// One vote as the attacker sees it, and the truth that he looks for: voter by voter, the code.
struct Seen {
    voters: Orders,
    lists: Orders,
    truth: BTreeMap<String, String>,
}

/// How his guesses come out over many votes.
#[derive(Default)]
struct Score {
    alike: f64,
    right: [f64; 2],
}

/// The best of all his ways to guess: by how many standard deviations he is better than chance, measured in the bounds.
fn best(votes: &[Seen]) -> (f64, String) {
    let mut scores: BTreeMap<(&str, &str), Score> = BTreeMap::new();
    for seen in votes {
        for (of_voters, voters) in &seen.voters {
            for (of_list, list) in &seen.lists {
                score(scores.entry((of_voters, of_list)).or_default(), seen, voters, list);
            }
        }
    }
    // Laid beside each other by chance, two orders of n have a rank correlation of mean 0 and variance 1/(n-1), and a
    // guess is right once in mean, with variance 1.
    let held = f64::from(u32::try_from(votes.len()).unwrap());
    let measured = scores.into_iter().map(|(ways, score)| {
        let alike = score.alike.abs() / (held / (f64::from(VOTERS) - 1.0)).sqrt();
        let right = (score.right[0].max(score.right[1]) - held) / held.sqrt();
        ((alike / ALIKE).max(right / RIGHT), format!("{ways:?}: {alike:.1} and {right:.1} standard deviations"))
    });
    measured.max_by(|one, other| one.0.total_cmp(&other.0)).unwrap()
}

fn score(score: &mut Score, seen: &Seen, voters: &[String], list: &[String]) {
    assert_eq!((voters.len(), list.len()), (VOTERS.into(), VOTERS.into()));
    let mut apart = 0.0;
    for (place, voter) in voters.iter().enumerate() {
        let truly = list.iter().position(|code| *code == seen.truth[voter]).unwrap();
        let away = f64::from(u32::try_from(place.abs_diff(truly)).unwrap());
        apart += away * away;
        score.right[0] += f64::from(u8::from(place == truly));
        score.right[1] += f64::from(u8::from(voters.len() - 1 - place == truly));
    }
    let many = f64::from(VOTERS);
    score.alike += 1.0 - 6.0 * apart / (many * (many * many - 1.0));
}

/// Where the list is kept.
#[derive(Clone, Copy, PartialEq)]
enum List {
    /// As this crate does: written at the count.
    Counted,
    /// As it must not be: written while people vote, though in a table that is sorted by code.
    AsCast,
}

/// A vote in which all vote, in an order of chance; answers voters and codes in the order of casting.
fn vote(house: &House, list: List) -> (BallotId, Vec<(String, String)>) {
    let (id, voters) = house.opened(VOTERS.into());
    let mut drawn: Vec<_> = voters.iter().map(|voter| (seal::row_id().unwrap(), *voter)).collect();
    drawn.sort_by_key(|(chance, _)| *chance);
    let mut cast = Vec::new();
    for (chance, voter) in drawn {
        // What he chooses has nothing to do with when he votes.
        let filled = house.filled(id, voter, &[usize::from(chance[15] % 3)]);
        let code = filled.code.clone();
        house
            .desk
            .write_now(move |txn| {
                crate::cast(txn, id, voter, &filled)?;
                if list == List::AsCast {
                    let sql = "INSERT INTO ballot_listed (ballot_id, code, chosen) VALUES ($1, $2, $3)";
                    txn.execute(sql, &args![id, &filled.code, 1])?;
                }
                Ok(())
            })
            .unwrap();
        cast.push((voter.to_string(), code));
    }
    if list == List::Counted {
        house.count(id);
    }
    (id, cast)
}

/// What is known without any look at the disk.
fn known(house: &House, id: BallotId, cast: &[(String, String)]) -> Seen {
    let column = |sql: &'static str| -> Vec<String> {
        house.desk.read_now(move |txn| Ok(txn.query(sql, &args![id], |row| row.get(0))?)).unwrap()
    };
    let voters = [
        ("as they voted", cast.iter().map(|(voter, _)| voter.clone()).collect()),
        ("by id", column("SELECT member_id FROM ballot_voter WHERE ballot_id = $1 ORDER BY member_id")),
        ("as read", column("SELECT member_id FROM ballot_voter WHERE ballot_id = $1")),
    ];
    let lists = [
        ("by code", column("SELECT code FROM ballot_listed WHERE ballot_id = $1 ORDER BY code")),
        ("as read", column("SELECT code FROM ballot_listed WHERE ballot_id = $1")),
        ("by choice", column("SELECT code FROM ballot_listed WHERE ballot_id = $1 ORDER BY chosen, code")),
    ];
    let named = |orders: [(&str, Vec<String>); 3]| orders.map(|(name, order)| (name.to_owned(), order)).into();
    Seen { voters: named(voters), lists: named(lists), truth: cast.iter().cloned().collect() }
}

/// The orders in which all of these are found first and last in each file.
fn lying(files: &[Dumped], when: &str, wanted: &[String]) -> Orders {
    let mut orders = Orders::new();
    let bytes: Vec<Vec<u8>> = wanted.iter().map(|text| text.clone().into_bytes()).collect();
    for file in files {
        let Some(found) = scan(&file.bytes, &bytes).into_iter().collect::<Option<Vec<_>>>() else { continue };
        let mut found: Vec<_> = found.into_iter().zip(wanted).collect();
        for way in ["first", "last"] {
            found.sort_by_key(|((first, last), _)| if way == "first" { *first } else { *last });
            let order = found.iter().map(|(_, text)| (*text).clone()).collect();
            orders.insert(format!("{way} in {} {when}", file.name), order);
        }
    }
    orders
}

fn sqlite_vote(list: List) -> Seen {
    let bared = Bared::sqlite();
    let house = House::over(&bared.desk);
    let (id, cast) = vote(&house, list);
    let mut seen = known(&house, id, &cast);
    drop(house);
    let (voters, codes): (Vec<String>, Vec<String>) = cast.into_iter().unzip();
    let running = bared.dump();
    let shut = bared.shut();
    for (files, when) in [(running, "while it ran"), (shut, "when it was shut")] {
        seen.voters.extend(lying(&files, when, &voters));
        seen.lists.extend(lying(&files, when, &codes));
    }
    seen
}

/// Adds what PostgreSQL keeps of each row version, dead ones too: where it lies, and which transaction wrote it.
fn postgres_vote(house: &House, list: List) -> Seen {
    let (id, cast) = vote(house, list);
    let mut seen = known(house, id, &cast);
    let (voters, codes): (Vec<String>, Vec<String>) = cast.into_iter().unzip();
    for (orders, table, wanted) in
        [(&mut seen.voters, "ballot_voter", voters), (&mut seen.lists, "ballot_listed", codes)]
    {
        let versions = versions(house, table);
        let mut found: Vec<(u64, usize, &String)> = Vec::new();
        for text in &wanted {
            let hex = crate::code::hex(text.as_bytes());
            let place = versions.iter().rposition(|(_, content)| content.contains(&hex)).unwrap();
            found.push((versions[place].0, place, text));
        }
        found.sort_by_key(|(_, place, _)| *place);
        orders.insert("by place".to_owned(), found.iter().map(|(_, _, text)| (*text).clone()).collect());
        found.sort_by_key(|(transaction, place, _)| (*transaction, *place));
        orders.insert("by transaction".to_owned(), found.iter().map(|(_, _, text)| (*text).clone()).collect());
    }
    seen
}

/// All versions of rows of a table as they lie there: the transaction that wrote each, and its bytes as hex.
fn versions(house: &House, table: &'static str) -> Vec<(u64, String)> {
    let sql = "SELECT item.t_xmin::text, encode(item.t_data, 'hex')
        FROM generate_series(0, pg_relation_size($1::text::regclass) / 8192 - 1) page,
             heap_page_items(get_raw_page($1::text, page)) item
        WHERE item.t_data IS NOT NULL ORDER BY page, item.lp";
    let read = move |txn: &mut ejia_db::Txn<'_>| {
        Ok(txn.query(sql, &args![table], |row| {
            let written: String = row.get(0)?;
            Ok((written.parse().unwrap(), row.get(1)?))
        })?)
    };
    house.desk.read_now(read).unwrap()
}

fn postgres() -> (TestDatabase, House) {
    let database = TestDatabase::postgres(TABLES);
    let inspected = |txn: &mut ejia_db::Txn<'_>| Ok(txn.execute("CREATE EXTENSION pageinspect", &[])?);
    database.desk.write_now(inspected).unwrap();
    let house = House::over(&database.desk);
    (database, house)
}

/// Fails when somebody who sees these votes guesses better than chance.
fn expect_chance(votes: &[Seen]) {
    let (measure, how) = best(votes);
    eprintln!("at best {how}");
    assert!(measure < 1.0, "{how}");
}

/// The attacker is one: of a list that was kept in the order of casting he finds out everything.
fn expect_found_out(votes: &[Seen]) {
    let (measure, how) = best(votes);
    eprintln!("kept in the order of casting: {how}");
    assert!(measure > 1.0, "a list in the order of casting was not found out: {how}");
}

#[test]
fn who_has_all_of_a_sqlite_database_guesses_no_better_than_chance() {
    let votes: Vec<Seen> = (0..VOTES).map(|_| sqlite_vote(List::Counted)).collect();
    assert!(votes[0].lists.len() > 6 && votes[0].voters.len() > 6, "the files were looked at");
    expect_chance(&votes);
    expect_found_out(&(0..VOTES / 4).map(|_| sqlite_vote(List::AsCast)).collect::<Vec<_>>());
}

#[test]
fn who_has_all_of_a_postgresql_database_guesses_no_better_than_chance() {
    let (_database, house) = postgres();
    expect_chance(&(0..VOTES).map(|_| postgres_vote(&house, List::Counted)).collect::<Vec<_>>());
    expect_found_out(&(0..VOTES / 4).map(|_| postgres_vote(&house, List::AsCast)).collect::<Vec<_>>());
}

/// What `docs/secret-vote.md` owns up to: PostgreSQL knows which sealed ballot came from whom, as any log does, and
/// keeps it beyond the count. There it ends.
#[test]
fn postgresql_ties_a_voter_to_a_sealed_ballot_and_no_further() {
    let (_database, house) = postgres();
    let (id, voters) = house.opened(VOTERS.into());
    for voter in &voters {
        house.vote(id, *voter, &[0]);
    }
    let tied = "SELECT COUNT(*) FROM ballot_voter v JOIN ballot_sealed s ON s.xmin::text = v.xmin::text";
    assert_eq!(house.number(tied), i64::from(VOTERS));
    house.count(id);
    let wrote =
        |table| versions(&house, table).into_iter().map(|(by, _)| by).collect::<std::collections::BTreeSet<_>>();
    let (voted, sealed, listed) = (wrote("ballot_voter"), wrote("ballot_sealed"), wrote("ballot_listed"));
    assert_eq!(voted.intersection(&sealed).count(), usize::from(VOTERS), "dead rows still tell");
    assert_eq!((listed.len(), listed.intersection(&sealed.union(&voted).copied().collect()).count()), (1, 0));
    assert_eq!(house.key_files(), 0, "nobody opens them");
}
