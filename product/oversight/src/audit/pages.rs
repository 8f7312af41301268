//! 【操作记录】 and 【记录校验】 of the organization portal: all of it only reads, but for the walk that is asked for.

use ejia_db::Txn;
use ejia_kernel::{OrganizationKind, Problem};
use ejia_web::{Answer, Asked, Call, File, Input, Look, Nothing, OfficePortal, Page, Reply, Routes, page};

use super::asked::RecordAsked;
use super::views::{ChainView, RecordView, checkpoint};
use super::{exports, verification};

const RECORD: Page<OfficePortal, RecordView> = page!(RecordView, "office/audit/record.html", "操作记录");
const CHAIN: Page<OfficePortal, ChainView> = page!(ChainView, "office/audit/chain.html", "记录校验");

/// The audit office's routes.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/audit/records", RECORD, record)
        .post("/office/audit/records/export", export)
        .page("/office/audit/chain", CHAIN, chain)
        .post("/office/audit/chain/verify", verify)
        .get("/office/audit/chain/checkpoint", take_checkpoint)
        .only_for(&[OrganizationKind::AuditOffice])
}

fn record(txn: &mut Txn<'_>, look: &Look<'_, OfficePortal>, asked: &Asked<RecordAsked>) -> Result<RecordView, Problem> {
    RecordView::of(txn, &asked.0, &|action| look.sentence(action))
}

fn chain(txn: &mut Txn<'_>, _: &Look<'_, OfficePortal>, _: &Nothing) -> Result<ChainView, Problem> {
    ChainView::of(txn)
}

async fn export(call: Call<OfficePortal>, Input(asked): Input<RecordAsked>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    let ask = move |txn: &mut Txn<'_>| {
        let wanted = asked.wanted(txn)?.ok_or_else(|| Problem::refused("oversight.record_empty"))?;
        exports::ask(txn, &by, &wanted)
    };
    let id = call.desk().write(ask).await?;
    Ok(Reply::done(format!("/office/documents/{id}"), Nothing::default()))
}

async fn verify(call: Call<OfficePortal>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    call.desk().write(move |txn| verification::ask(txn, &by)).await?;
    Ok(Reply::done("/office/audit/chain", Nothing::default()))
}

async fn take_checkpoint(call: Call<OfficePortal>) -> Answer<OfficePortal, File> {
    let (name, bytes) = call.desk().read(checkpoint).await?;
    Ok(Reply::file(&name, "application/json", bytes))
}
