//! 【党费管理】→【党费标准录入】.

use std::sync::Arc;

use ejia_db::Txn;
use ejia_directory::import::ImportDesk;
use ejia_kernel::table::{TableFault, TableRow};
use ejia_kernel::{Month, OrganizationId, OrganizationKind, Problem};
use ejia_web::{
    Answer, Asked, BranchOfficer, Call, Either, Input, LongInput, Nothing, OfficePortal, Officer, Page, Reply, Routes,
    Upload, page,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::compute::{Compute, ComputedView, compute};
use super::entry::SheetEntered;
use super::fill::{self, Filled};
use super::model::Sheet;
use super::open;
use super::overview::{OverviewAsked, OverviewView, overview};
use super::policy_view::RoundingView;
use super::rounding::{self, RoundingEntered};
use super::save::{self, Submitted, month_of};
use super::views::{Beside, SheetView};

const SHEET: Page<OfficePortal, SheetView> = page!(SheetView, "office/dues/standards.html", "党费标准录入");
const OVERVIEW: Page<OfficePortal, OverviewView> =
    page!(OverviewView, "office/dues/standards_overview.html", "党费标准录入");
const COMPUTED: Page<OfficePortal, ComputedView> =
    page!(ComputedView, "office/dues/standards_computed.html", "党费金额计算");
const ROUNDING: Page<OfficePortal, RoundingView> = page!(RoundingView, "office/dues/rounding.html", "党费尾数处理");

/// The most rows of a table that are read.
const MOST_ROWS: usize = 2_000;

/// The routes of standards.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/dues/standards", show)
        .get("/office/dues/standards/compute", computed)
        .post("/office/dues/standards/draft", draft)
        .post("/office/dues/standards/submit", submit)
        .post("/office/dues/standards/paste", paste)
        .post("/office/dues/standards/import", import)
        .get("/office/dues/rounding", show_rounding)
        .post("/office/dues/rounding", set_rounding)
}

/// Which sheet, and how it is looked at.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct SheetAsked {
    month: String,
    /// A branch under the caller's organization; his own when empty.
    branch: String,
    /// `print`: to be printed, without a form.
    look: String,
    q: String,
    only: String,
    after: String,
}

async fn show(
    call: Call<OfficePortal>,
    Asked(asked): Asked<SheetAsked>,
) -> Answer<OfficePortal, Either<SheetView, OverviewView>> {
    let officer = call.caller().clone();
    if officer.kind() != OrganizationKind::Branch && asked.branch.is_empty() {
        let view = call
            .desk()
            .read(move |txn| {
                let month = asked_month(txn, &asked.month)?;
                let SheetAsked { month: text, q, only, after, .. } = asked.clone();
                overview(txn, &officer, month, &OverviewAsked { month: text, q, only, after })
            })
            .await?;
        return Ok(Reply::show(OVERVIEW, view).right());
    }
    let view = call
        .desk()
        .read(move |txn| {
            let month = asked_month(txn, &asked.month)?;
            let branch = overseen_branch(txn, &officer, &asked.branch)?;
            let sheet = open::open(txn, branch, month)?;
            SheetView::of(txn, &officer, &sheet, asked.look != "print", &Beside::default())
        })
        .await?;
    Ok(Reply::show(SHEET, view).left())
}

/// The month that was asked for; this one when none was.
fn asked_month(txn: &Txn<'_>, text: &str) -> Result<Month, Problem> {
    if text.trim().is_empty() { Ok(Month::of(txn.now().china_date())) } else { month_of(text) }
}

/// A branch that the officer's organization is or has under it; what lies elsewhere does not exist for him.
fn overseen_branch(txn: &mut Txn<'_>, officer: &Officer, id: &str) -> Result<OrganizationId, Problem> {
    if id.is_empty() {
        return Ok(officer.organization_id());
    }
    let unknown = || Problem::not_found("dues.no_such_branch");
    let tree = ejia_directory::tree(txn)?;
    let node = id.parse().ok().and_then(|id| tree.get(id)).ok_or_else(unknown)?;
    let here = officer.oversees(&node.path) && node.kind == OrganizationKind::Branch;
    if here { Ok(node.id) } else { Err(unknown()) }
}

