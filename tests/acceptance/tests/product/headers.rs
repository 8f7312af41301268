//! What every answer tells the browser to be strict about, and what the house takes in at most.

use ejia_acceptance::{Browser, House, Page};

/// An answer of each kind: a page, a page of a portal, the way to a login, a refusal, nothing found, an address that is no
/// text, a wrong method, a program's answer, a phone's page, a file.
fn answers(house: &House, origin: &str) -> Vec<Page> {
    let (branch, people) = house.paying_branch();
    let over_tls = |browser: Browser| {
        let mut browser = browser.moved_to(origin);
        for (name, value) in browser.cookies().clone() {
            browser.set_cookie(&format!("__Host-{name}"), &value);
        }
        browser.headers.push(("x-forwarded-proto".to_owned(), "https".to_owned()));
        browser
    };
    let mut visitor = over_tls(house.visitor());
    let mut member = over_tls(house.inside_as_member(people[0].id));
    let mut phone = over_tls(house.inside_on_phone(people[0].id));
    let mut officer = over_tls(house.inside_as_officer_of(&branch));
    vec![
        visitor.get("/"),
        visitor.get("/member/login"),
        visitor.get("/member/record"),
        visitor.get("/nothing"),
        visitor.get("/letters/%00"),
        visitor.request("DELETE", "/member/login", &[], None),
        visitor.get("/api/v1/member/record"),
        visitor.get("/healthz"),
        visitor.get("/reading/large"),
        visitor.post("/member/login", "text/plain", b"x"),
        visitor.post("/member/login", "application/x-www-form-urlencoded", b"login=1"),
        member.get("/member/record"),
        member.get("/member/my-data?form=json"),
        phone.get("/wechat"),
        officer.get("/office/members"),
        officer.get("/office/members/01k0000000000000000000000a"),
        officer.request("GET", "/office/members", &[("hx-request", "true")], None),
    ]
}

#[test]
fn every_answer_tells_the_browser_to_be_strict() {
    House::on_both(|house| {
        for page in answers(house, &house.rehearsal(true)) {
            let header = |name: &str| page.header(name).unwrap_or_default().to_owned();
            let (path, policy) = (&page.path, header("content-security-policy"));
            for part in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
                assert!(policy.split("; ").any(|one| one == part), "{path}: {part} is not in {policy}");
            }
            assert!(policy.contains("form-action 'self'") && !policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(header("strict-transport-security"), "max-age=31536000", "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(header("x-frame-options"), "DENY", "{path}");
            assert_eq!(header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(header("cache-control"), "no-store", "{path}");
        }
    });
}

#[test]
fn cookies_belong_to_this_host_and_to_tls_and_no_script_sees_them() {
    House::on_both(|house| {
        let lines = |pages: Vec<Page>| -> Vec<String> {
            let headers = pages.into_iter().flat_map(|page| page.headers);
            headers.filter(|(name, _)| name == "set-cookie").map(|(_, line)| line).collect()
        };
        let set = lines(answers(house, &house.rehearsal(true)));
        assert!(set.len() >= 2, "{set:?}");
        for line in set {
            assert!(line.starts_with("__Host-ejia_") && !line.contains("Domain"), "{line}");
            for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
                assert!(line.split("; ").any(|one| one == part), "{part} is not in {line}");
            }
        }
        // Without TLS there is no such cookie, and one that was planted under the bare name is none over TLS.
        let bare = lines(vec![house.visitor().get("/member/login"), house.visitor().get("/reading/large")]);
        assert!(!bare.is_empty() && bare.iter().all(|line| line.starts_with("ejia_") && !line.contains("Secure")));
        let mut planted = house.inside_as_officer_of(&house.branch_with_members()).moved_to(&house.rehearsal(true));
        planted.headers.push(("x-forwarded-proto".to_owned(), "https".to_owned()));
        assert_eq!(planted.get("/office").status, 303);
    });
}
