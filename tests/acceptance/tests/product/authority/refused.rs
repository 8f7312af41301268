//! What an administrator is refused is in the record of acts.

use ejia::city::InventedOrganization;
use ejia_acceptance::House;
use ejia_kernel::OrganizationKind::{AuditOffice, Branch};

/// proves: R2 R4
#[test]
fn who_tries_what_is_not_his_is_seen_in_the_record_and_cannot_fill_it() {
    House::on_both(|house| {
        let code = house.branch_with_members();
        let elsewhere = house.city().organizations().iter().filter(|one| one.kind == Branch);
        let far = elsewhere.map(InventedOrganization::code).find(|other| **other != code).expect("another").to_owned();
        let member = house.a_member_of(&far);
        let mut officer = house.inside_as_officer_of(&code);
        assert_eq!(officer.get(&format!("/office/members/{member}")).status, 404);
        assert_eq!(officer.get("/office/system").status, 403);
        assert_eq!(officer.get("/office").status, 200);
        let mut audit = house.inside_as(AuditOffice);
        let page = audit.open("/office/audit/records?action=web.refused").clone();
        let lines = page.rows();
        assert_eq!(lines.iter().filter(|line| line.iter().any(|cell| cell.contains("访问被拒绝"))).count(), 2);
        for part in ["GET /office/members/{id}", "GET /office/system", &code] {
            assert!(page.says(part), "{part}: {}", page.text());
        }
        assert!(!page.says(&member.to_string()), "whose record it was is not recorded");
        for _ in 0..60 {
            officer.get("/office/system");
        }
        let recorded = house.count("SELECT COUNT(*) FROM audit_entry WHERE action = 'web.refused'");
        assert!((20..=26).contains(&recorded), "{recorded}");
    });
}
