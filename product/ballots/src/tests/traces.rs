//! What a voter chose, and the code he chose it under, are nowhere before the count; nor in jobs, the record or log lines
//! after it.

use ejia_db::TestDatabase;
use ejia_kernel::MemberId;

use super::evidence::{Bared, Dumped, Lines, dump_postgres, scan};
use super::house::{House, TABLES, members};
use crate::code::VoterCode;
use crate::{BallotId, Cast, Outcome};

/// What each of six voters chooses among fifty options: eight bytes that no other number in a database has.
const CHOSEN: [u64; 6] = [
    0x0003_A5C3_9B1D_E7F1,
    0x0002_5D8B_F306_C94E,
    0x0003_1E72_ADD5_0B87,
    0x0002_C6F4_5839_A12D,
    0x0003_7709_E16C_5AB3,
    0x0002_94BA_2F71_8D65,
];

fn places(bits: u64) -> Vec<usize> {
    (0..50).filter(|place| bits >> place & 1 == 1).collect()
}

/// A vote in which all have voted; with what they sent.
fn cast(house: &House) -> (BallotId, Vec<(MemberId, Cast)>) {
    let voters = members(CHOSEN.len());
    let mut new = House::asked(&voters);
    new.options = (1..=50).map(|number| format!("候选人{number}")).collect();
    new.most = 50;
    let id = house.open(new, None).unwrap();
    let sent = voters.iter().zip(CHOSEN).map(|(voter, bits)| {
        let filled = house.filled(id, *voter, &places(bits));
        house.cast(id, *voter, &filled).unwrap();
        (*voter, filled)
    });
    (id, sent.collect())
}

/// What somebody may have written of a ballot, in all the ways that it might be written.
fn secrets(cast: &Cast, bits: u64) -> Vec<Vec<u8>> {
    let code = VoterCode::read(&cast.code).unwrap().bits();
    let places = places(bits);
    let texts = [
        cast.code.clone(),
        cast.code.replace('-', ""),
        cast.mark.clone(),
        bits.to_string(),
        code.to_string(),
        format!("{bits:x}"),
        format!("{code:x}"),
        format!("{places:?}"),
        format!("{places:?}").replace(' ', ""),
    ];
    let numbers = [bits.to_be_bytes(), bits.to_le_bytes(), code.to_be_bytes(), code.to_le_bytes()];
    let mark =
        cast.mark.as_bytes().chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap());
    let mut secrets: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    secrets.extend(numbers.map(|number| number.to_vec()));
    secrets.push(mark.collect());
    secrets
}

fn all_secrets(sent: &[(MemberId, Cast)]) -> Vec<Vec<u8>> {
    sent.iter().zip(CHOSEN).flat_map(|((_, cast), bits)| secrets(cast, bits)).collect()
}

fn found_in<'a>(files: &'a [Dumped], wanted: &[Vec<u8>]) -> Vec<(&'a str, Vec<u8>)> {
    let mut found = Vec::new();
    for file in files {
        let places = scan(&file.bytes, wanted);
        found.extend(
            wanted
                .iter()
                .zip(places)
                .filter(|(_, place)| place.is_some())
                .map(|(text, _)| (file.name.as_str(), text.clone())),
        );
    }
    found
}

/// Looks for the ballots before and after the count.
fn search(house: &House, dump: impl Fn() -> Vec<Dumped>) {
    let lines = Lines::overheard();
    let (id, sent) = cast(house);
    let secrets = all_secrets(&sent);
    let open = dump();
    assert_eq!(found_in(&open, &secrets), [], "while the vote is open");
    // What is looked for in the right way is found: the voters, and how a sealed ballot begins (SQLite cuts the rest off).
    let voters: Vec<Vec<u8>> = sent.iter().map(|(voter, _)| voter.to_string().into_bytes()).collect();
    let sealed =
        house.desk.read_now(move |txn| crate::store::sealed(txn, id)).unwrap().swap_remove(0).text[..64].to_vec();
    let seen = found_in(&open, &[voters.clone(), vec![sealed]].concat());
    assert!(seen.len() > sent.len(), "only {} things are seen", seen.len());
    assert!(matches!(house.count(id), Outcome::Counted(_)));
    let counted = dump();
    let published = found_in(&counted, &secrets);
    for ((_, cast), bits) in sent.iter().zip(CHOSEN) {
        assert!(published.iter().any(|(_, text)| text == cast.code.as_bytes()), "the list has every code");
        let choice = [bits.to_be_bytes(), bits.to_le_bytes()];
        assert!(published.iter().any(|(_, text)| choice.iter().any(|choice| text == choice)), "and every choice");
        assert!(!published.iter().any(|(_, text)| text == cast.mark.as_bytes()), "no mark is ever kept");
    }
    // Of the caller's and the house's own writing, the record and the jobs know neither ballots nor who voted.
    let written = "SELECT facts || action || COALESCE(actor_id, '') || COALESCE(subject_id, '') FROM audit_entry
        UNION ALL SELECT kind || payload || COALESCE(last_fault, '') || COALESCE(once_key, '') FROM job";
    let written: Vec<String> = house.desk.read_now(|txn| Ok(txn.query(written, &[], |row| row.get(0))?)).unwrap();
    let private = [secrets, voters].concat();
    let written = Dumped { name: "record and jobs".to_owned(), bytes: written.join("\n").into_bytes() };
    assert!(written.bytes.windows(9).any(|word| word == b"destroyed"));
    tracing::info!("the end of what was overheard");
    let overheard = Dumped { name: "log lines".to_owned(), bytes: lines.bytes() };
    assert!(!found_in(std::slice::from_ref(&overheard), &[b"the end of what was overheard".to_vec()]).is_empty());
    assert_eq!(found_in(&[written, overheard], &private), []);
}

#[test]
fn a_ballot_is_nowhere_in_a_sqlite_database_before_the_count() {
    let bared = Bared::sqlite();
    search(&House::over(&bared.desk), || bared.dump());
}

#[test]
fn a_ballot_is_nowhere_in_a_postgresql_database_before_the_count() {
    let database = TestDatabase::postgres(TABLES);
    search(&House::over(&database.desk), || dump_postgres(&database.desk));
}

#[test]
fn what_holds_a_ballot_does_not_print_it() {
    let bared = Bared::sqlite();
    let house = House::over(&bared.desk);
    let (id, voters) = house.opened(3);
    let filled = house.filled(id, voters[0], &[2]);
    let sheet = house.sheet(id, voters[0]).unwrap();
    let member = voters[0];
    let paper = house.desk.read_now(move |txn| crate::paper(txn, id, member)).unwrap();
    assert_eq!(format!("{filled:?} {sheet:?} {paper:?}"), format!("Cast(redacted) Blank(redacted) Paper({id})"));
    let choice = crate::rules::Choice::entered(&[2], 3, 1).unwrap();
    let code = VoterCode::draw().unwrap();
    assert_eq!(format!("{choice:?} {code:?}"), "Choice(redacted) VoterCode(redacted)");
}
