//! The pages of delegations, of paying for others and of records, by forms alone.

use axum::http::StatusCode;
use ejia_db::{Desk, TestDatabase};
use ejia_kernel::MemberId;
use ejia_payments::ChannelKind;

use super::{due, paid, write};
use crate::tests::city::{City, MIGRATIONS, Someone, add, found_city};
use crate::tests::house::{As, House};

fn in_house(test: impl Fn(&Desk, City, &House)) {
    let groups = [MIGRATIONS, &[ejia_payments::MIGRATIONS, ejia_documents::MIGRATIONS]].concat();
    TestDatabase::both(&groups, |desk| {
        let city = desk.write_now(found_city).unwrap();
        test(desk, city, &House::over(desk));
    });
}

/// The address that stands in a page between these two texts, the beginning included.
fn address<'p>(page: &'p str, begins: &str, ends: &str) -> &'p str {
    let start = page.find(begins).unwrap_or_else(|| panic!("{begins} is not on the page"));
    let rest = &page[start..];
    let end = rest[begins.len()..].find(ends).unwrap_or_else(|| panic!("no {ends}"));
    &rest[..begins.len() + end + ends.len()]
}

fn asking(payer: &Someone) -> String {
    format!("name={}&phone={}", percent(&payer.name), payer.phone)
}

fn percent(text: &str) -> String {
    crate::records::views::address("", &[("", text)]).trim_start_matches("?=").to_owned()
}

const MINE: &str = "/member/dues/delegations";
const ASKED: &str = "/member/dues/delegations/asked";

// proves: D8
#[test]
fn a_member_authorises_another_who_confirms_and_either_takes_it_back() {
    in_house(|desk, city, house| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.other, "林秀英"));
        let (principal, payer) = (As::Member(chen.id), As::Member(lin.id));
        assert!(house.get(principal, MINE).contains("还没有授权他人代交党费"));
        assert!(house.get(payer, ASKED).contains("还没有党员授权您代交党费"));
        let refused = house.post(principal, MINE, MINE, "name=%E6%9E%97&id_card_end=12");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("请填写公民身份证号的后四位") && refused.text.contains("value=\"林\""));
        let page = house.posted(principal, MINE, MINE, &asking(&lin));
        assert!(page.contains("待对方确认") && page.contains("林秀英"));
        let page = house.get(payer, ASKED);
        assert!(page.contains("陈建国") && page.contains("等待您确认"));
        let confirm = address(&page, "/member/dues/delegations/0", "/confirm").to_owned();
        let page = house.posted(payer, ASKED, &confirm, "");
        assert!(page.contains("可以代交的党员（1名）"));
        let page = house.get(principal, MINE);
        assert!(page.contains("已生效"));
        let revoke = address(&page, "/member/dues/delegations/0", "/revoke").to_owned();
        assert!(house.get(principal, &revoke).contains("确认撤销"));
        let stranger = As::Member(add(desk, city.first, "黄志强").id);
        assert_eq!(house.send(stranger, "GET", &revoke, String::new()).status, StatusCode::NOT_FOUND);
        let page = house.posted(payer, &revoke, &revoke, "");
        assert!(page.contains("已撤销（代交人）"));
        assert!(house.get(principal, MINE).contains("已结束的授权"));
        for path in ["/wechat/dues/delegations", "/wechat/dues/delegations/asked"] {
            let on_phone = house.send(principal, "GET", path, String::new());
            assert_eq!(on_phone.status, StatusCode::FORBIDDEN);
            assert!(on_phone.text.contains("只能在网页端进行，微信上不能操作"));
        }
    });
}

