//! Finds the headings of a table: which row they are, which table it is, and which column means what.

use ejia_kernel::narrow;
use ejia_kernel::table::TableRow;

/// The two tables that are imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// 党组织.
    Organizations,
    /// 党员.
    Members,
}

impl TableKind {
    /// As rows hold it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Members => "members",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Organizations => "党组织",
            Self::Members => "党员",
        }
    }

    /// The table that [`TableKind::code`] names.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Organizations, Self::Members].into_iter().find(|kind| kind.code() == code)
    }

    /// Its columns, in the order of the national layout.
    pub(crate) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Organizations => ORGANIZATION_COLUMNS,
            Self::Members => MEMBER_COLUMNS,
        }
    }
}

/// A column of the national layout.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its name in staged lines.
    pub(crate) code: &'static str,
    /// Its heading.
    pub(crate) label: &'static str,
    /// Other headings seen for the same.
    others: &'static [&'static str],
    /// Without it there is no table.
    required: bool,
}

const fn must(code: &'static str, label: &'static str, others: &'static [&'static str]) -> Column {
    Column { code, label, others, required: true }
}

const fn may(code: &'static str, label: &'static str, others: &'static [&'static str]) -> Column {
    Column { code, label, others, required: false }
}

/// The national items of members (rules.md), with the names other tables give them.
const MEMBER_COLUMNS: &[Column] = &[
    may("number", "序号", &["编号"]),
    must("name", "姓名", &["党员姓名", "名字"]),
    must(
        "branch",
        "所在党支部",
        &[
            "所在支部",
            "党支部",
            "所属党支部",
            "党支部名称",
            "所在党支部名称",
            "所在党组织",
            "所属党组织",
            "所在党支部代码",
        ],
    ),
    must("id_card", "公民身份证号", &["公民身份号码", "公民身份证号码", "身份证号", "身份证号码", "身份证"]),
    may("sex", "性别", &[]),
    may("ethnic_group", "民族", &[]),
    may("born_on", "出生日期", &["出生年月日", "生日"]),
    may("education", "学历", &["文化程度", "最高学历"]),
    may("kind", "人员类别", &["党员类别", "党员类型", "人员类型"]),
    may("admitted_on", "加入党组织日期", &["入党日期", "入党时间", "加入党组织时间", "加入中共组织日期"]),
    may("full_on", "转为正式党员日期", &["转正日期", "转正时间", "转为正式党员时间"]),
    may("post", "工作岗位", &["岗位", "职业"]),
    may("phone", "手机号", &["手机号码", "手机", "移动电话", "联系电话", "电话", "电话号码", "联系手机"]),
    may("landline", "固定电话", &["座机", "办公电话", "家庭电话"]),
    may("address", "家庭住址", &["住址", "家庭地址", "现居住地", "居住地址"]),
    may("standing", "党籍状态", &["党籍"]),
    may("lost", "是否为失联党员", &["是否失联党员", "是否失联", "失联党员"]),
    may("lost_on", "失去联系日期", &["失联日期", "失联时间"]),
    may("floating", "是否为流动党员", &["是否流动党员", "是否流动", "流动党员"]),
    may("floating_to", "外出流向", &["流动去向", "流向"]),
];

/// The national items of organizations (rules.md).
const ORGANIZATION_COLUMNS: &[Column] = &[
    must("code", "党组织代码", &["组织代码", "党组织编码"]),
    must("name", "党组织名称", &["组织名称", "党组织全称"]),
    must("parent", "上级党组织代码", &["上级组织代码", "上级代码", "上级党组织编码"]),
    must("kind", "组织类别", &["党组织类别", "类别", "组织类型"]),
    may("secretary", "党组织书记", &["书记", "书记姓名"]),
    may("contact", "联系人", &["党务联系人", "联系人姓名"]),
    may("contact_phone", "联系电话", &["联系人电话", "联系手机", "手机号", "手机号码", "电话"]),
    may("work_unit", "组织所在单位", &["所在单位", "党组织所在单位", "单位名称", "单位"]),
    may("founded_on", "成立日期", &["成立时间", "建立日期", "党组织建立日期"]),
    may("term_ends_on", "届满日期", &["任期届满日期", "届满时间", "换届日期"]),
];

/// How many rows may stand above the headings.
pub(crate) const TITLE_ROWS: usize = 30;

/// Where the columns of a table lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headings {
    /// Which table.
    pub kind: TableKind,
    /// The row of the headings.
    pub row: u32,
    /// For each column of the layout, the column of the file.
    pub(crate) places: Vec<Option<usize>>,
    /// Headings that mean nothing here (or the same as an earlier one); their columns are not read.
    pub unknown: Vec<String>,
    /// Headings of the layout that the file does not have; what they would say stays as it is.
    pub missing: Vec<&'static str>,
}

/// Why no headings were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HeadingsFault {
    /// No row looks like headings at all.
    None,
    /// A row looks like them, but lacks these.
    Lacking(TableKind, Vec<&'static str>),
}

