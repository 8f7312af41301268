//! Whatever is thrown at a form, it answers with a sentence and 4xx, and never falls.

use ejia_acceptance::routes::{self, Belongings, Route};
use ejia_acceptance::{Browser, House};
use ejia_kernel::OrganizationKind;

/// Every route that changes something.
fn posts() -> Vec<Route> {
    let posts: Vec<Route> = routes::all().into_iter().filter(|route| route.method == "POST").collect();
    assert!(posts.len() > 20, "the list of routes is not the product's: {posts:?}");
    posts
}

/// Who is let in where; what is the branch's alone is tried by its administrator, the rest by the city's.
const CALLERS: [(&str, &str); 5] =
    [("front", "visitor"), ("member", "member"), ("office", "city"), ("office", "branch"), ("applicant", "applicant")];

/// Somebody whom this portal lets in, with the ids of his own things and a proof of origin.
fn caller(house: &House, (portal, who): (&str, &str)) -> (Browser, Belongings, String) {
    let (branch, people) = house.paying_branch();
    if house.count("SELECT COUNT(*) FROM dues_bill") == 0 {
        house.live_dues(&branch);
    }
    let ids = Belongings::of_branch(house, &branch);
    let mut browser = match who {
        "member" => house.inside_as_member(people[0].id),
        "city" => house.inside_as(OrganizationKind::CityCommittee),
        "branch" => house.inside_as_officer_of(&branch),
        "applicant" => house.inside_as_applicant("13611112222"),
        _ => house.visitor(),
    };
    let token = routes::csrf(&mut browser, portal, &ids);
    (browser, ids, token)
}