// proves: D9
#[test]
fn a_branch_delegates_one_member_for_another_and_for_all() {
    in_house(|desk, city, house| {
        let [chen, lin, _] = ["陈建国", "林秀英", "黄志强"].map(|name| add(desk, city.first, name));
        let (branch, list) = (As::Office(city.first), "/office/dues/delegations");
        let form = format!("{list}/new?member={}", chen.id);
        assert!(house.get(branch, list).contains("添加受托党员"));
        assert!(house.get(branch, &form).contains("为 陈建国 代交党费"));
        let refused = house.post(branch, &form, list, &format!("member={}&payer=", chen.id));
        assert!(refused.text.contains("请选择本支部的一名党员") && refused.text.contains("为 陈建国 代交党费"));
        let page = house.posted(branch, &form, list, &format!("member={}&payer={}", chen.id, lin.id));
        assert!(page.contains("共 3 名党员，其中 1 名有人代交") && page.contains("支部委托"));
        let batch = format!("{list}/new");
        assert!(house.get(branch, &batch).contains("批量委托"));
        let page = house.posted(branch, &batch, list, &format!("all=true&payer={}", lin.id));
        assert!(page.contains("其中 2 名有人代交"));
        let withdraw = address(&page, "/office/dues/delegations/0", "/withdraw").to_owned();
        assert!(house.get(branch, &withdraw).contains("确认撤销"));
        for other in [city.second, city.other] {
            assert_eq!(house.send(As::Office(other), "GET", &withdraw, String::new()).status, StatusCode::NOT_FOUND);
        }
        assert!(house.posted(branch, &withdraw, &withdraw, "").contains("其中 1 名有人代交"));
        let above = house.send(As::Office(city.committee), "GET", list, String::new());
        assert_eq!(above.status, StatusCode::FORBIDDEN);
    });
}

