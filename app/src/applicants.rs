//! What an applicant finds behind his door as long as applications are not taken here.

use ejia_web::{Answer, ApplicantPortal, Call, Page, Reply, Routes, page};

const NEW: Page<ApplicantPortal, ()> = page!((), "applicant/transfers/closed.html", "添加申请");
const APPLICATIONS: Page<ApplicantPortal, ()> = page!((), "applicant/transfers/closed.html", "修改申请");

/// The routes of applicants.
pub(crate) fn routes() -> Routes<ApplicantPortal> {
    Routes::new().get("/transfers/in/new", new).get("/transfers/in/applications", applications)
}

async fn new(_: Call<ApplicantPortal>) -> Answer<ApplicantPortal> {
    Ok(Reply::show(NEW, ()))
}

async fn applications(_: Call<ApplicantPortal>) -> Answer<ApplicantPortal> {
    Ok(Reply::show(APPLICATIONS, ()))
}
