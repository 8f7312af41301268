//! The sheets that are handed out: a month for public notice (公示表), and one member's record in place of the dues card
//! (党费证).

use ejia_db::{Desk, Txn};
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::{Date, Fen, Month, OrganizationId, Problem};

use super::history::{MemberRecord, Merged, merged, method};
use super::scope::Scope;
use super::store::bills;
use super::totals::{self, Row};
use crate::bills::BillState;

/// A sheet of few rows, whole.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) around: Around,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The columns of a branch's notice.
fn notice_columns() -> Vec<Column> {
    vec![
        Column::numbers("序号", 4),
        Column::words("姓名", 8).wide(),
        Column::numbers("应交（元）", 8),
        Column::numbers("实交（元）", 8),
        Column::words("交纳情况", 6),
        Column::words("交纳日期", 8),
    ]
}

/// The columns of a committee's: the branch stands first.
fn committee_columns() -> Vec<Column> {
    let mut columns = notice_columns();
    columns.insert(1, Column::words("所在党支部", 20));
    columns
}

/// A month as words: `2026年3月`.
pub(super) fn spelt(month: Month) -> String {
    format!("{}年{}月", month.year(), month.number())
}

fn yuan(fen: i64) -> String {
    format!("{} 元", Fen::new(fen))
}

/// What stands around a month's notice: title, whose, sums, the place for the seal.
fn around(scope: &Scope, month: Month, all: &Row, today: Date) -> Around {
    let total = all.total;
    let fact = |word: &str, value: String| (word.to_owned(), value);
    let mut facts = vec![fact(if scope.is_branch { "党支部" } else { "党组织" }, scope.name.clone())];
    if !scope.is_branch {
        facts.push(fact("党支部", format!("{} 个，其中已设置党费 {} 个", all.branches, all.set)));
    }
    Around {
        title: "党费交纳情况公示表".to_owned(),
        below: spelt(month),
        facts,
        sums: vec![
            fact("应交", format!("{} 人，{}", total.billed, yuan(total.billed_amount))),
            fact("已交", format!("{} 人，{}", total.paid, yuan(total.paid_amount))),
            fact(
                "未交",
                format!("{} 人，{}", total.billed - total.paid, yuan(total.billed_amount - total.paid_amount)),
            ),
            fact("免交", format!("{} 人", total.exempt)),
        ],
        seal: Some((scope.name.clone(), today.chinese())),
        ..Around::default()
    }
}

/// A branch's month for public notice, by name.
///
/// # Errors
/// A fault of the database.
pub(super) fn notice(txn: &mut Txn<'_>, scope: &Scope, month: Month) -> Result<Sheet, Problem> {
    let (_, all) = totals::totals(txn, scope, month)?;
    let lines = lines_of(txn, scope.id, month)?;
    let rows = (1_i64..).zip(&lines).map(|(number, line)| row(number, None, line)).collect();
    let today = txn.now().china_date();
    Ok(Sheet { around: around(scope, month, &all, today), columns: notice_columns(), rows })
}

/// A branch's month, each member one line, by name.
fn lines_of(txn: &mut Txn<'_>, branch: OrganizationId, month: Month) -> Result<Vec<Merged>, Problem> {
    let mut lines = merged(&bills::of_branch(txn, branch, month)?);
    lines.sort_by_cached_key(|line| (ejia_directory::sort_key(&line.name), line.member_id));
    Ok(lines)
}

fn row(number: i64, branch: Option<&str>, line: &Merged) -> Vec<Cell> {
    let paid_on = line.payment.as_ref().and_then(|bill| bill.paid_at).map(|at| at.china_date().to_string());
    let mut cells = vec![Cell::from(number)];
    cells.extend(branch.map(Cell::from));
    cells.extend([
        Cell::from(line.name.clone()),
        Cell::from(line.amount),
        Cell::from(line.paid),
        Cell::from(line.standing.label()),
        Cell::from(paid_on.unwrap_or_default()),
    ]);
    cells
}

/// A month of many branches: what stands around it is known, the rows come a branch at a time, so that the sheet of a
/// whole city never lies in memory.
pub(super) struct LongNotice {
    pub(super) around: Around,
    pub(super) columns: Vec<Column>,
    /// How many rows there will be.
    pub(super) total: i64,
    month: Month,
    branches: Vec<(OrganizationId, String)>,
}