// proves: D10
#[test]
fn one_payment_for_several_shows_its_sum_first_and_leaves_out_whose_dues_are_not_set() {
    in_house(|desk, city, house| {
        let [chen, lin, huang] = ["陈建国", "林秀英", "黄志强"].map(|name| add(desk, city.first, name));
        let payer = add(desk, city.first, "王小明");
        write(
            desk,
            &[
                due(&chen, "2026-02", 1000),
                due(&chen, "2026-03", 1500),
                due(&lin, "2026-03", 500),
                due(&huang, "2026-02", 300),
            ],
        );
        let (branch, by) = (As::Office(city.first), As::Member(payer.id));
        let empty = house.get(by, "/member/dues/proxy");
        assert!(empty.contains("还没有可以代交的党员"));
        let batch = "/office/dues/delegations/new";
        house.posted(branch, batch, "/office/dues/delegations", &format!("all=true&payer={}", payer.id));
        let page = house.get(by, "/member/dues/proxy?all=true");
        assert!(page.contains("支部还未设置党费标准或还未确认党费，请联系该支部管理员"));
        assert_eq!(page.matches(" checked>").count(), 2);
        assert_eq!(page.matches(" disabled ").count(), 1);
        let list = "/member/dues/proxy";
        let nobody = house.post(by, list, list, "");
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        let choose = |ids: &[MemberId]| ids.iter().map(|id| format!("member={id}")).collect::<Vec<_>>().join("&");
        let unset = house.post(by, list, list, &choose(&[huang.id]));
        assert_eq!(unset.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sum = house.post(by, list, list, &choose(&[chen.id, lin.id]));
        assert_eq!(sum.status, StatusCode::OK, "{}", sum.text);
        assert!(sum.text.contains("为 2 名党员代交，合计 <strong>30.00</strong> 元") && sum.text.contains("支付宝"));
        let both = choose(&[chen.id, lin.id]);
        let pay = format!("{list}/pay");
        let stale = house.post(by, list, &pay, &format!("{both}&expected=2900&channel=alipay"));
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stale.text.contains("<strong>30.00</strong>"), "the sum as it is now");
        let no_channel = house.post(by, list, &pay, &format!("{both}&expected=3000"));
        assert_eq!(no_channel.status, StatusCode::UNPROCESSABLE_ENTITY);
        let paid = house.post(by, list, &pay, &format!("{both}&expected=3000&channel=alipay&remark=ok"));
        assert_eq!(paid.status, StatusCode::SEE_OTHER, "{}", paid.text);
        assert!(paid.location.starts_with("/member/dues/orders/"));
        let stranger = add(desk, city.second, "李四");
        let refused = house.post(by, list, list, &choose(&[stranger.id]));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

fn some_months(desk: &Desk, city: City) -> [Someone; 2] {
    let [chen, lin] = ["陈建国", "林秀英"].map(|name| add(desk, city.first, name));
    let mut bills = vec![paid(&chen, "2026-03", 3000, "2026-03-18T08:00:00+08:00", ChannelKind::Alipay)];
    bills.extend(["2025-12", "2026-01", "2026-02", "2026-03"].map(|month| due(&lin, month, 1000)));
    write(desk, &bills);
    [chen, lin]
}

// proves: D12
#[test]
fn the_unpaid_list_is_a_page_that_can_be_filtered_and_printed() {
    in_house(|desk, city, house| {
        let empty = house.get(As::Office(city.root), "/office/dues/unpaid");
        assert!(empty.contains("没有未交党费的党员"));
        some_months(desk, city);
        for organization in [city.root, city.committee, city.first] {
            let page = house.get(As::Office(organization), "/office/dues/unpaid");
            assert!(page.contains("林秀英") && page.contains("2025年12月至2026年3月") && page.contains("已欠3个月"));
            assert!(
                page.contains("40.00") && page.contains("2026年3月未交 1 人，10.00 元") && !page.contains("陈建国")
            );
            assert!(page.contains("****"), "phones are masked");
        }
        let page = house.get(As::Office(city.root), "/office/dues/unpaid?months=5&print=true");
        assert!(page.contains("没有符合条件的党员"));
        let hidden = format!("/office/dues/unpaid?organization={}", city.first);
        let got = house.send(As::Office(city.second), "GET", &hidden, String::new());
        assert_eq!(got.status, StatusCode::NOT_FOUND);
    });
}

// proves: D13
#[test]
fn records_are_looked_up_and_taken_away_as_sheets() {
    in_house(|desk, city, house| {
        let [chen, _] = some_months(desk, city);
        let branch = As::Office(city.first);
        let page = house.get(branch, "/office/dues/records?month=2026-03&q=%E9%99%88");
        for shown in ["陈建国", "30.00", "2026-03-18 08:00", "支付宝", "本人", "/office/payments/orders/"] {
            assert!(page.contains(shown), "{shown}");
        }
        assert!(!page.contains("林秀英"));
        let notice =
            address(&page, "/office/dues/records/notice", "form=xlsx").replace("&#38;", "&").replace("&amp;", "&");
        let table = house.get(branch, &notice);
        assert!(table.contains("1,陈建国,30.00,30.00,已交,2026-03-18") && table.contains("2,林秀英,10.00,0.00,未交,"));
        let paper = house.get(branch, &notice.replace("xlsx", "pdf"));
        assert!(paper.contains("党费交纳情况公示表") && paper.contains("中共集美第一支部委员会"));
        let member = format!("/office/dues/records/members/{}", chen.id);
        assert!(house.get(branch, &member).contains("已交 1 个月，合计 30.00 元"));
        for form in ["xlsx", "pdf"] {
            let card = house.get(branch, &format!("{member}/card?form={form}"));
            assert!(card.contains("党费交纳记录") && card.contains("2026年3月"), "{card}");
        }
        for path in [member.clone(), format!("{member}/card"), notice.clone()] {
            let got = house.send(As::Office(city.second), "GET", &path, String::new());
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
        }
        let id = chen.id.to_string();
        let trace = desk.read_now(move |txn| ejia_audit::about(txn, "member", id.clone(), 10)).unwrap();
        assert_eq!(trace.len(), 2, "who takes a record away leaves a trace");
    });
}

#[test]
fn a_committees_sheet_is_made_by_a_job_and_its_totals_can_be_followed() {
    in_house(|desk, city, house| {
        some_months(desk, city);
        let committee = As::Office(city.committee);
        let records = "/office/dues/records?month=2026-03";
        let fields = format!("organization={}&month=2026-03", city.committee);
        let page = house.posted(committee, records, "/office/dues/records/notice", &fields);
        assert!(page.contains("党费交纳情况公示表"));
        house.documents.handlers().drain(desk).unwrap();
        let list = house.get(committee, "/office/documents");
        let file = format!("{}/file", address(&list, "/office/documents/0", "\"").trim_end_matches('"'));
        let table = house.get(committee, &file);
        assert!(table.contains("1,中共集美第一支部委员会,陈建国,30.00,30.00,已交,2026-03-18"), "{table}");
        let page = house.get(As::Office(city.root), "/office/dues/totals?month=2026-03");
        assert!(page.contains("中共集美街道委员会") && page.contains("50.0%") && page.contains("1 / 2"));
        let down =
            address(&page, "/office/dues/totals?organization=", "2026-03").replace("&#38;", "&").replace("&amp;", "&");
        let page = house.get(As::Office(city.root), &down);
        assert!(page.contains("中共集美第一支部委员会") && page.contains("/office/dues/records?organization="));
        house.get(As::Office(city.first), "/office/dues/totals");
    });
}
