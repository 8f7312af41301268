//! The sheets that are handed out, as people read them.

use ejia_db::Desk;
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::{OrganizationId, Problem};
use ejia_payments::ChannelKind;

use super::{due, month, paid, write};
use crate::bills::BillState;
use crate::records::history;
use crate::records::scope::Scope;
use crate::records::sheets::{LongNotice, Sheet, card, notice};
use crate::tests::city::{City, Someone, add, in_city, officer};

/// A sheet as plain text: title, facts, rows, sums, seal.
fn drawn(around: &Around, columns: &[Column], rows: &[Vec<Cell>]) -> String {
    let Around { title, below, facts, sums, seal, note, .. } = around;
    let pair = |(word, value): &(String, String)| format!("{word}：{value}");
    let mut lines = vec![title.clone(), below.clone()];
    lines.extend(facts.iter().map(pair));
    lines.push(columns.iter().map(|column| column.name).collect::<Vec<_>>().join(" | "));
    lines.extend(rows.iter().map(|row| row.iter().map(Cell::text).collect::<Vec<_>>().join(" | ")));
    lines.extend(sums.iter().map(pair));
    lines.extend(seal.iter().map(|(whose, day)| format!("{whose}（盖章）{day}")));
    lines.push(note.clone());
    lines.join("\n")
}

fn people(desk: &Desk, city: City) -> Someone {
    let at = "2026-03-18T08:00:00+08:00";
    let [chen, lin, huang] = ["陈建国", "林秀英", "黄志强"].map(|name| add(desk, city.first, name));
    let wang = add(desk, city.second, "王小明");
    write(
        desk,
        &[
            paid(&chen, "2026-03", 3000, at, ChannelKind::Alipay),
            paid(&chen, "2026-02", 3000, "2026-02-20T08:30:00+08:00", ChannelKind::Ccb).by("x", "林秀英"),
            paid(&chen, "2026-02", 500, "2026-03-18T08:00:00+08:00", ChannelKind::Alipay).sequence(1),
            paid(&chen, "2026-02", -100, "2026-03-18T08:00:00+08:00", ChannelKind::Ccb)
                .sequence(2)
                .state(BillState::GivenBack),
            due(&chen, "2026-01", 0).state(BillState::Exempt),
            due(&chen, "2025-12", 3000).state(BillState::Cancelled),
            due(&chen, "2025-11", 3000),
            due(&lin, "2026-03", 500),
            due(&huang, "2026-03", 0).state(BillState::Exempt),
            paid(&wang, "2026-03", 1000, at, ChannelKind::Cash).by("x", "王管理"),
            due(&wang, "2026-03", 20).sequence(1),
        ],
    );
    chen
}

fn scoped<T: Send + 'static>(
    desk: &Desk,
    id: OrganizationId,
    read: impl Fn(&mut ejia_db::Txn<'_>, &Scope) -> Result<T, Problem> + Send + 'static,
) -> T {
    let by = officer(desk, id);
    desk.read_now(move |txn| {
        let scope = Scope::of(txn, &by, "")?;
        read(txn, &scope)
    })
    .unwrap()
}

#[test]
fn a_branchs_month_is_put_up_for_everybody_to_read() {
    in_city(|desk, city| {
        people(desk, city);
        let Sheet { around, columns, rows } =
            scoped(desk, city.first, |txn, scope| notice(txn, scope, month("2026-03")));
        insta::assert_snapshot!("notice", drawn(&around, &columns, &rows));
    });
}

#[test]
fn a_committees_month_comes_a_branch_at_a_time() {
    in_city(|desk, city| {
        people(desk, city);
        let notice = scoped(desk, city.root, |txn, scope| LongNotice::of(txn, scope, month("2026-03")));
        let mut problem: Option<Problem> = None;
        let rows: Vec<_> = notice.rows(desk, |_| Ok(()), &mut problem).collect();
        assert!(problem.is_none());
        assert_eq!(i64::try_from(rows.len()).unwrap(), notice.total);
        insta::assert_snapshot!("long_notice", drawn(&notice.around, &notice.columns, &rows));
    });
}

#[test]
fn a_members_record_stands_for_his_dues_card() {
    in_city(|desk, city| {
        let chen = people(desk, city);
        let by = officer(desk, city.first);
        let Sheet { around, columns, rows } = desk
            .read_now(move |txn| {
                let record = history::of_member(txn, &by, chen.id)?;
                Ok(card(&record, txn.now().china_date()))
            })
            .unwrap();
        insta::assert_snapshot!("card", drawn(&around, &columns, &rows));
    });
}