impl Headings {
    /// The headings among the first rows of a file: the first row that has all that a table must have.
    pub(crate) fn find(rows: &[TableRow]) -> Result<Self, HeadingsFault> {
        let mut nearest: Option<(usize, Self)> = None;
        for row in rows {
            for kind in [TableKind::Members, TableKind::Organizations] {
                let headings = Self::of(row, kind);
                if headings.lacking().is_empty() {
                    return Ok(headings);
                }
                let known = headings.places.iter().flatten().count();
                if known >= 2 && nearest.as_ref().is_none_or(|(best, _)| known > *best) {
                    nearest = Some((known, headings));
                }
            }
        }
        match nearest {
            Some((_, headings)) => Err(HeadingsFault::Lacking(headings.kind, headings.lacking())),
            None => Err(HeadingsFault::None),
        }
    }

    fn of(row: &TableRow, kind: TableKind) -> Self {
        let columns = kind.columns();
        let mut places = vec![None; columns.len()];
        let mut unknown = Vec::new();
        // The proper headings first, so that 联系电话 beside 手机号 does not take its place.
        let plain: Vec<String> = row.cells.iter().map(|cell| plain(cell)).collect();
        for (place, heading) in plain.iter().enumerate() {
            let slot = columns.iter().position(|column| column.label == heading).and_then(|i| places.get_mut(i));
            if let Some(slot @ None) = slot {
                *slot = Some(place);
            }
        }
        for (place, heading) in plain.iter().enumerate() {
            if heading.is_empty() || places.contains(&Some(place)) {
                continue;
            }
            let slot = columns.iter().position(|column| column.others.contains(&heading.as_str()));
            match slot.and_then(|i| places.get_mut(i)) {
                Some(slot @ None) => *slot = Some(place),
                _ => unknown.push(heading.chars().take(30).collect()),
            }
        }
        let missing = columns.iter().zip(&places).filter(|(column, place)| place.is_none() && column.code != "number");
        let missing = missing.map(|(column, _)| column.label).collect();
        Self { kind, row: row.number, places, unknown, missing }
    }

    fn lacking(&self) -> Vec<&'static str> {
        let columns = self.kind.columns().iter().zip(&self.places);
        columns.filter(|(column, place)| column.required && place.is_none()).map(|(column, _)| column.label).collect()
    }

    /// Whether a later row only says the headings again, as tables put together from several do.
    pub(crate) fn repeated_in(&self, row: &TableRow) -> bool {
        let places =
            self.kind.columns().iter().zip(&self.places).filter_map(|(column, place)| place.map(|at| (column, at)));
        places.filter(|(column, _)| column.required).all(|(column, at)| {
            let heading = plain(row.cell(at));
            heading == column.label || column.others.contains(&heading.as_str())
        })
    }
}

/// A heading without blanks, marks of required fields and remarks in brackets.
fn plain(cell: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for letter in narrow(cell).chars() {
        match letter {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 || letter.is_whitespace() || matches!(letter, '*' | ':' | '★') => {}
            _ => kept.push(letter),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32, cells: &[&str]) -> TableRow {
        TableRow::new(number, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn headings_are_found_under_title_lines_in_any_order() {
        let rows = [
            row(1, &["党员基本信息采集汇总表"]),
            row(3, &["填报单位：", "某党委"]),
            row(4, &["*公民身份号码", "备注", "所在支部", "姓 名（必填）", "联系电话", "手机号"]),
            row(5, &["1", "2", "3", "4"]),
        ];
        let headings = Headings::find(&rows).unwrap();
        assert_eq!((headings.kind, headings.row), (TableKind::Members, 4));
        assert_eq!(headings.unknown, ["备注", "联系电话"]);
        let place = |code: &str| {
            let index = TableKind::Members.columns().iter().position(|column| column.code == code).unwrap();
            headings.places[index]
        };
        assert_eq!(
            (place("id_card"), place("branch"), place("name"), place("phone")),
            (Some(0), Some(2), Some(3), Some(5))
        );
        assert!(headings.missing.contains(&"民族"));
        assert!(headings.repeated_in(&row(60, &["公民身份号码", "", "所在支部", "姓名"])));
    }

    #[test]
    fn the_two_tables_are_told_apart() {
        let labels: Vec<&str> = ORGANIZATION_COLUMNS.iter().map(|column| column.label).collect();
        let headings = Headings::find(&[row(1, &labels)]).unwrap();
        assert_eq!(headings.kind, TableKind::Organizations);
        assert_eq!((headings.unknown.len(), headings.missing.len()), (0, 0));
    }

    #[test]
    fn a_table_that_lacks_a_column_says_which() {
        let fault = Headings::find(&[row(1, &["姓名", "性别", "民族", "手机号"])]).unwrap_err();
        assert_eq!(fault, HeadingsFault::Lacking(TableKind::Members, vec!["所在党支部", "公民身份证号"]));
        assert_eq!(Headings::find(&[row(1, &["甲", "乙"])]).unwrap_err(), HeadingsFault::None);
    }

    #[test]
    fn no_two_columns_share_a_heading() {
        for columns in [MEMBER_COLUMNS, ORGANIZATION_COLUMNS] {
            let mut seen: Vec<&str> = columns.iter().flat_map(|c| c.others.iter().copied().chain([c.label])).collect();
            let all = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), all);
        }
    }
}
