//! What is shown of a transfer, to whoever may see it: its facts, what was done step by step, what is still to come.

use ejia_db::Txn;
use ejia_directory::{Tree, tree};
use ejia_kernel::{Instant, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use crate::letters::{self, LetterView};
use crate::model::{Act, Direction, Stage, Step, Transfer};
use crate::road::{Road, Stop, limits};
use crate::store;

/// A step that was done.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StepView {
    pub(crate) act: &'static str,
    pub(crate) at: String,
    /// The organization that acted; the applicant when there is none.
    pub(crate) organization: String,
    pub(crate) by: String,
    pub(crate) said: String,
}

impl From<Step> for StepView {
    fn from(step: Step) -> Self {
        let Step { act, at, organization_id: _, organization, by, said } = step;
        let organization = match (organization.is_empty(), by.is_empty()) {
            (false, _) => organization,
            (true, _) if act == Act::Dropped => "系统".to_owned(),
            (true, false) => "本人".to_owned(),
            (true, true) => "持介绍信人".to_owned(),
        };
        Self { act: act.label(), at: at.to_string(), organization, by, said }
    }
}

/// A stop that is still to come.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StopView {
    /// What is done there.
    pub(crate) what: &'static str,
    pub(crate) organization: String,
    /// Whether it lies there now.
    pub(crate) here: bool,
}

/// The stops of a road in words.
pub(crate) fn stop_views(tree: &Tree, stops: &[Stop], here: bool) -> Vec<StopView> {
    let view = |(place, stop): (usize, &Stop)| StopView {
        what: to_do(stop.stage),
        organization: tree.name(stop.organization_id),
        here: here && place == 0,
    };
    stops.iter().enumerate().map(view).collect()
}

/// What an organization does at a stop.
pub(crate) const fn to_do(stage: Stage) -> &'static str {
    match stage {
        Stage::Review => "审核",
        Stage::Issue => "开具介绍信",
        Stage::Allocate => "划拨到党支部",
        Stage::Accept => "确认接收",
        _ => "",
    }
}

/// One transfer in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LineView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) direction: &'static str,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) unit: String,
    pub(crate) stage: &'static str,
    pub(crate) stage_code: &'static str,
    pub(crate) tone: &'static str,
    /// Where it lies now; a dash when it lies with nobody.
    pub(crate) at: String,
    pub(crate) opened: String,
    pub(crate) since: String,
    /// Until when it is to be handled; empty without a time-limit.
    pub(crate) due: String,
    pub(crate) late: bool,
}

impl LineView {
    pub(crate) fn of(tree: &Tree, transfer: &Transfer, now: Instant) -> Self {
        let Transfer { id, direction, name, from, to, unit, standing, since, opened_at, .. } = transfer;
        let due = limits::due(standing.stage, *since);
        Self {
            id: id.to_string(),
            name: name.clone(),
            direction: direction.label(),
            from: from.name.clone(),
            to: to.name.clone(),
            unit: unit.clone(),
            stage: standing.stage.label(),
            stage_code: standing.stage.code(),
            tone: standing.stage.tone(),
            at: standing.at.map_or_else(|| "—".to_owned(), |at| tree.name(at)),
            opened: opened_at.china_date().to_string(),
            since: since.china_date().to_string(),
            due: due.map(|due| due.china_date().to_string()).unwrap_or_default(),
            late: due.is_some_and(|due| due < now),
        }
    }
}

/// A transfer as its page shows it.
#[expect(clippy::struct_excessive_bools, reason = "what the page may show or offer, each by itself")]
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TransferView {
    pub(crate) line: LineView,
    pub(crate) within: bool,
    pub(crate) out: bool,
    pub(crate) comes_in: bool,
    pub(crate) addressee: String,
    pub(crate) reason: String,
    pub(crate) remark: String,
    pub(crate) steps: Vec<StepView>,
    /// What is still to come, the first of it here.
    pub(crate) to_come: Vec<StopView>,
    pub(crate) returned: bool,
    /// Why it came back; empty when it did not.
    pub(crate) returned_because: String,
    pub(crate) waits_for_receipt: bool,
    /// The last letter that was issued for it.
    pub(crate) letter: Option<LetterView>,
    pub(crate) may_withdraw: bool,
    /// What holds now that the member has arrived; empty before.
    pub(crate) arrival: Vec<String>,
}

impl TransferView {
    pub(crate) fn of(txn: &mut Txn<'_>, transfer: &Transfer) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let issuers = store::issuers(txn)?;
        let road = Road { tree: &tree, issuers: &issuers };
        let steps = store::steps(txn, transfer.id)?;
        let stage = transfer.standing.stage;
        let here = transfer.standing.at.map(|organization_id| Stop { stage, organization_id });
        let here = here.and_then(|stop| road.handled_at(stop));
        let to_come = here.map(|stop| road.onward(&transfer.trip(), stop).unwrap_or_else(|_| vec![stop]));
        let returned = stage == Stage::Returned;
        let letter = letters::latest(txn, transfer.id)?;
        let because = steps.last().filter(|_| returned).map(|step| step.said.clone());
        Ok(Self {
            line: LineView::of(&tree, transfer, txn.now()),
            within: transfer.direction == Direction::Within,
            out: transfer.direction == Direction::Out,
            comes_in: transfer.direction == Direction::In,
            addressee: transfer.addressee.clone(),
            reason: transfer.reason.clone(),
            remark: transfer.remark.clone(),
            steps: steps.into_iter().map(StepView::from).collect(),
            to_come: stop_views(&tree, &to_come.unwrap_or_default(), true),
            returned,
            returned_because: because.unwrap_or_default(),
            waits_for_receipt: stage == Stage::Receipt,
            letter: letter.map(|letter| LetterView::of(&letter, txn.now().china_date())),
            may_withdraw: stage.may_withdraw(),
            arrival: arrival(transfer),
        })
    }
}

/// What follows the member on arrival (T14), in words for both branches.
fn arrival(transfer: &Transfer) -> Vec<String> {
    let Some(ended) = transfer.ended_at.filter(|_| transfer.standing.stage == Stage::Done) else { return Vec::new() };
    let day = ended.china_date();
    let month = ejia_kernel::Month::of(day).next();
    let (from, to) = (&transfer.from.name, &transfer.to.name);
    match transfer.direction {
        Direction::Within => vec![
            format!("党员档案：自{}起由{to}管理，{from}保留历史记录。", day.chinese()),
            format!(
                "党费：{}年{}月起由{to}设置；以前月份由已设置的党支部收取，不重复收取。",
                month.year(),
                month.number()
            ),
            "代交：党员本人的授权继续有效；原党支部的委托自动失效，由新党支部重新委托。".to_owned(),
            format!("会议：{to}以后发布的会议可以通知该党员；过去的参会记录保留在{from}。"),
        ],
        Direction::Out => vec![
            format!("党员档案：自{}起移入{from}的历史党员，党费和组织生活记录保留。", day.chinese()),
            "党费：不再设置新的月份；已交纳的记录可以随时查询和导出。".to_owned(),
        ],
        Direction::In => vec![
            format!("党员档案：自{}起由{to}管理，党员可用【党员登录】登录，初始密码为手机号码。", day.chinese()),
            format!("党费：{}年{}月起由{to}设置；以前月份以介绍信所载为准。", month.year(), month.number()),
        ],
    }
}
