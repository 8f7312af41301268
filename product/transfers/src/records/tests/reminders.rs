//! What waits for an organization, on its first page.

use ejia_db::{Desk, args};
use ejia_kernel::{LetterId, OrganizationId, TransferId};

use crate::model::Stage;
use crate::tests::city::{at, close, coming_in, in_city, officer, out, within, write};
use crate::tests::house::{As, House};

/// What waits for an organization: what, how many, how many late.
fn waits(desk: &Desk, of: OrganizationId) -> Vec<(&'static str, i64, i64)> {
    let by = officer(desk, of);
    let all = desk.read_now(move |txn| crate::reminders(txn, &by)).unwrap();
    all.iter().map(|reminder| (reminder.text, reminder.count, reminder.late)).collect()
}

#[test]
fn what_lies_with_an_organization_is_counted_and_what_is_late_is_said() {
    in_city(|desk, city| {
        let house = House::over(desk);
        assert!(!house.get(As::Office(city.deep), "/office").contains("待办事项"));
        at(desk, "2026-03-01");
        write(desk, &within("甲", city.deep, city.far), Stage::Review, Some(city.deep));
        at(desk, "2026-03-10");
        write(desk, &out("乙", city.deep), Stage::Review, Some(city.deep));
        write(desk, &out("丙", city.deep), Stage::Issue, Some(city.committee));
        write(desk, &coming_in("丁", city.far), Stage::Allocate, Some(city.far_committee));
        write(desk, &coming_in("戊", city.far), Stage::Accept, Some(city.far));
        write(desk, &within("己", city.deep, city.far), Stage::Done, None);
        assert_eq!(waits(desk, city.deep), [("组织关系转出待审核", 2, 1)]);
        assert_eq!(waits(desk, city.committee), [("组织关系转出待开具介绍信", 1, 0)]);
        assert_eq!(waits(desk, city.far_committee), [("组织关系转入待划拨", 1, 0)]);
        assert_eq!(waits(desk, city.far), [("组织关系转入待接收", 1, 0)]);
        assert_eq!(waits(desk, city.root), []);
        let page = house.get(As::Office(city.deep), "/office");
        assert!(page.contains("组织关系转出待审核") && page.contains("已超期1项"), "{page}");
        // What lay with a branch that was closed goes back to its committee.
        close(desk, city.far);
        assert_eq!(waits(desk, city.far_committee), [("组织关系转入待划拨", 2, 0)]);
        assert_eq!(waits(desk, city.working), []);
    });
}

#[test]
fn receipts_are_late_a_month_after_their_letters() {
    in_city(|desk, city| {
        for (number, valid_until) in [(1, "2026-02-19"), (2, "2026-02-20"), (3, "2026-04-01")] {
            let id = write(desk, &out("甲", city.direct), Stage::Receipt, None);
            letter(desk, id, city.committee, number, valid_until);
        }
        at(desk, "2026-03-20");
        assert_eq!(waits(desk, city.direct), [("介绍信待回执", 3, 1)]);
        assert_eq!(waits(desk, city.deep), []);
    });
}

fn letter(desk: &Desk, transfer: TransferId, issuer: OrganizationId, number: i64, valid_until: &'static str) {
    desk.write_now(move |txn| {
        let (id, now) = (LetterId::random(), txn.now());
        txn.execute(
            "INSERT INTO transfer_letter (id, transfer_id, organization_id, issuer, year, sequence, number, name,
                 content, check_token, receipt_index, signature_kind, signature, issued_at, valid_until)
             VALUES ($1, $2, $3, '', 2026, $4, '', '', $5, $1, $6, '', $5, $7, $8)",
            &args![id, transfer, issuer, number, Vec::<u8>::new(), id.to_string().into_bytes(), now, valid_until],
        )?;
        Ok(())
    })
    .unwrap();
}
