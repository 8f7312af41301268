//! 【运行情况】 of the organization portal.

use axum::extract::Path;
use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{JobId, OrganizationKind, Problem};
use ejia_web::{Answer, Call, Input, Look, Nothing, OfficePortal, Officer, Page, Reply, Routes, page};

use super::Storage;
use super::views::SystemView;

const SYSTEM: Page<OfficePortal, SystemView> = page!(SystemView, "office/system/system.html", "运行情况");

/// The system office's routes.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/system", SYSTEM, system)
        .post("/office/system/jobs/{id}/retry", retry)
        .only_for(&[OrganizationKind::SystemOffice])
}

fn system(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, _: &Nothing) -> Result<SystemView, Problem> {
    SystemView::of(txn, &*look.part::<Storage>()?)
}

async fn retry(call: Call<OfficePortal>, Path(id): Path<JobId>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    call.desk().write(move |txn| try_again(txn, &by, id)).await?;
    Ok(Reply::done("/office/system", Nothing::default()).saying("oversight.job_retried_said"))
}

/// Gives a failed job all its attempts again.
fn try_again(txn: &mut Txn<'_>, by: &Officer, id: JobId) -> Result<(), Problem> {
    if !ejia_jobs::try_again(txn, id)? {
        return Err(Problem::not_found("oversight.no_such_job"));
    }
    record(txn, Entry::new(&by.actor(), "oversight.job_retried").about("job", id).within(by.organization_id()))
}
