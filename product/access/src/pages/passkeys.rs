//! 【安全验证】→ 通行密钥: a passkey is named, made by the browser, kept; or taken away.

use ejia_web::{Answer, Call, Input, Nothing, OfficePortal, Page, Portal, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::verification::{HOME, OVERVIEW};
use crate::operations::passkeys::{add, begin, remove};
use crate::passkeys::{Made, PasskeyOrigins, bytes};
use crate::views::verification::{self, PasskeyView};

const NEW: Page<OfficePortal, PasskeyView> = page!(PasskeyView, "office/verification/passkey.html", "添加通行密钥");

pub(super) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .post("/office/verification/passkeys/begin", begun)
        .post("/office/verification/passkeys", added)
        .post("/office/verification/passkeys/remove", removed)
}

/// Where browsers know passkeys in this house; a site that was told of nowhere has none.
pub(super) fn origins<P: Portal>(call: &Call<P>) -> PasskeyOrigins {
    call.site().part::<PasskeyOrigins>().map(|origins| origins.as_ref().clone()).unwrap_or_default()
}

#[derive(Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct NewForm {
    name: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct MadeForm {
    pending: String,
    name: String,
    client: String,
    authenticator: String,
    key: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct RemoveForm {
    passkey: String,
}

async fn begun(call: Call<OfficePortal>, Input(form): Input<NewForm>) -> Answer<OfficePortal, PasskeyView> {
    let (by, name) = (call.caller().clone(), form.name.clone());
    let offered = origins(&call).any();
    let begun = call.desk().write(move |txn| {
        let pending = begin(txn, &by, &name)?;
        verification::passkey(txn, &by, pending, &name)
    });
    match begun.await {
        Ok(view) => Ok(Reply::show(NEW, view)),
        Err(problem) => {
            let by = call.caller().clone();
            let view = call.desk().read(move |txn| verification::verification(txn, &by, offered)).await?;
            Reply::again(OVERVIEW, view, &form, problem)
        }
    }
}

async fn added(call: Call<OfficePortal>, Input(form): Input<MadeForm>) -> Answer<OfficePortal> {
    let (by, origins) = (call.caller().clone(), origins(&call));
    let made = Made { client: bytes(&form.client), authenticator: bytes(&form.authenticator), key: bytes(&form.key) };
    let kept = move |txn: &mut ejia_db::Txn<'_>| add(txn, &by, &origins, &form.pending, &form.name, &made);
    call.desk().write(kept).await?;
    Ok(Reply::done(HOME, Nothing {}).saying("access.passkey_added_said"))
}

async fn removed(call: Call<OfficePortal>, Input(form): Input<RemoveForm>) -> Answer<OfficePortal> {
    let (by, credential) = (call.caller().clone(), bytes(&form.passkey));
    call.desk().write(move |txn| remove(txn, &by, &credential)).await?;
    Ok(Reply::done(HOME, Nothing {}).saying("access.passkey_removed_said"))
}
