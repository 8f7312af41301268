//! The pages of 【开具权限】.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{OrganizationId, Problem};
use ejia_web::{Answer, Asked, Call, Input, Look, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::change;
use super::views::{IssuerView, IssuersAsked, IssuersView};

const ISSUERS: Page<OfficePortal, IssuersView> = page!(IssuersView, "office/transfers/issuers.html", "开具权限");
const ISSUER: Page<OfficePortal, IssuerView> = page!(IssuerView, "office/transfers/issuer.html", "更改开具权限");

/// The routes of the right to issue letters.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/transfers/issuers", ISSUERS, issuers)
        .page("/office/transfers/issuers/{id}", ISSUER, issuer)
        .post("/office/transfers/issuers/{id}", change_one)
}

type OfficeLook<'a> = Look<'a, OfficePortal>;

fn issuers(
    txn: &mut Txn<'_>,
    look: &OfficeLook<'_>,
    Asked(asked): &Asked<IssuersAsked>,
) -> Result<IssuersView, Problem> {
    IssuersView::of(txn, look.caller(), asked)
}

fn issuer(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<OrganizationId>) -> Result<IssuerView, Problem> {
    IssuerView::one(txn, look.caller(), *id)
}

/// What was confirmed: the right is given, or taken away. It says which, so that confirming twice changes nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Confirmed {
    may_issue: bool,
}

/// What programs hear: how it stands now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Changed {
    organization: String,
    may_issue: bool,
}

async fn change_one(
    call: Call<OfficePortal>,
    Path(id): Path<OrganizationId>,
    Input(Confirmed { may_issue }): Input<Confirmed>,
) -> Answer<OfficePortal, Changed> {
    let by = call.caller().clone();
    call.desk().write(move |txn| change(txn, &by, id, may_issue)).await?;
    let said = if may_issue { "transfers.issuer_given_said" } else { "transfers.issuer_taken_said" };
    let view = Changed { organization: id.to_string(), may_issue };
    Ok(Reply::done("/office/transfers/issuers", view).saying(said))
}
