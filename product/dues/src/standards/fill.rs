//! Fills a sheet from rows of a spreadsheet, pasted or uploaded. Nothing is saved: the form shows what came of it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ejia_db::Txn;
use ejia_kernel::table::TableRow;
use ejia_kernel::{MemberId, PersonName, Problem, narrow_solid};
use ejia_web::Texts;

use super::columns::{Columns, Picked};
use super::entry::{LineEntered, SheetEntered, basis_of, money};
use super::model::{Line, Sheet};
use crate::rules::Basis;

/// The most rows that are looked at; a branch has far fewer members.
const MOST_ROWS: usize = 2_000;
/// The most remarks that are told; the rest is counted.
const MOST_REMARKS: usize = 50;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filled {
    /// The form with what was filled in.
    pub(crate) entered: SheetEntered,
    /// How many lines were filled.
    pub(crate) count: usize,
    /// What was not taken, row by row, in sentences.
    pub(crate) remarks: Vec<String>,
}

/// The rows of a pasted text: cells are parted by tabs, or by commas where a row has no tab.
pub(crate) fn rows_of(pasted: &str) -> Vec<TableRow> {
    let row = |(index, line): (usize, &str)| {
        let cells: Vec<String> = if line.contains('\t') {
            line.split('\t').map(|cell| cell.trim().to_owned()).collect()
        } else {
            line.split([',', '，']).map(|cell| cell.trim().to_owned()).collect()
        };
        TableRow::new(u32::try_from(index + 1).unwrap_or(u32::MAX), cells)
    };
    let lines = pasted.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.take(MOST_ROWS).map(row).collect()
}

/// Lays the rows over the form. Members are found by their name within the branch; of several with the same name, by
/// the end of the ID-card number.
///
/// # Errors
/// `dues.nothing_pasted`; a fault of the database.
pub(crate) fn fill(
    txn: &mut Txn<'_>,
    sheet: &Sheet,
    entered: &SheetEntered,
    rows: &[TableRow],
) -> Result<Filled, Problem> {
    let (columns, rows) = Columns::find(rows);
    if rows.is_empty() {
        return Err(Problem::refused("dues.nothing_pasted").on("pasted", "dues.nothing_pasted"));
    }
    let mut filling = Filling::new(sheet, entered);
    for row in rows {
        filling.take(txn, &columns, row)?;
    }
    Ok(filling.done(entered))
}

struct Filling<'a> {
    by_name: HashMap<String, Vec<&'a Line>>,
    order: Vec<MemberId>,
    lines: HashMap<MemberId, LineEntered>,
    taken: HashSet<MemberId>,
    remarks: Vec<String>,
    unsaid: usize,
}

impl<'a> Filling<'a> {
    fn new(sheet: &'a Sheet, entered: &SheetEntered) -> Self {
        let mut by_name: HashMap<String, Vec<&Line>> = HashMap::new();
        for line in &sheet.lines {
            by_name.entry(line.member.name.clone()).or_default().push(line);
        }
        let mut lines = entered.lines();
        for line in &sheet.lines {
            lines.entry(line.member.id).or_insert_with(|| LineEntered::of(&line.figure));
        }
        let order = sheet.lines.iter().filter(|line| line.is_ours()).map(|line| line.member.id).collect();
        Self { by_name, order, lines, taken: HashSet::new(), remarks: Vec::new(), unsaid: 0 }
    }

