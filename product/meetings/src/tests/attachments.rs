//! Files that go along with a meeting.

use axum::http::StatusCode;

use super::city::in_city;
use super::house::{As, House};

#[test]
fn a_file_goes_along_with_a_meeting_to_those_on_its_list_and_to_nobody_else() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let meeting = house.assembly(city.branch);
        let files = format!("{meeting}/files");
        let refused = house.upload(by, &files, ("file", ""), &[]);
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("请选择要上传的文件"));
        let added = house.upload(by, &files, ("file", "学习材料的内容"), &[]);
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
        assert_eq!(house.files(), 1);
        let page = house.get(by, &files);
        let id = page.split("/files/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let own = meeting.replace("/office/", "/member/");
        let member = As::Member(city.members[0]);
        assert!(house.get(member, &own).contains("a.jpg"));
        assert_eq!(house.ask(member, &format!("{own}/files/{id}")).text, "学习材料的内容");
        assert_eq!(house.ask(As::Member(city.stranger), &format!("{own}/files/{id}")).status, StatusCode::NOT_FOUND);
        assert_eq!(house.ask(As::Office(city.sister), &format!("{files}/{id}")).status, StatusCode::NOT_FOUND);
        assert_eq!(house.ask(As::Office(city.committee), &format!("{files}/{id}")).status, StatusCode::OK);
        let above = house.post(As::Office(city.committee), &format!("{files}/{id}/remove"), "");
        assert_eq!(above.status, StatusCode::FORBIDDEN);
        assert_eq!(house.post(by, &format!("{files}/{id}/remove"), "").status, StatusCode::SEE_OTHER);
        house.work();
        assert_eq!(house.files(), 0, "the file goes with its row");
        for _ in 0..10 {
            assert_eq!(house.upload(by, &files, ("file", "材料"), &[]).status, StatusCode::SEE_OTHER);
        }
        let full = house.upload(by, &files, ("file", "材料"), &[]);
        assert!(full.text.contains("最多10个附件"), "{}", full.text);
        assert_eq!(house.files(), 10, "what was refused is not kept");
    });
}
