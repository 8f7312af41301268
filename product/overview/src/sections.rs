//! The parts of the overview: 党员队伍, 党费, 组织生活, 组织关系转移. Each is tables of numbers with the lists they lead to, and
//! a chart beside each table.

use ejia_directory::{Figures, MEMBERS, Trait};
use ejia_dues::{BRANCHES_SET, DuesLine, paid_rate, payable_month};
use ejia_kernel::{Date, Fen};
use ejia_meetings::{BRANCHES_ASKED, Standing, due_kinds, figure_of, held_figure, quarter_of, standing_address};
use ejia_transfers::{Count, Tab};
use schemars::JsonSchema;
use serde::Serialize;

use crate::chart::Chart;

/// A number and where what it counts is listed; nowhere when there is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Number {
    pub(crate) number: i64,
    pub(crate) address: String,
}

impl Number {
    pub(crate) fn of(number: i64, address: String) -> Self {
        Self { number, address: if number == 0 { String::new() } else { address } }
    }
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) numbers: Vec<Number>,
    /// Words after the numbers: a share, an amount.
    pub(crate) words: Vec<String>,
}

/// A table with its chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Table {
    pub(crate) caption: String,
    /// The headings: of the labels, of the numbers, of the words.
    pub(crate) label: &'static str,
    pub(crate) numbers: Vec<&'static str>,
    pub(crate) words: Vec<&'static str>,
    pub(crate) lines: Vec<Line>,
    pub(crate) chart: Option<Chart>,
    /// A remark under it; may be empty.
    pub(crate) remark: String,
}

/// A part of the overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Section {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) tables: Vec<Table>,
}

/// All parts, of what an organization comes to; `organization` is its id, empty for the officer's own, and `day` the day
/// by which was counted.
pub(crate) fn sections(figures: &Figures, organization: &str, day: Date) -> Vec<Section> {
    let members = Trait::ALL.iter().map(|of| members(figures, organization, *of)).collect();
    vec![
        Section { id: "members", title: "党员队伍", tables: members },
        Section { id: "dues", title: "党费", tables: vec![dues(figures, organization, day)] },
        Section { id: "meetings", title: "组织生活", tables: vec![meetings(figures, organization, day)] },
        Section { id: "transfers", title: "组织关系转移", tables: vec![transfers(figures, organization)] },
    ]
}

/// A share in percent with one decimal, rounded, or a dash. What is not whole never reads 100.0%.
fn share(part: i64, whole: i64) -> String {
    match part.saturating_mul(2000).checked_div(whole) {
        Some(doubled) => {
            let rounded = (doubled + 1) / 2;
            let thousandths = if part < whole { rounded.min(999) } else { rounded };
            format!("{}.{}%", thousandths / 10, thousandths % 10)
        }
        None => "—".to_owned(),
    }
}

fn members(figures: &Figures, organization: &str, of: Trait) -> Table {
    let all = figures.get(MEMBERS);
    let mut values: Vec<(&str, &str, i64)> = of
        .values()
        .into_iter()
        .map(|(value, label)| (value, label, figures.get(&of.figure(value))))
        // Of 59 ethnic groups those are shown that somebody belongs to.
        .filter(|(.., number)| of != Trait::EthnicGroup || *number > 0)
        .collect();
    if of == Trait::EthnicGroup {
        values.sort_by_key(|(.., number)| std::cmp::Reverse(*number));
    }
    let line = |(value, label, number): &(&str, &str, i64)| Line {
        label: (*label).to_owned(),
        numbers: vec![Number::of(*number, of.address(organization, value))],
        words: vec![share(*number, all)],
    };
    let bars: Vec<(String, Vec<i64>)> =
        values.iter().map(|(_, label, number)| ((*label).to_owned(), vec![*number])).collect();
    Table {
        caption: format!("党员按{}统计", of.label()),
        label: of.label(),
        numbers: vec!["人数"],
        words: vec!["占比"],
        lines: values.iter().map(line).collect(),
        chart: Chart::of(of.code(), format!("党员按{}统计图", of.label()), &["人数"], &bars),
        remark: String::new(),
    }
}