    fn take(&mut self, txn: &mut Txn<'_>, columns: &Columns, row: &TableRow) -> Result<(), Problem> {
        if let Some(fault) = row.faults.first() {
            self.remark("dues.paste_cell", row.number, &[("reason", fault.kind.sentence().to_owned())]);
            return Ok(());
        }
        let picked = columns.pick(row);
        let Some(id) = self.member(txn, row.number, &picked)? else { return Ok(()) };
        for (cell, text) in [("党费基数", &picked.base), ("党费", &picked.amount)] {
            if money(text).is_err() {
                self.remark("dues.paste_no_amount", row.number, &[("cell", cell.to_owned()), ("text", text.clone())]);
                return Ok(());
            }
        }
        let basis = basis_of(&picked.basis);
        if basis.is_none() {
            self.remark("dues.paste_no_basis", row.number, &[("text", picked.basis.clone())]);
            return Ok(());
        }
        if !self.taken.insert(id) {
            self.remark("dues.paste_twice", row.number, &[("name", picked.name)]);
            return Ok(());
        }
        let line = self.lines.entry(id).or_default();
        let told = basis.filter(|_| !picked.basis.is_empty());
        // A base wants to be reckoned from, also where only an amount was typed before.
        let by_base = line.basis == Basis::Typed.code() && !picked.base.is_empty();
        if let Some(basis) = told.or(by_base.then_some(Basis::Wage)) {
            basis.code().clone_into(&mut line.basis);
        }
        (line.base, line.amount, line.computed) = (picked.base, picked.amount, String::new());
        if !picked.typed_reason.is_empty() {
            line.typed_reason = picked.typed_reason;
        }
        if !picked.exemption.is_empty() {
            line.exemption = picked.exemption;
        }
        Ok(())
    }

    /// Whose row it is; what stands against it is remarked.
    fn member(&mut self, txn: &mut Txn<'_>, number: u32, picked: &Picked) -> Result<Option<MemberId>, Problem> {
        let name = PersonName::parse(&picked.name).map(|name| name.as_str().to_owned()).unwrap_or_default();
        if name.is_empty() {
            self.remark("dues.paste_no_name", number, &[]);
            return Ok(None);
        }
        let named = self.by_name.get(&name).cloned().unwrap_or_default();
        let mut found = Vec::new();
        for line in &named {
            if named.len() == 1 || ends_with(txn, line.member.id, &picked.id_card_end)? {
                found.push(*line);
            }
        }
        let told = |count: usize| [("name", name.clone()), ("count", count.to_string())];
        match (found.as_slice(), named.len()) {
            ([line], _) if line.is_ours() => return Ok(Some(line.member.id)),
            ([_], _) => self.remark("dues.paste_billed_elsewhere", number, &told(1)),
            (_, 0) => self.remark("dues.paste_no_such_member", number, &told(0)),
            (_, count) => self.remark("dues.paste_ambiguous", number, &told(count)),
        }
        Ok(None)
    }

    fn remark(&mut self, code: &'static str, number: u32, args: &[(&'static str, String)]) {
        if self.remarks.len() == MOST_REMARKS {
            self.unsaid += 1;
            return;
        }
        self.remarks.push(format!("第{number}行：{}", said(code, args)));
    }

    fn done(mut self, entered: &SheetEntered) -> Filled {
        if self.unsaid > 0 {
            self.remarks.push(said("dues.paste_more", &[("count", self.unsaid.to_string())]));
        }
        let mut form =
            SheetEntered { month: entered.month.clone(), version: entered.version.clone(), ..SheetEntered::default() };
        for id in &self.order {
            let line = self.lines.remove(id).unwrap_or_default();
            let LineEntered { basis, base, amount, computed, typed_reason, exemption } = line;
            form.member.push(id.to_string());
            form.basis.push(basis);
            form.base.push(base);
            form.amount.push(amount);
            form.computed.push(computed);
            form.typed_reason.push(typed_reason);
            form.exemption.push(exemption);
        }
        Filled { entered: form, count: self.taken.len(), remarks: self.remarks }
    }
}

/// Whether a member's ID-card number ends so. The number is compared and goes nowhere.
fn ends_with(txn: &mut Txn<'_>, member: MemberId, end: &str) -> Result<bool, Problem> {
    let end = narrow_solid(end).to_ascii_uppercase();
    if end.len() < 4 {
        return Ok(false);
    }
    let found = ejia_directory::load(txn, member)?;
    Ok(found.is_some_and(|member| member.record.id_card.expose().ends_with(&end)))
}

/// A sentence of this crate.
pub(super) fn said(code: &str, args: &[(&'static str, String)]) -> String {
    static SENTENCES: LazyLock<Texts> = LazyLock::new(|| Texts::of(&[crate::TEXTS]).unwrap_or_default());
    SENTENCES.sentence(code, args)
}
