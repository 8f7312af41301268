//! Which cell of a row is what: by the headings where there are any, else by what the cells look like.

use ejia_kernel::narrow_solid;
use ejia_kernel::table::TableRow;

use super::entry::basis_of;

/// Title lines that may stand above the headings.
const TITLE_ROWS: usize = 5;

/// What a row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Picked {
    pub(super) name: String,
    /// The end of the ID-card number, or all of it.
    pub(super) id_card_end: String,
    pub(super) basis: String,
    pub(super) base: String,
    pub(super) amount: String,
    pub(super) typed_reason: String,
    pub(super) exemption: String,
}

/// Where what stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    /// Under headings: the place of each.
    Headed(Headings),
    /// Without: name, end of the ID-card number (if three numbers follow), base, amount, reason.
    Plain,
}

/// The places of the headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Headings {
    name: Option<usize>,
    id_card_end: Option<usize>,
    basis: Option<usize>,
    base: Option<usize>,
    amount: Option<usize>,
    typed_reason: Option<usize>,
    exemption: Option<usize>,
}

impl Columns {
    /// Finds the headings; answers them and the rows below.
    pub(super) fn find(rows: &[TableRow]) -> (Self, &[TableRow]) {
        let headed = |row: &TableRow| row.cells.iter().any(|cell| narrow_solid(cell).contains("姓名"));
        match rows.iter().take(TITLE_ROWS).position(headed) {
            Some(at) => {
                let headings = rows.get(at).map(|row| Headings::of(&row.cells)).unwrap_or_default();
                (Self::Headed(headings), rows.get(at + 1..).unwrap_or_default())
            }
            None => (Self::Plain, rows),
        }
    }

    /// What a row says.
    pub(super) fn pick(&self, row: &TableRow) -> Picked {
        match self {
            Self::Headed(headings) => headings.pick(row),
            Self::Plain => plain(&row.cells),
        }
    }
}

impl Headings {
    fn of(cells: &[String]) -> Self {
        let mut found = Self::default();
        for (index, cell) in cells.iter().enumerate() {
            let cell = narrow_solid(cell);
            let has = |words: &[&str]| words.iter().any(|word| cell.contains(word));
            // The first word that fits decides: 党费基数 is a base, 党费 an amount.
            let place = match () {
                () if has(&["姓名"]) => &mut found.name,
                () if has(&["身份证"]) => &mut found.id_card_end,
                () if has(&["基数"]) => &mut found.base,
                () if has(&["计算方式", "收入类型", "计算依据"]) => &mut found.basis,
                () if has(&["批准", "文号", "免交", "减免"]) => &mut found.exemption,
                () if has(&["原因", "理由", "说明", "备注"]) => &mut found.typed_reason,
                () if has(&["党费", "金额", "应交"]) => &mut found.amount,
                () => continue,
            };
            place.get_or_insert(index);
        }
        found
    }

    fn pick(&self, row: &TableRow) -> Picked {
        let at = |place: Option<usize>| place.map_or("", |index| row.cell(index)).trim().to_owned();
        Picked {
            name: at(self.name),
            id_card_end: at(self.id_card_end),
            basis: at(self.basis),
            base: at(self.base),
            amount: at(self.amount),
            typed_reason: at(self.typed_reason),
            exemption: at(self.exemption),
        }
    }
}

fn plain(cells: &[String]) -> Picked {
    let mut picked = Picked::default();
    let mut rest = cells.iter().map(|cell| cell.trim());
    // A running number may stand before the name.
    let named = rest.find(|cell| !cell.is_empty() && !is_digits(cell));
    named.unwrap_or_default().clone_into(&mut picked.name);
    let mut numbers: Vec<&str> = Vec::new();
    for cell in rest {
        if is_id_card(cell) {
            cell.clone_into(&mut picked.id_card_end);
        } else if !cell.is_empty() && !is_digits(cell) && basis_of(cell).is_some() {
            cell.clone_into(&mut picked.basis);
        } else if cell.is_empty() || narrow_solid(cell).contains(|letter: char| letter.is_ascii_digit()) {
            numbers.push(cell);
        } else if numbers.is_empty() {
            // Where a base is expected: it will be refused as none, by its row.
            numbers.push(cell);
        } else {
            cell.clone_into(&mut picked.typed_reason);
        }
    }
    while numbers.last().is_some_and(|cell| cell.is_empty()) {
        numbers.pop();
    }
    let with_end = numbers.len() > 2 && picked.id_card_end.is_empty();
    let mut numbers = numbers.into_iter();
    if with_end {
        numbers.next().unwrap_or_default().clone_into(&mut picked.id_card_end);
    }
    numbers.next().unwrap_or_default().clone_into(&mut picked.base);
    numbers.next().unwrap_or_default().clone_into(&mut picked.amount);
    picked
}

fn is_digits(cell: &str) -> bool {
    let cell = narrow_solid(cell);
    !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_id_card(cell: &str) -> bool {
    let cell = narrow_solid(cell);
    let (Some(digits), Some(last)) = (cell.get(..17), cell.get(17..)) else { return false };
    is_digits(digits) && (is_digits(last) || last.eq_ignore_ascii_case("x")) && last.len() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(rows: &[&[&str]]) -> Vec<[String; 5]> {
        let rows: Vec<TableRow> =
            rows.iter().map(|cells| TableRow::new(1, cells.iter().map(|cell| (*cell).to_owned()).collect())).collect();
        let (columns, rows) = Columns::find(&rows);
        let texts = |Picked { name, id_card_end, base, amount, typed_reason, .. }| {
            [name, id_card_end, base, amount, typed_reason]
        };
        rows.iter().map(|row| texts(columns.pick(row))).collect()
    }

    #[test]
    fn headings_are_found_under_titles_and_in_any_order() {
        let rows: &[&[&str]] = &[
            &["前埔第一党支部党费标准"],
            &["序号", "姓 名", "应交党费", "党费基数", "公民身份证号", "备注"],
            &["1", "张三", "15", "3000", "110105194912310021", "无"],
        ];
        assert_eq!(picked(rows), [["张三", "110105194912310021", "3000", "15", "无"]]);
    }

    #[test]
    fn without_headings_cells_are_told_by_what_they_look_like() {
        let rows: &[&[&str]] = &[
            &["张三", "3000", "15"],
            &["1", "张三", "３０００"],
            &["张三", "", "20"],
            &["张三", "002X", "3000", "20", "自愿多交"],
            &["张三", "11010519491231002X", "3000"],
            &["张三", "三千"],
            &["张三"],
        ];
        assert_eq!(
            picked(rows),
            [
                ["张三", "", "3000", "15", ""],
                ["张三", "", "３０００", "", ""],
                ["张三", "", "", "20", ""],
                ["张三", "002X", "3000", "20", "自愿多交"],
                ["张三", "11010519491231002X", "3000", "", ""],
                ["张三", "", "三千", "", ""],
                ["张三", "", "", "", ""],
            ]
        );
    }

    #[test]
    fn a_basis_is_told_by_its_name() {
        let row = TableRow::new(1, ["李四", "离退休", "5000"].map(str::to_owned).to_vec());
        let picked = Columns::Plain.pick(&row);
        assert_eq!((picked.basis.as_str(), picked.base.as_str()), ("离退休", "5000"));
    }
}