fn address(month: Month) -> String {
    format!("/office/dues/standards?month={month}")
}

async fn draft(call: Call<OfficePortal>, LongInput(input): LongInput<SheetEntered>) -> Answer<OfficePortal> {
    let (by, entered) = (call.caller().as_branch()?, input.clone());
    match call.desk().write(move |txn| save::save_draft(txn, &by, &entered)).await {
        Ok(month) => Ok(Reply::done(address(month), Nothing::default()).saying("dues.standards_saved_said")),
        Err(problem) => again(&call, input, problem).await,
    }
}

async fn submit(
    call: Call<OfficePortal>,
    LongInput(input): LongInput<SheetEntered>,
) -> Answer<OfficePortal, SubmittedView> {
    let (by, entered) = (call.caller().as_branch()?, input.clone());
    match call.desk().write(move |txn| save::submit(txn, &by, &entered)).await {
        Ok(submitted) => Ok(submitted_reply(&submitted)),
        Err(problem) => again(&call, input, problem).await,
    }
}

/// What a program is answered that has submitted a sheet: how many bills are new, changed and so on.
#[derive(Debug, Serialize, JsonSchema)]
struct SubmittedView {
    month: Month,
    lines: usize,
    total: ejia_kernel::Fen,
    new: usize,
    changed: usize,
    differences: usize,
    withdrawn: usize,
    billed_elsewhere: usize,
}

fn submitted_reply(submitted: &Submitted) -> Reply<OfficePortal, SubmittedView> {
    let Submitted { month, issued, lines, total } = submitted;
    let view = SubmittedView {
        month: *month,
        lines: *lines,
        total: *total,
        new: issued.new.len(),
        changed: issued.changed.len(),
        differences: issued.differences.len(),
        withdrawn: issued.withdrawn.len(),
        billed_elsewhere: issued.billed_elsewhere.len(),
    };
    let corrected = view.changed + view.differences + view.withdrawn;
    let (said, args) = if view.new + corrected == 0 {
        ("dues.standards_same_said", Vec::new())
    } else if corrected == 0 {
        ("dues.standards_set_said", vec![("count", lines.to_string()), ("total", total.to_string())])
    } else {
        let args = [
            ("new", view.new),
            ("changed", view.changed),
            ("differences", view.differences),
            ("withdrawn", view.withdrawn),
        ];
        ("dues.standards_corrected_said", args.map(|(name, count)| (name, count.to_string())).to_vec())
    };
    Reply::done(address(*month), view).saying_with(said, args)
}

/// The sheet again, with what was filled in and what stands against it beside each line.
async fn again<V>(call: &Call<OfficePortal>, entered: SheetEntered, problem: Problem) -> Answer<OfficePortal, V> {
    if problem.fields.iter().all(|wrong| wrong.field == "month") && problem.code != "dues.sheet_empty" {
        return Err(problem);
    }
    let beside = Beside { entered: Some(entered.clone()), problem: Some(problem.clone()), ..Beside::default() };
    let view = filled_in(call, beside).await?;
    Reply::again(SHEET, view, &Nothing::default(), problem)
}

/// The sheet with what was filled in.
async fn filled_in(call: &Call<OfficePortal>, beside: Beside) -> Result<SheetView, Problem> {
    let officer = call.caller().clone();
    call.desk().read(move |txn| lay_over(txn, &officer, &beside)).await
}

fn lay_over(txn: &mut Txn<'_>, officer: &Officer, beside: &Beside) -> Result<SheetView, Problem> {
    let entered = beside.entered.clone().unwrap_or_default();
    let sheet = open::open(txn, officer.organization_id(), month_of(&entered.month)?)?;
    let conflict = beside.problem.as_ref().is_some_and(|problem| problem.code == "dues.sheet_changed_meanwhile");
    let theirs = conflict.then(|| sheet.clone());
    let mine = save::overlay(sheet, &entered)?.sheet;
    let mut view = SheetView::of(txn, officer, &mine, true, beside)?;
    if let Some(theirs) = theirs {
        view.remarks = SheetView::differing(&theirs, &mine);
    } else {
        // Whoever goes on must still have seen what he began with.
        view.version = entered.version.trim().parse().unwrap_or(view.version);
    }
    Ok(view)
}