fn dues(figures: &Figures, organization: &str, day: Date) -> Table {
    let month = payable_month(day);
    let spelt = format!("{}年{}月", month.year(), month.number());
    let people = |line: DuesLine| figures.get(&line.people());
    let line = |line: &DuesLine| {
        let amount = Fen::new(figures.get(&line.amount()));
        Line {
            label: match line {
                DuesLine::Overdue => line.label().to_owned(),
                line => format!("本月{line}"),
            },
            numbers: vec![Number::of(people(*line), line.address(organization, month))],
            words: vec![amount.to_string()],
        }
    };
    let bar = |line: DuesLine| (line.label().to_owned(), vec![people(line)]);
    let bars = [DuesLine::Paid, DuesLine::Unpaid, DuesLine::Exempt, DuesLine::Overdue].map(bar);
    Table {
        caption: format!("{spelt}党费"),
        label: "项目",
        numbers: vec!["人数"],
        words: vec!["金额（元）"],
        lines: DuesLine::ALL.iter().map(line).collect(),
        chart: Chart::of("dues-people", format!("{spelt}党费交纳人数图"), &["人数"], &bars),
        remark: format!(
            "{}个党支部中，{}个已设置本月党费；交纳率{}。往月欠交指交纳期已过的月份。",
            figures.get(BRANCHES_ASKED),
            figures.get(BRANCHES_SET),
            paid_rate(people(DuesLine::Paid), people(DuesLine::Billed)),
        ),
    }
}

fn meetings(figures: &Figures, organization: &str, day: Date) -> Table {
    const SHOWN: [Standing; 3] = [Standing::Done, Standing::Ahead, Standing::Behind];
    let due = due_kinds(day);
    let line = |(kind, every): &(ejia_meetings::MeetingKind, ejia_meetings::Every)| {
        let held = Number::of(figures.get(&held_figure(*kind)), standing_address(organization, day, None, None));
        let standing = |standing: Standing| {
            let address = standing_address(organization, day, Some(*kind), Some(standing));
            Number::of(figures.get(&figure_of(*kind, standing)), address)
        };
        let mut numbers = vec![held];
        numbers.extend(SHOWN.map(standing));
        Line { label: kind.label().to_owned(), numbers, words: vec![format!("{every}至少一次")] }
    };
    let bar = |(kind, _): &(ejia_meetings::MeetingKind, ejia_meetings::Every)| {
        (kind.label().to_owned(), SHOWN.map(|standing| figures.get(&figure_of(*kind, standing))).to_vec())
    };
    let bars: Vec<(String, Vec<i64>)> = due.iter().map(bar).collect();
    let quarter = quarter_of(day);
    Table {
        caption: format!("{quarter}组织生活"),
        label: "会议类型",
        numbers: vec!["已开展次数", "已开展支部", "待开展支部", "未按期支部"],
        words: vec!["要求"],
        lines: due.iter().map(line).collect(),
        chart: Chart::of(
            "meetings-branches",
            format!("{quarter}各类组织生活的支部数图"),
            &["已开展", "待开展", "未按期"],
            &bars,
        ),
        remark: "每年至少一次的，次数和支部数按全年计算；没有党小组的支部不要求党小组会，正式党员不足7人的支部不要求支委会。"
            .to_owned(),
    }
}

fn transfers(figures: &Figures, organization: &str) -> Table {
    let number = |tab: Tab, count: Count| figures.get(&count.figure(tab));
    let line = |tab: &Tab| Line {
        label: tab.label().to_owned(),
        numbers: [Count::Open, Count::Late]
            .map(|count| Number::of(number(*tab, count), count.address(organization, *tab)))
            .to_vec(),
        words: Vec::new(),
    };
    let bar = |tab: &Tab| {
        let (open, late) = (number(*tab, Count::Open), number(*tab, Count::Late));
        (tab.label().to_owned(), vec![open - late, late])
    };
    let bars: Vec<(String, Vec<i64>)> = Tab::ALL.iter().map(bar).collect();
    Table {
        caption: "组织关系转移（在办）".to_owned(),
        label: "方向",
        numbers: vec![Count::Open.label(), Count::Late.label()],
        words: Vec::new(),
        lines: Tab::ALL.iter().map(line).collect(),
        chart: Chart::of("transfers-open", "在办的组织关系转移图".to_owned(), &["未超期", "已超期"], &bars),
        remark: "内部转移指在本组织或同一党委之内的转移。每一环节办理时限为7天；回执以介绍信有效期满后一个月为限。"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_rounded_and_whole_only_when_nothing_is_missing() {
        let shares =
            [(52, 118, "44.1%"), (66, 118, "55.9%"), (0, 3, "0.0%"), (3, 3, "100.0%"), (99_999, 100_000, "99.9%")];
        for (part, whole, said) in shares {
            assert_eq!(share(part, whole), said);
        }
        assert_eq!(share(0, 0), "—");
    }
}
