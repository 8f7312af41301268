//! Ids.

use std::collections::HashSet;

use proptest::prelude::*;

use crate::{Instant, JobId, MemberId};

#[test]
fn what_is_no_id_is_refused() {
    for text in [
        "",
        "0",
        "8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "0000000000000000000000000",
        "000000000000000000000000000",
        "0000000000000000000000000i",
        "0000000000000000000000000A",
        "零零零零零零零零00",
    ] {
        assert!(text.parse::<MemberId>().is_err(), "{text}");
    }
    assert!("7zzzzzzzzzzzzzzzzzzzzzzzzz".parse::<MemberId>().is_ok());
}

#[test]
fn ids_of_one_moment_differ() {
    let now = Instant::from_ms(1_774_000_000_000);
    let ids: HashSet<JobId> = (0..10_000).map(|_| JobId::new(now)).collect();
    assert_eq!(ids.len(), 10_000);
}

#[test]
fn an_id_is_a_text_in_json() {
    let id = MemberId::random();
    let json = serde_json::to_string(&id).unwrap();
    assert_eq!(json, format!("\"{id}\""));
    assert_eq!(serde_json::from_str::<MemberId>(&json).unwrap(), id);
    assert!(serde_json::from_str::<MemberId>("\"no\"").is_err());
}

proptest! {
    #[test]
    fn ids_sort_by_time_also_as_text(early in 0..1_i64 << 47, later in 1..1_000_000_i64) {
        let first = MemberId::new(Instant::from_ms(early));
        let second = MemberId::new(Instant::from_ms(early + later));
        prop_assert!(first < second);
        prop_assert!(first.to_string() < second.to_string());
        prop_assert_eq!(first.to_string().len(), 26);
        prop_assert_eq!(first.to_string().parse::<MemberId>(), Ok(first));
    }
}
