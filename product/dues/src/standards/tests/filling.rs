//! Filling a sheet from a spreadsheet.

use ejia_db::Desk;
use ejia_kernel::OrganizationId;

use super::{MARCH, draft, form, line, sheet, shown};
use crate::standards::entry::SheetEntered;
use crate::standards::fill::{Filled, fill, rows_of};
use crate::tests::city::{City, add, in_city};

fn paste(desk: &Desk, branch: OrganizationId, pasted: &str) -> Filled {
    let (sheet, rows) = (sheet(desk, branch, MARCH), rows_of(pasted));
    let entered = SheetEntered { month: MARCH.to_owned(), version: "0".to_owned(), ..SheetEntered::default() };
    desk.read_now(move |txn| fill(txn, &sheet, &entered, &rows)).unwrap()
}

#[test]
fn a_spreadsheet_fills_the_form_and_saves_nothing() {
    in_city(|desk, City { first, .. }| {
        let (zhang, _li) = (add(desk, first, "张三"), add(desk, first, "李四"));
        let filled = paste(desk, first, "姓名\t党费基数\t党费\n张　三\t３，０００\t\n李四\t5000\t60\n");
        assert_eq!((filled.count, filled.remarks.as_slice()), (2, [].as_slice()));
        assert!(sheet(desk, first, MARCH).row.is_none());
        let mut entered = filled.entered;
        let place = entered.member.iter().position(|id| *id != zhang.id.to_string()).unwrap();
        entered.typed_reason[place] = "自愿多交".to_owned();
        draft(desk, first, entered).unwrap();
        assert_eq!(
            shown(&sheet(desk, first, MARCH)),
            [line("张三", "wage", "3000.00", "15.00"), line("李四", "wage", "5000.00", "60.00")]
        );
    });
}

#[test]
fn what_was_not_taken_is_told_row_by_row() {
    in_city(|desk, City { first, .. }| {
        let (one, _two, _li) = (add(desk, first, "张三"), add(desk, first, "张三"), add(desk, first, "李四"));
        let text =
            format!("张三,3000\n张三,{},3000,\n王五,3000\n李四,三千\n李四,4000\n李四,5000\n,3000\n", one.id_card_end());
        let filled = paste(desk, first, &text);
        assert_eq!(filled.count, 1);
        assert_eq!(
            filled.remarks,
            [
                "第1行：本支部有2名“张三”，请加一列公民身份证号后四位，或直接在表中填写。",
                "第2行：本支部有2名“张三”，请加一列公民身份证号后四位，或直接在表中填写。",
                "第3行：本支部这个月没有名叫“王五”的党员，没有填入。",
                "第4行：党费基数“三千”不是金额，没有填入。",
                "第6行：“李四”前面已经填入过，这一行没有填入。",
                "第7行：没有姓名，没有填入。",
            ]
        );
        let headed = format!("姓名,身份证后四位,党费基数\n张三,{},3000\n", one.id_card_end());
        let filled = paste(desk, first, &headed);
        assert_eq!((filled.count, filled.remarks.as_slice()), (1, [].as_slice()));
        let place = filled.entered.member.iter().position(|id| *id == one.id.to_string()).unwrap();
        assert_eq!(filled.entered.base[place], "3000");
    });
}

#[test]
fn other_lines_of_the_form_stay_as_they_were_typed() {
    in_city(|desk, City { first, .. }| {
        let (zhang, li) = (add(desk, first, "张三"), add(desk, first, "李四"));
        let typed = form(MARCH, 0, &[(&zhang, "retired", "4000", "", "", ""), (&li, "typed", "", "20", "", "")]);
        let (seen, rows) = (sheet(desk, first, MARCH), rows_of("李四\t5000"));
        let filled = desk.read_now(move |txn| fill(txn, &seen, &typed, &rows)).unwrap();
        let lines = filled.entered.lines();
        assert_eq!((lines[&zhang.id].basis.as_str(), lines[&zhang.id].base.as_str()), ("retired", "4000"));
        assert_eq!((lines[&li.id].basis.as_str(), lines[&li.id].base.as_str()), ("wage", "5000"));
    });
}