/// Sends the same bad body to every form, each time by somebody who may be there.
fn every_form_refuses(kind: &str, body: impl Fn(&str) -> Vec<u8>) {
    House::on_both(|house| {
        for (portal, who) in CALLERS {
            let (mut browser, ids, token) = caller(house, (portal, who));
            for route in posts().iter().filter(|route| route.portal == portal) {
                let answer = browser.post(&ids.fill(&route.path), kind, &body(&token));
                assert!((400..500).contains(&answer.status), "{} {}: {}", route.path, answer.status, answer.text());
                assert!(answer.text().chars().count() > 5, "{}: no sentence", route.path);
            }
        }
    });
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_field_of_ten_megabytes_is_refused_by_every_form() {
    every_form_refuses(FORM, |token| format!("csrf={token}&name={}", "9".repeat(10 << 20)).into_bytes());
}

#[test]
fn a_nul_byte_is_refused_by_every_form() {
    every_form_refuses(FORM, |token| format!("csrf={token}&name=a%00b&phone=%00").into_bytes());
}

#[test]
fn broken_utf8_is_refused_by_every_form() {
    every_form_refuses(FORM, |token| format!("csrf={token}&name=%FF%FE%C3%28").into_bytes());
}

#[test]
fn a_form_without_proof_of_origin_is_refused() {
    every_form_refuses(FORM, |_| b"name=a".to_vec());
    every_form_refuses(FORM, |_| b"name=a&csrf=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_vec());
}

#[test]
fn a_body_of_an_unknown_kind_is_refused() {
    every_form_refuses("text/plain", |token| format!("csrf={token}&name=a").into_bytes());
    every_form_refuses("application/xml", |_| b"<name>a</name>".to_vec());
}

#[test]
fn broken_json_is_refused_by_every_form() {
    every_form_refuses("application/json", |_| b"{\"name\": ".to_vec());
    every_form_refuses("application/json", |_| b"[1, 2]".to_vec());
    every_form_refuses("application/json", |_| format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes());
}

/// Names of fields that forms of the product have.
const NAMES: [&str; 44] = [
    "id",
    "name",
    "login",
    "password",
    "new",
    "again",
    "old",
    "code",
    "phone",
    "id_card",
    "reason",
    "note",
    "organization",
    "organization_id",
    "branch",
    "version",
    "kind",
    "born_on",
    "admitted_on",
    "standing",
    "lost",
    "row",
    "rows",
    "user_name",
    "bill",
    "received_on",
    "remark",
    "channel",
    "expected",
    "member",
    "month",
    "payer",
    "all",
    "base",
    "amount",
    "basis",
    "computed",
    "typed_reason",
    "exemption",
    "pasted",
    "from",
    "scale",
    "mode",
    "id_card_end",
];

#[test]
fn values_of_the_wrong_type_never_bring_a_form_down() {
    let values = [
        "-1",
        "1e400",
        "9999999999999999999999",
        "{}",
        "[]",
        "null",
        "'; DROP TABLE member; --",
        "𬱖\u{202e}",
        "2026-02-30",
        "%25",
    ];
    House::on_both(|house| {
        for (portal, who) in CALLERS {
            let (mut browser, ids, token) = caller(house, (portal, who));
            for route in posts().iter().filter(|route| route.portal == portal) {
                for value in values {
                    let mut fields = vec![("csrf".to_owned(), token.clone())];
                    fields.extend(NAMES.map(|name| (name.to_owned(), value.to_owned())));
                    let body = ejia_acceptance::browser::encoded(&fields);
                    let answer = browser.post(&ids.fill(&route.path), FORM, body.as_bytes());
                    assert!(answer.status < 500, "{} {value}: {}: {}", route.path, answer.status, answer.text());
                }
                for value in ["{\"a\": 1}", "[[]]", "1.5", "true", "null", "-9223372036854775809"] {
                    let fields: Vec<String> = NAMES.iter().map(|name| format!("\"{name}\": {value}")).collect();
                    let body = format!("{{\"csrf\": \"{token}\", {}}}", fields.join(", "));
                    let answer = browser.post(&ids.fill(&route.path), "application/json", body.as_bytes());
                    assert!(answer.status < 500, "{} {value}: {}: {}", route.path, answer.status, answer.text());
                }
            }
        }
    });
}

#[test]
fn a_broken_upload_never_brings_a_form_down() {
    const KIND: &str = "multipart/form-data; boundary=x";
    let bodies: [&[u8]; 6] = [
        b"",
        b"--x",
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\nPK\x03\x04 no more",
        b"--x\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n1\r\n--x--\r\n",
        b"--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\xff\xfe\r\n--x--\r\n",
        b"--y\r\n\r\n--y--",
    ];
    House::on_both(|house| {
        for (portal, who) in CALLERS {
            let (mut browser, ids, _) = caller(house, (portal, who));
            for route in posts().iter().filter(|route| route.portal == portal) {
                for body in bodies {
                    let answer = browser.post(&ids.fill(&route.path), KIND, body);
                    assert!((400..500).contains(&answer.status), "{}: {}", route.path, answer.status);
                }
            }
        }
    });
}

#[test]
fn odd_questions_in_the_address_never_bring_a_page_down() {
    let questions =
        ["?q=%FF", "?q=%00", "?q=%25%5F%27", "?after=x&page=-1&kind=nobody&standing=9", "?a=1&a=2&q=1&q=2", "?q"];
    House::on_both(|house| {
        for (portal, who) in CALLERS {
            let (mut browser, ids, _) = caller(house, (portal, who));
            for route in routes::all().iter().filter(|route| route.portal == portal && route.method == "GET") {
                for question in questions {
                    let answer = browser.get(&format!("{}{question}", ids.fill(&route.path)));
                    assert!(answer.status < 500, "{}{question}: {}", route.path, answer.status);
                }
                let long = format!("{}?q={}", ids.fill(&route.path), "党".repeat(4_000));
                assert!(browser.get(&long).status < 500, "{}: a long question", route.path);
            }
        }
    });
}

#[test]
fn ids_that_are_none_are_not_found() {
    House::on_both(|house| {
        for (portal, who) in CALLERS {
            let (mut browser, _, _) = caller(house, (portal, who));
            for route in
                routes::all().iter().filter(|r| r.portal == portal && r.method == "GET" && r.path.contains('{'))
            {
                for id in ["0", "x", "%00", "%FF", "..%2F..%2Fetc", "01k0000000000000000000000a", &"z".repeat(3_000)] {
                    let path: Vec<&str> =
                        route.path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
                    let answer = browser.get(&path.join("/"));
                    assert!((400..500).contains(&answer.status), "{} with {id}: {}", route.path, answer.status);
                }
            }
        }
    });
}