async fn paste(call: Call<OfficePortal>, LongInput(input): LongInput<SheetEntered>) -> Answer<OfficePortal, SheetView> {
    let by = call.caller().as_branch()?;
    let rows = fill::rows_of(&input.pasted);
    fill_in(&call, &by, input, rows).await
}

async fn import(call: Call<OfficePortal>, upload: Upload) -> Answer<OfficePortal, SheetView> {
    let by = call.caller().as_branch()?;
    let entered = SheetEntered {
        month: upload.field("month").to_owned(),
        version: upload.field("version").to_owned(),
        ..SheetEntered::default()
    };
    match rows_of_file(&call, upload).await {
        Ok(rows) => fill_in(&call, &by, entered, rows).await,
        Err(problem) => again(&call, entered, problem).await,
    }
}

/// Reads an uploaded table, on a thread of the desk's: files are read where waiting is allowed.
async fn rows_of_file(call: &Call<OfficePortal>, upload: Upload) -> Result<Vec<TableRow>, Problem> {
    if upload.is_empty() {
        return Err(Problem::refused("dues.choose_file").on("file", "dues.choose_file"));
    }
    let tables = call.site().part::<Arc<ImportDesk>>()?;
    let (open, file, name) = (tables.open.clone(), upload.file.clone(), upload.name.clone());
    let read = move || open(&file, &name)?.take(MOST_ROWS).collect::<Result<Vec<TableRow>, TableFault>>();
    call.desk().read(move |_| Ok(read())).await?.map_err(|fault| {
        let reason = vec![("reason", fault.sentence())];
        Problem::refused("dues.no_table").with("reason", fault.sentence()).on_with("file", "dues.no_table", reason)
    })
}

/// Shows the form with the rows filled in; nothing is saved.
async fn fill_in(
    call: &Call<OfficePortal>,
    by: &BranchOfficer,
    entered: SheetEntered,
    rows: Vec<TableRow>,
) -> Answer<OfficePortal, SheetView> {
    let (branch, form) = (by.organization_id(), entered.clone());
    let filled = call
        .desk()
        .read(move |txn| {
            let sheet: Sheet = open::open(txn, branch, month_of(&form.month)?)?;
            fill::fill(txn, &sheet, &form, &rows)
        })
        .await;
    match filled {
        Ok(Filled { entered, count, remarks }) => {
            let beside = Beside { entered: Some(entered), filled: Some(count), remarks, ..Beside::default() };
            Ok(Reply::show(SHEET, filled_in(call, beside).await?))
        }
        Err(problem) => again(call, entered, problem).await,
    }
}

async fn computed(call: Call<OfficePortal>, Asked(asked): Asked<Compute>) -> Answer<OfficePortal, ComputedView> {
    let by = call.caller().as_branch()?;
    let view = call.desk().read(move |txn| compute(txn, by.organization_id(), &asked)).await?;
    Ok(Reply::show(COMPUTED, view))
}

async fn show_rounding(call: Call<OfficePortal>) -> Answer<OfficePortal, RoundingView> {
    Ok(Reply::show(ROUNDING, rounding_view(&call).await?))
}

async fn rounding_view(call: &Call<OfficePortal>) -> Result<RoundingView, Problem> {
    let officer = call.caller().clone();
    call.desk().read(move |txn| RoundingView::of(txn, &officer)).await
}

async fn set_rounding(call: Call<OfficePortal>, Input(input): Input<RoundingEntered>) -> Answer<OfficePortal> {
    let (by, entered) = (call.caller().clone(), input.clone());
    match call.desk().write(move |txn| rounding::choose(txn, &by, &entered)).await {
        Ok(()) => Ok(Reply::done("/office/dues/rounding", Nothing::default()).saying("dues.rounding_set_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(ROUNDING, rounding_view(&call).await?, &input, problem),
    }
}
