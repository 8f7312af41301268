//! The routes and what stands behind them, a file for each group of pages.

mod administrators;
mod applicants;
mod binding;
mod computers;
mod devices;
mod member_login;
mod member_password;
mod office_login;
mod organization_tokens;
mod passkeys;
mod password;
mod phone;
mod security;
mod verification;

use ejia_db::Desk;
use ejia_kernel::Problem;
use ejia_web::{ApplicantPortal, Call, Front, MemberPortal, OfficePortal, RouteSet, Routes, local_path};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::device;
use crate::model::{Came, Door};
use crate::operations::change_password::refuse_weak;
use crate::operations::on_field;
use crate::passwords::{Hash, Hashers, Secret};
use crate::rules::{OffLimits, folded};

/// What the address of a login page says: where its caller wanted to go.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Onward {
    next: String,
}

/// All routes of this crate, ready to be mounted.
pub fn routes() -> [RouteSet; 4] {
    [front().into(), member().into(), office().into(), applicant().into()]
}

/// The pages before a login.
pub fn front() -> Routes<Front> {
    member_login::routes()
        .merge(office_login::routes())
        .merge(computers::front())
        .merge(applicants::front())
        .merge(phone::front())
}

/// The pages of a member who has logged in.
pub fn member() -> Routes<MemberPortal> {
    password::member().merge(binding::routes()).merge(devices::member())
}

/// The pages of an officer who has logged in.
pub fn office() -> Routes<OfficePortal> {
    let own = password::office().merge(administrators::routes()).merge(computers::office());
    let safe = verification::routes().merge(passkeys::routes()).merge(devices::office());
    let tokens = organization_tokens::routes();
    own.merge(safe).for_every_office().merge(member_password::routes()).merge(tokens).merge(security::routes())
}

/// The pages of an applicant who has proven his phone.
pub fn applicant() -> Routes<ApplicantPortal> {
    applicants::applicant()
}

/// From where the caller has come.
fn came(call: &Call<Front>) -> Came {
    Came {
        door: if call.on_phone() { Door::Phone } else { Door::Web },
        device: device::named(call.agent()),
        channel: computers::channel(call.site()).is_kept(),
        computer: call.way().computer().map(str::to_owned),
    }
}

/// Whether a password opens a secret, found out on the password threads of this desk.
async fn opens(desk: &Desk, secret: Secret, password: String) -> Result<bool, Problem> {
    let answer = desk.shelf::<Hashers>().ask(move || secret.opens(&password))?;
    answer.await.map_err(|_| Problem::fault("a password thread died"))
}

/// The hash of a new password, made on the password threads of this desk.
async fn hashed(desk: &Desk, password: String) -> Result<Hash, Problem> {
    let answer = desk.shelf::<Hashers>().ask(move || Hash::of(&password))?;
    answer.await.map_err(|_| Problem::fault("a password thread died"))?
}

/// A new password typed twice, refused where it is already clear that it will not do.
fn new_password(password: &str, again: &str, login: &str) -> Result<String, Problem> {
    let password = folded(password);
    let numbers = if login.chars().count() < 6 { Vec::new() } else { vec![login.trim().to_owned()] };
    refuse_weak(&password, &OffLimits { numbers, first: None })?;
    if folded(again) != password {
        return Err(on_field("again", "access.password_again"));
    }
    Ok(password)
}

/// Refuses an empty field of a login.
fn filled(fields: &[(&str, &str, &'static str)]) -> Result<(), Problem> {
    let empty = fields.iter().filter(|(_, value, _)| value.trim().is_empty());
    let problem =
        empty.fold(Problem::refused("kernel.check_fields"), |problem, (field, _, code)| problem.on(field, code));
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// Where a login goes on: back to where it was asked for, if that is a page of the same portal, else home.
fn onward(next: &str, portals: &[&str], home: &str) -> String {
    local_path(next)
        .filter(|path| portals.iter().any(|portal| path.strip_prefix(portal).is_some_and(starts_afresh)))
        .unwrap_or(home)
        .to_owned()
}

fn starts_afresh(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['/', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_goes_on_only_inside_its_own_portal() {
        for (next, go) in [
            ("/member/readers?page=2", "/member/readers?page=2"),
            ("", "/home"),
            ("https://evil.example/member", "/home"),
            ("//evil.example/member/x", "/home"),
            ("/office/members", "/home"),
            ("/members", "/home"),
            ("/member/\\evil", "/home"),
            ("/member/../office", "/home"),
        ] {
            assert_eq!(onward(next, &["/member"], "/home"), go, "{next}");
        }
    }

    #[test]
    fn a_new_password_is_typed_twice_alike() {
        assert_eq!(new_password("lujiang2026", "lujiang2026", "").unwrap(), "lujiang2026");
        assert_eq!(new_password("ｌujiang2026", "lujiang２026", "").unwrap(), "lujiang2026");
        let refused = new_password("lujiang2026", "lujiang2027", "").unwrap_err();
        assert_eq!(refused.fields[0].field, "again");
        let refused = new_password("x13800138003", "x13800138003", "13800138003").unwrap_err();
        assert_eq!(refused.fields[0].code, "access.password_holds_number");
    }
}
