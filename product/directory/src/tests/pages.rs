//! Every page as a browser gets it, in the states a person meets.

mod leafing;
mod reminders;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use ejia_db::{Desk, Txn};
use ejia_kernel::{AdministratorId, MemberId, OrganizationId, Problem, SessionId};
use ejia_web::{Doorkeeper, Member as Caller, Officer, Site};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{City, add, add_record, in_city, record_named, reload};
use crate::members::RecordField;
use crate::{Member, member_brief, tree};

/// Lets in whoever names an organization or a member.
struct Keeper;

impl Doorkeeper for Keeper {
    fn member(&self, txn: &mut Txn<'_>, token: &str) -> Result<Option<Caller>, Problem> {
        let id = token.parse::<MemberId>().map_err(Problem::fault)?;
        let brief = member_brief(txn, id)?;
        Ok(brief.map(|brief| Caller::admitted(id, brief.organization_id, brief.name, SessionId::random())))
    }

    fn officer(&self, txn: &mut Txn<'_>, token: &str) -> Result<Option<Officer>, Problem> {
        let id = token.parse::<OrganizationId>().map_err(Problem::fault)?;
        let tree = tree(txn)?;
        let node = tree.find(id)?;
        let admin = AdministratorId::random();
        let session = SessionId::random();
        Ok(Some(Officer::admitted(admin, id, &node.name, node.kind, node.path.clone(), "王管理", session)))
    }
}

struct House {
    router: Router,
    runtime: tokio::runtime::Runtime,
}

struct Got {
    status: StatusCode,
    text: String,
    location: String,
}

#[derive(Clone, Copy)]
enum As {
    Office(OrganizationId),
    Member(MemberId),
}

impl House {
    fn over(desk: &Desk) -> Self {
        let site = Site::builder(desk.clone())
            .texts(&[crate::TEXTS])
            .doorkeeper(Arc::new(Keeper))
            .keys([7; 32])
            .part(crate::Reminders::default().with(reminders::elsewhere))
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { router: site.router(crate::routes()), runtime }
    }

    fn send(&self, by: As, method: &str, path: &str, body: String) -> Got {
        let cookie = match by {
            As::Office(id) => format!("ejia_office={id}"),
            As::Member(id) => format!("ejia_member={id}"),
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.runtime.block_on(async {
            let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            let location = parts.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap());
            Got {
                status: parts.status,
                location: location.to_owned(),
                text: String::from_utf8_lossy(&bytes).into_owned(),
            }
        })
    }

    fn get(&self, by: As, path: &str) -> String {
        let got = self.send(by, "GET", path, String::new());
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
        got.text
    }

    /// Posts a form that was got from `page`.
    fn post(&self, by: As, page: &str, path: &str, fields: &str) -> Got {
        let form = self.get(by, page);
        let token = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        self.send(by, "POST", path, format!("csrf={token}&{fields}"))
    }

    fn posted(&self, by: As, page: &str, path: &str, fields: &str) {
        let got = self.post(by, page, path, fields);
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{path}: {}", got.text);
        self.get(by, &got.location);
    }
}

/// A house with a few members of every sort.
fn peopled(desk: &Desk, city: City) -> (House, Member, Member) {
    let member = add(desk, city.first, "陈建国");
    let holder = add(desk, city.other, "林晓梅");
    let mut record = record_named("无手机");
    record.phone = None;
    add_record(desk, city.first, record);
    (House::over(desk), member, holder)
}

#[test]
fn every_page_shows_itself_to_those_it_is_for() {
    in_city(|desk, city| {
        let (house, member, _) = peopled(desk, city);
        for organization in [city.root, city.committee, city.first, city.second, city.desk] {
            for path in [
                "/office",
                "/office/organizations",
                "/office/members",
                "/office/departed",
                "/office/reviews",
                "/office/members?q=%E9%99%88",
                "/office/members?q=zzz",
                "/office/members?q=138",
                "/office/departed?q=x",
                "/office/organizations?q=%E9%9B%86%E7%BE%8E",
                "/office/organizations?q=zzz",
                "/office/members?kind=probationary&standing=normal&without_phone=true&waiting=on",
            ] {
                house.get(As::Office(organization), path);
            }
        }
        let page = house.get(As::Office(city.committee), "/office/members");
        for shown in ["陈建国", "无手机", "没有登记", "未审核", "划拨", "共 2 名党员"] {
            assert!(page.contains(shown), "{shown}");
        }
        let (phone, id_card) = (member.record.text(RecordField::Phone), member.record.text(RecordField::IdCard));
        assert!(!page.contains(&phone) && !page.contains(&id_card));
        let page = house.get(As::Office(city.root), &format!("/office/organizations/{}", city.committee));
        assert!(page.contains("中共集美第一支部委员会") && page.contains("二级权限"));
        let hidden = house.send(
            As::Office(city.committee),
            "GET",
            &format!("/office/organizations/{}", city.other),
            String::new(),
        );
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        let json = house.get(As::Member(member.id), "/member/record");
        assert!(json.contains("核对无误，提交审核"));
    });
}

