//! 【微信绑定】 in the member portal: since when, and 【解除绑定】. On the web alone: a phone that was lost cannot be asked.

use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::{Answer, Call, Input, Look, MemberPortal, Nothing, Page, Reply, Routes, page};

use crate::operations::binding::unbind;
use crate::store::bindings;
use crate::views::BindingView;

const BINDING: Page<MemberPortal, BindingView> = page!(BindingView, "member/access/binding.html", "微信绑定");
const UNBIND: Page<MemberPortal, BindingView> = page!(BindingView, "member/access/unbind.html", "解除绑定");

pub(super) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .page("/member/wechat", BINDING, shown)
        .page("/member/wechat/unbind", UNBIND, shown)
        .post("/member/wechat/unbind", end)
        .web_only()
}

fn shown(txn: &mut Txn<'_>, look: &Look<'_, MemberPortal>, _: &Nothing) -> Result<BindingView, Problem> {
    let since = bindings::bound_at(txn, look.caller().id())?;
    Ok(BindingView { since: since.map_or_else(String::new, |at| at.to_string()) })
}

async fn end(call: Call<MemberPortal>, Input(_): Input<Nothing>) -> Answer<MemberPortal> {
    let member = call.caller().id();
    let was_bound = call.desk().write(move |txn| unbind(txn, member)).await?;
    let said = if was_bound { "access.wechat_unbound_said" } else { "access.wechat_not_bound_said" };
    Ok(Reply::done("/member/wechat", Nothing {}).saying(said))
}
