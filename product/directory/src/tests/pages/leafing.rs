//! Lists are leafed through on and back.

use super::{As, House};
use crate::members::RecordField;
use crate::tests::{add, in_city};

/// The address behind 上一页 (`prev`) or 下一页 (`next`), if there is one.
fn turned(page: &str, which: &str) -> Option<String> {
    let after = page.split(&format!("rel=\"{which}\" href=\"")).nth(1)?;
    Some(after.split('"').next().unwrap().replace("&#38;", "&"))
}

/// Follows 下一页 to the end and 上一页 back to the beginning, which shows the same pages; answers how often `shown`
/// stood on the way there.
fn leafed(house: &House, by: As, path: &str, shown: &str) -> usize {
    let rows = |page: &str| page.split(shown).skip(1).map(|row| row[..40].to_owned()).collect::<Vec<_>>();
    let mut pages = vec![house.get(by, path)];
    while let Some(next) = turned(pages.last().unwrap(), "next") {
        pages.push(house.get(by, &next));
    }
    let mut here = pages.last().unwrap().clone();
    for there in pages.iter().rev().skip(1) {
        here = house.get(by, &turned(&here, "prev").unwrap());
        assert_eq!(rows(&here), rows(there));
        assert!(turned(&here, "next").is_some());
    }
    assert_eq!(turned(&here, "prev"), None);
    pages.iter().map(|page| rows(page).len()).sum()
}

#[test]
fn pages_can_be_leafed_through_to_the_last() {
    in_city(|desk, city| {
        let house = House::over(desk);
        for n in 0..60 {
            let member = add(desk, city.first, if n % 2 == 0 { "陈建国" } else { "林国梅" });
            let own = crate::tests::caller(&member);
            let form = crate::tests::form(&[(RecordField::EthnicGroup, "回族")]);
            desk.write_now(move |txn| crate::members::change_own(txn, &own, &form).map(|_| ())).unwrap();
        }
        let committee = As::Office(city.committee);
        assert_eq!(leafed(&house, committee, "/office/members", "data-label=\"姓名\""), 60);
        assert_eq!(leafed(&house, committee, "/office/members?q=%E5%9B%BD&waiting=true", "data-label=\"姓名\""), 60);
        assert_eq!(leafed(&house, As::Office(city.first), "/office/reviews", "全部通过</button>"), 60);
    });
}