#[test]
fn a_record_goes_from_the_member_to_the_branch_and_back_by_forms_alone() {
    in_city(|desk, city| {
        let (house, member, _) = peopled(desk, city);
        let (own, branch) = (As::Member(member.id), As::Office(city.first));
        house.posted(
            own,
            "/member/record",
            "/member/record",
            "name=%E9%99%88%E5%BB%BA%E5%86%9B&post=%E6%95%99%E5%B8%88",
        );
        let page = house.get(own, "/member/record");
        assert!(page.contains("待审核") && page.contains("撤回"));
        let page = house.get(branch, "/office/reviews");
        assert!(page.contains("<del class=\"was\">陈建国</del>") && page.contains("<ins class=\"now\">陈建军</ins>"));
        let above = house.get(As::Office(city.committee), "/office/reviews");
        assert!(above.contains("陈建军") && !above.contains("全部通过"));
        house.posted(branch, "/office/reviews", &format!("/office/reviews/members/{}/accept", member.id), "");
        let page = house.get(own, "/member/record");
        assert!(page.contains("已锁定") && page.contains("灰色部分"));
        let refused = house.post(own, "/member/record", "/member/record", "name=%E9%99%88");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("联系支部管理员"));
        assert_eq!(reload(desk, &member).record.post, "教师");
    });
}

#[test]
fn the_record_is_on_the_web_alone() {
    in_city(|desk, city| {
        let (house, member, _) = peopled(desk, city);
        for page in ["record", "readers", "my-data"] {
            let refused = house.send(As::Member(member.id), "GET", &format!("/wechat/{page}"), String::new());
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{page}");
            house.get(As::Member(member.id), &format!("/member/{page}"));
        }
    });
}

#[test]
fn the_numbers_are_shown_once_and_the_member_sees_who_read_them() {
    in_city(|desk, city| {
        let (house, member, _) = peopled(desk, city);
        let (branch, id_card) = (As::Office(city.first), member.record.text(RecordField::IdCard));
        let page = format!("/office/members/{}", member.id);
        assert!(!house.get(branch, &page).contains(&id_card));
        let refused = house.post(branch, &page, &format!("{page}/unmask"), "reason=");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!refused.text.contains(&id_card));
        let shown = house.post(branch, &page, &format!("{page}/unmask"), "reason=%E6%A0%B8%E5%AF%B9");
        assert!(shown.status == StatusCode::OK && shown.text.contains(&id_card));
        assert!(!house.get(branch, &page).contains(&id_card));
        assert!(house.get(As::Member(member.id), "/member/readers").contains("核对"));
        let table = house.get(As::Member(member.id), "/member/my-data");
        assert!(table.contains(&id_card) && table.contains("查看完整信息"));
        house.get(As::Member(member.id), "/member/my-data?form=json");
    });
}

