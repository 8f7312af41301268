//! The same handlers for programs: JSON, bearer tokens, fragments.

use ejia_acceptance::{Browser, House};
use serde_json::{Value, json};

fn post(browser: &mut Browser, path: &str, body: &Value) -> (u16, Value) {
    let answer = browser.post(path, "application/json", body.to_string().as_bytes());
    (answer.status, answer.json())
}

/// proves: A1 A2 M2
#[test]
fn a_program_logs_in_and_reads_a_record_with_a_bearer_token() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let person = house.people_of(&branch).into_iter().rfind(|person| !person.phone().is_empty()).expect("somebody");
        let mut program = house.visitor();
        let login = json!({"login": person.id_card(), "password": person.phone()});
        let (status, begun) = post(&mut program, "/api/v1/member/login", &login);
        assert_eq!(status, 200, "{begun}");
        let finish = json!({
            "pending": begun["pending"], "code": house.code(person.phone()),
            "password": "Gulangyu88", "again": "Gulangyu88",
        });
        let (status, inside) = post(&mut program, "/api/v1/member/login/first", &finish);
        assert!((200..300).contains(&status), "{inside}");
        let token = inside["token"].as_str().expect("a token").to_owned();
        program.forget_cookies();
        program.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        let record = program.get("/api/v1/member/record");
        assert_eq!(record.status, 200);
        assert_eq!(record.json()["name"], person.name());
        // The refusal of a form takes the same road.
        let (status, refused) = post(&mut program, "/api/v1/member/record", &json!({"phone": "12345"}));
        assert_eq!(status, 422);
        assert!(refused["fields"]["phone"].as_str().is_some_and(|sentence| !sentence.is_empty()), "{refused}");
        assert!(refused["code"].is_string() && refused["message"].is_string());
    });
}

/// proves: A14
#[test]
fn one_handler_wears_four_faces() {
    House::on_both(|house| {
        let member = house.a_member_of(&house.branch_with_members());
        let mut browser = house.inside_as_member(member);
        let whole = browser.get("/member/record");
        assert!(whole.body().starts_with("<!doctype html>"));
        let fragment = browser.request("GET", "/member/record", &[("hx-request", "true")], None);
        assert!(!fragment.body().contains("<html") && fragment.says("所在党支部"));
        let web = browser.get("/member/meetings");
        let phone = house.inside_on_phone(member).get("/wechat/meetings");
        assert_eq!((phone.status, phone.heading()), (200, web.heading()));
        let api = browser.get("/api/v1/openapi.json");
        assert_eq!(api.status, 200);
        assert!(api.json()["paths"].as_object().is_some_and(|paths| paths.len() > 20));
        for path in ["/healthz", "/readyz"] {
            assert_eq!(browser.get(path).status, 200, "{path}");
        }
    });
}

#[test]
fn what_is_not_there_is_a_page_and_not_a_fall() {
    House::on_both(|house| {
        let mut visitor = house.visitor();
        for path in [
            "/nothing",
            "/member/nothing",
            "/office/nothing",
            "/api/v1/nothing",
            "/%00",
            "/%FF%FE",
            "/member/record/../../x",
        ] {
            let answer = visitor.get(path);
            assert!((300..500).contains(&answer.status), "{path}: {}", answer.status);
        }
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
            let answer = visitor.request(method, "/member/login", &[], None);
            assert!(answer.status < 500, "{method}: {}", answer.status);
        }
    });
}

#[test]
fn what_was_counted_is_read_on_this_machine_and_names_nobody() {
    House::on_both(|house| {
        let mut city = house.inside_as(ejia_kernel::OrganizationKind::CityCommittee);
        let member = house.a_member_of(&house.branch_with_members());
        assert_eq!(city.get(&format!("/office/members/{member}")).status, 200);
        assert_eq!(city.get("/nowhere").status, 404);
        let counted = house.visitor().get("/metrics").body();
        for line in [
            "ejia_answers_total{route=\"/office/members/{id}\",method=\"GET\",status=\"200\"} 1",
            "ejia_answers_total{route=\"none\",method=\"GET\",status=\"404\"} 1",
            "ejia_answer_seconds_count{route=\"/office/members/{id}\"} 1",
            "ejia_jobs{state=\"failed\"} 0",
        ] {
            assert!(counted.contains(line), "{line} is not in: {counted}");
        }
        assert!(!counted.contains(&member.to_string()));
    });
}