impl LongNotice {
    /// The notice of everything in the scope.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn of(txn: &mut Txn<'_>, scope: &Scope, month: Month) -> Result<Self, Problem> {
        let (_, all) = totals::totals(txn, scope, month)?;
        let branches = scope.tree.under(&scope.path).map(|node| (node.id, node.name.clone())).collect();
        let today = txn.now().china_date();
        Ok(Self {
            around: around(scope, month, &all, today),
            columns: committee_columns(),
            total: all.total.billed + all.total.exempt,
            month,
            branches,
        })
    }

    /// The rows, in the order of the tree; `told` hears from time to time how many there have been. The first problem
    /// ends them and is left in `problem`.
    pub(super) fn rows<'a, E: From<Problem>>(
        &'a self,
        desk: &'a Desk,
        told: impl FnMut(i64) -> Result<(), E> + 'a,
        problem: &'a mut Option<E>,
    ) -> impl Iterator<Item = Vec<Cell>> + 'a {
        Rows { notice: self, desk, told, problem, branch: 0, loaded: Vec::new().into_iter(), number: 0, said: 0 }
    }
}

/// After so many rows it is told how far it has come.
const TOLD: i64 = 2_000;

struct Rows<'a, E, F> {
    notice: &'a LongNotice,
    desk: &'a Desk,
    told: F,
    problem: &'a mut Option<E>,
    branch: usize,
    loaded: std::vec::IntoIter<Vec<Cell>>,
    number: i64,
    said: i64,
}

impl<E: From<Problem>, F: FnMut(i64) -> Result<(), E>> Rows<'_, E, F> {
    /// Loads the rows of the next branch that has some. Answers whether there are any.
    fn load(&mut self) -> Result<bool, E> {
        while let Some((branch, name)) = self.notice.branches.get(self.branch) {
            self.branch += 1;
            let (branch, month) = (*branch, self.notice.month);
            let lines = self.desk.read_now(move |txn| lines_of(txn, branch, month))?;
            if lines.is_empty() {
                continue;
            }
            let rows: Vec<_> =
                (self.number + 1..).zip(&lines).map(|(number, line)| row(number, Some(name), line)).collect();
            self.number += i64::try_from(rows.len()).unwrap_or(0);
            self.loaded = rows.into_iter();
            if self.number - self.said >= TOLD {
                self.said = self.number;
                (self.told)(self.number)?;
            }
            return Ok(true);
        }
        Ok(false)
    }
}

impl<E: From<Problem>, F: FnMut(i64) -> Result<(), E>> Iterator for Rows<'_, E, F> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        if self.problem.is_some() {
            return None;
        }
        if let Some(row) = self.loaded.next() {
            return Some(row);
        }
        match self.load() {
            Ok(true) => self.loaded.next(),
            Ok(false) => None,
            Err(problem) => {
                *self.problem = Some(problem);
                None
            }
        }
    }
}

/// One member's record, the earliest month first, with the place for the branch's seal.
pub(super) fn card(record: &MemberRecord, today: Date) -> Sheet {
    let mut months = merged(&record.bills);
    months.reverse();
    let rows = months
        .iter()
        .map(|month| {
            let (channel, payer) = month.payment.as_ref().map(method).unwrap_or_default();
            let paid_at = month.payment.as_ref().and_then(|bill| bill.paid_at);
            vec![
                Cell::from(spelt(month.month)),
                Cell::from(month.amount),
                Cell::from(month.paid),
                Cell::from(month.standing.label()),
                Cell::from(paid_at.map(|at| at.to_string()).unwrap_or_default()),
                Cell::from(channel),
                Cell::from(payer),
            ]
        })
        .collect();
    let paid = record.bills.iter().filter(|bill| matches!(bill.state, BillState::Paid | BillState::GivenBack));
    let paid: i64 = paid.map(|bill| bill.amount.fen()).sum();
    let span = match (months.first(), months.last()) {
        (Some(first), Some(last)) => format!("{}至{}", spelt(first.month), spelt(last.month)),
        _ => "没有记录".to_owned(),
    };
    let fact = |word: &str, value: String| (word.to_owned(), value);
    Sheet {
        around: Around {
            title: "党费交纳记录".to_owned(),
            below: String::new(),
            facts: vec![
                fact("姓名", record.name.clone()),
                fact("所在党支部", record.branch.clone()),
                fact("记录期间", span),
            ],
            sums: vec![fact("合计实交", yuan(paid))],
            seal: Some((record.branch.clone(), today.chinese())),
            note: "加盖党支部公章后可代替党费证使用。".to_owned(),
            ..Around::default()
        },
        columns: vec![
            Column::words("月份", 7),
            Column::numbers("应交（元）", 7),
            Column::numbers("实交（元）", 7),
            Column::words("交纳情况", 6),
            Column::words("交纳时间", 10),
            Column::words("交纳方式", 7),
            Column::words("交款人", 10).wide(),
        ],
        rows,
    }
}