#[test]
fn an_edit_is_refused_beside_its_fields_and_a_clash_tells_its_number() {
    in_city(|desk, city| {
        let (house, member, holder) = peopled(desk, city);
        let branch = As::Office(city.first);
        let page = format!("/office/members/{}/edit", member.id);
        assert!(!house.get(branch, &page).contains(&member.record.text(RecordField::Phone)));
        let refused = house.post(branch, &page, &page, "name=&born_on=never");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("请填写姓名。") && refused.text.contains("value=\"never\""));
        let phone = holder.record.text(RecordField::Phone);
        let clash = house.post(branch, &page, &page, &format!("phone={phone}"));
        assert_eq!(clash.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(clash.text.contains("手机号被占用") && clash.text.contains("K2026-000001"));
        assert!(!clash.text.contains("林晓梅"));
        assert!(house.get(branch, &format!("/office/members/{}", member.id)).contains("K2026-000001"));

        let help = As::Office(city.desk);
        let list = house.get(help, "/office/cases");
        let case = list.split("href=\"/office/cases/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let case = format!("/office/cases/{case}");
        assert!(house.get(help, &case).contains("林晓梅"));
        assert_eq!(house.post(help, &case, &format!("{case}/resolve"), "").status, StatusCode::UNPROCESSABLE_ENTITY);
        house.posted(help, &case, &format!("{case}/resolve"), "outcome=given&note=ok");
        house.get(help, "/office/cases?resolved=true");
        house.get(help, "/office/cases?q=k2026-000001");
        house.get(help, "/office/cases?q=nothing");
        assert!(house.get(branch, &format!("/office/members/{}", member.id)).contains("号码归申请方"));
        assert_eq!(house.send(branch, "GET", "/office/cases", String::new()).status, StatusCode::FORBIDDEN);
        house.posted(branch, &page, &page, "clear=phone&post=%E6%95%99%E5%B8%88");
        assert_eq!(reload(desk, &member).record.phone, None);
    });
}

#[test]
fn a_committee_allocates_removes_and_restores_by_forms_alone() {
    in_city(|desk, city| {
        let (house, member, _) = peopled(desk, city);
        let committee = As::Office(city.committee);
        let page = format!("/office/members/allocate?member={}", member.id);
        let asked = house.post(
            committee,
            &page,
            "/office/members/allocate",
            &format!("member={}&branch=%E9%9B%86%E7%BE%8E", member.id),
        );
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text.contains("查到的党支部") && asked.text.contains("中共集美第二支部委员会"));
        assert!(!asked.text.contains(&format!("value=\"{}\"", city.first)), "where he stands is no place to go to");
        let fields = format!("member={}&branch=&branch_id={}", member.id, city.second);
        house.posted(committee, &page, "/office/members/allocate", &fields);
        assert_eq!(reload(desk, &member).organization_id, city.second);
        let one = format!("/office/members/{}", member.id);
        assert!(house.get(As::Office(city.second), &one).contains("中共集美第一支部委员会"));
        let remove = format!("{one}/remove");
        assert_eq!(house.post(committee, &remove, &remove, "reason=other").status, StatusCode::UNPROCESSABLE_ENTITY);
        house.posted(committee, &remove, &remove, "reason=transferred");
        assert!(house.get(committee, "/office/departed").contains("已转出"));
        assert!(!house.get(committee, "/office/members").contains("陈建国"));
        house.posted(committee, &one, &format!("{one}/restore"), "");
        for path in [page, remove] {
            let refused = house.send(As::Office(city.second), "GET", &path, String::new());
            assert_eq!(refused.status, StatusCode::FORBIDDEN);
        }
        house.posted(As::Office(city.second), &one, &format!("{one}/reviewed"), "");
        let back = house.get(As::Office(city.second), &one);
        assert!(back.contains("已审核"));
    });
}

#[test]
fn a_change_sent_back_tells_the_member_why_and_a_masked_one_says_what_is_hidden() {
    in_city(|desk, city| {
        let (house, member, _) = peopled(desk, city);
        let (own, branch) = (As::Member(member.id), As::Office(city.first));
        let number = member.record.text(RecordField::Phone);
        let near = format!("{}9{}", &number[..5], &number[6..]);
        house.posted(own, "/member/record", "/member/record", &format!("phone={near}"));
        let queue = house.get(branch, "/office/reviews");
        assert!(queue.contains("变动的数字已隐藏") && !queue.contains(&near));
        let change = queue.split("action=\"/office/reviews/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let back = format!("/office/reviews/{change}/return");
        let refused = house.post(branch, "/office/reviews", &back, "reason=");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains(&format!("<p class=\"wrong\" id=\"reason-{change}-wrong\">")),
            "{}",
            refused.text
        );
        assert!(
            refused.text.contains("<details open>") && refused.text.contains(&format!("href=\"#reason-{change}\""))
        );
        house.posted(branch, "/office/reviews", &back, "reason=%E6%9F%A5%E6%97%A0%E6%AD%A4%E5%8F%B7");
        assert!(house.get(own, "/member/record").contains("查无此号"));
        assert!(house.get(branch, &format!("/office/members/{}", member.id)).contains("查无此号"));
    });
}
