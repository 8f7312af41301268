//! What waits for an administrator stands at the top of his first page.

use ejia_db::Txn;
use ejia_kernel::{OrganizationKind, Problem};
use ejia_web::Officer;

use super::{As, in_city, peopled};
use crate::Reminder;

/// A room that stands on the directory, in which something waits for every branch.
#[expect(clippy::unnecessary_wraps, reason = "a room that asks the database may fail")]
pub(super) fn elsewhere(_: &mut Txn<'_>, by: &Officer) -> Result<Vec<Reminder>, Problem> {
    let count = if by.kind() == OrganizationKind::Branch { 3 } else { 0 };
    Ok(vec![Reminder { text: "申请待审核", count, late: 2, href: "/office/members", action: "去办理" }])
}

#[test]
fn what_waits_is_told_first_and_nothing_is_told_where_nothing_waits() {
    in_city(|desk, city| {
        let (house, member, _) = peopled(desk, city);
        let page = house.get(As::Office(city.first), "/office");
        for shown in ["待办事项", "申请待审核", "3项", "已超期2项", "去办理"] {
            assert!(page.contains(shown), "{shown}");
        }
        assert!(!page.contains("reminder-2"), "no record awaits review");
        house.posted(As::Member(member.id), "/member/record", "/member/record", "post=%E6%95%99%E5%B8%88");
        let own = As::Member(member.id);
        house.posted(own, "/member/record", "/member/record", "name=%E9%99%88%E5%BB%BA%E5%86%9B");
        let page = house.get(As::Office(city.first), "/office");
        let (first, second) = (page.find("id=\"reminder-1\"").unwrap(), page.find("id=\"reminder-2\"").unwrap());
        assert!(page[first..second].contains("档案修改待审核") && page[first..second].contains("/office/reviews"));
        for above in [city.committee, city.root, city.desk] {
            assert!(!house.get(As::Office(above), "/office").contains("待办事项"));
        }
    });
}
