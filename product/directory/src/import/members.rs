//! One line of the table of members, with types that are true.

use ejia_kernel::{Date, IdCardNumber, MemberKind, PersonName, Phone, Sex, Standing};

use super::cells::Cells;
use super::columns::TableKind;
use super::refusals::Refusal;
use crate::members::{EthnicGroup, MemberRecord, settle};

/// A line of the table of members. What the line does not say is `None`.
#[derive(Clone, Debug)]
pub(crate) struct MemberRow {
    pub(crate) name: PersonName,
    pub(crate) id_card: IdCardNumber,
    /// Name or code of the branch, as the line has it.
    pub(crate) branch: String,
    pub(crate) phone: Option<Phone>,
    ethnic_group: Option<EthnicGroup>,
    education: Option<String>,
    kind: Option<MemberKind>,
    admitted_on: Option<Date>,
    full_on: Option<Date>,
    post: Option<String>,
    landline: Option<String>,
    address: Option<String>,
    standing: Option<Standing>,
    lost: Option<bool>,
    lost_on: Option<Date>,
    floating: Option<bool>,
    floating_to: Option<String>,
}

const TABLE: TableKind = TableKind::Members;

impl MemberRow {
    /// Reads a line of which each cell is right and all agree; the first thing wrong with it is the refusal.
    pub(crate) fn parse(cells: &Cells) -> Result<Self, Refusal> {
        let row = Self::read(cells)?;
        row.agreeing(cells)?;
        Ok(row)
    }

    /// Reads a line cell by cell.
    pub(crate) fn read(cells: &Cells) -> Result<Self, Refusal> {
        let name = PersonName::parse(cells.text("name")).map_err(|fault| Refusal::new(fault.code(), "姓名"))?;
        let branch: String = cells.text("branch").chars().filter(|letter| !letter.is_whitespace()).collect();
        if branch.is_empty() {
            return Err(Refusal::new("directory.import_no_branch", "所在党支部"));
        }
        let id_card = cells.text("id_card");
        if id_card.is_empty() {
            return Err(Refusal::new("directory.import_no_id_card", "公民身份证号"));
        }
        let id_card = IdCardNumber::parse(id_card).map_err(|fault| Refusal::new(fault.code(), "公民身份证号"))?;
        Ok(Self {
            name,
            id_card,
            branch,
            phone: phone(cells)?,
            ethnic_group: one_of(cells, "ethnic_group", "民族", EthnicGroup::parse)?,
            education: cells.short(TABLE, "education", 50)?,
            kind: one_of(cells, "kind", "人员类别", member_kind)?,
            admitted_on: cells.date(TABLE, "admitted_on")?,
            full_on: cells.date(TABLE, "full_on")?,
            post: cells.short(TABLE, "post", 100)?,
            landline: cells.short(TABLE, "landline", 40)?,
            address: cells.short(TABLE, "address", 200)?,
            standing: one_of(cells, "standing", "党籍状态", Standing::from_label)?,
            lost: cells.yes(TABLE, "lost")?,
            lost_on: cells.date(TABLE, "lost_on")?,
            floating: cells.yes(TABLE, "floating")?,
            floating_to: cells.short(TABLE, "floating_to", 100)?,
        })
    }

    /// Sex and birth date stand in the ID-card number too; a line that says otherwise is wrong in one of the two.
    pub(crate) fn agreeing(&self, cells: &Cells) -> Result<(), Refusal> {
        if let Some(sex) = one_of(cells, "sex", "性别", sex)?
            && sex != self.id_card.sex()
        {
            return Err(Refusal::new("directory.import_sex_contradicts", "性别"));
        }
        if let Some(born_on) = cells.date(TABLE, "born_on")?
            && born_on != self.id_card.birth_date()
        {
            return Err(Refusal::new("directory.import_birth_contradicts", "出生日期"));
        }
        if self.admitted_on.zip(self.full_on).is_some_and(|(admitted, full)| full < admitted) {
            return Err(Refusal::new("directory.import_full_before_admitted", "转为正式党员日期"));
        }
        Ok(())
    }

    /// The record of a new member; what a record cannot be without must be in the line.
    pub(crate) fn fresh(&self) -> Result<MemberRecord, Refusal> {
        let missing = |column| Refusal::new("directory.import_needed", column);
        let mut record = MemberRecord {
            name: self.name.clone(),
            id_card: self.id_card.clone(),
            sex: self.id_card.sex(),
            ethnic_group: self.ethnic_group.ok_or_else(|| missing("民族"))?,
            born_on: self.id_card.birth_date(),
            education: self.education.clone().unwrap_or_default(),
            kind: self.kind.ok_or_else(|| missing("人员类别"))?,
            admitted_on: self.admitted_on,
            full_on: self.full_on,
            post: self.post.clone().unwrap_or_default(),
            phone: self.phone.clone(),
            landline: self.landline.clone().unwrap_or_default(),
            address: self.address.clone().unwrap_or_default(),
            standing: self.standing.unwrap_or(Standing::Normal),
            lost: self.lost.unwrap_or(false),
            lost_on: self.lost_on,
            floating: self.floating.unwrap_or(false),
            floating_to: self.floating_to.clone().unwrap_or_default(),
        };
        settle(&mut record);
        Ok(record)
    }

    /// The record of a known member after this line: an empty cell leaves what is there.
    pub(crate) fn onto(&self, known: &MemberRecord) -> MemberRecord {
        fn or<T: Clone>(said: Option<&T>, known: &T) -> T {
            said.unwrap_or(known).clone()
        }
        let mut record = MemberRecord {
            name: self.name.clone(),
            id_card: self.id_card.clone(),
            sex: self.id_card.sex(),
            ethnic_group: self.ethnic_group.unwrap_or(known.ethnic_group),
            born_on: self.id_card.birth_date(),
            education: or(self.education.as_ref(), &known.education),
            kind: self.kind.unwrap_or(known.kind),
            admitted_on: self.admitted_on.or(known.admitted_on),
            full_on: self.full_on.or(known.full_on),
            post: or(self.post.as_ref(), &known.post),
            phone: self.phone.clone().or_else(|| known.phone.clone()),
            landline: or(self.landline.as_ref(), &known.landline),
            address: or(self.address.as_ref(), &known.address),
            standing: self.standing.unwrap_or(known.standing),
            lost: self.lost.unwrap_or(known.lost),
            lost_on: self.lost_on.or(known.lost_on),
            floating: self.floating.unwrap_or(known.floating),
            floating_to: or(self.floating_to.as_ref(), &known.floating_to),
        };
        settle(&mut record);
        record
    }
}

fn phone(cells: &Cells) -> Result<Option<Phone>, Refusal> {
    let text = cells.text("phone");
    if matches!(text, "" | "无" | "-" | "—" | "/" | "没有") {
        return Ok(None);
    }
    Phone::parse(text).map(Some).map_err(|_| Refusal::new("directory.import_not_mobile", "手机号"))
}

fn sex(text: &str) -> Option<Sex> {
    Sex::from_label(text.trim_end_matches('性'))
}

fn member_kind(text: &str) -> Option<MemberKind> {
    MemberKind::from_label(text).or(match text {
        "正式" | "中共党员" | "正式党员（中共党员）" => Some(MemberKind::Full),
        "预备" | "中共预备党员" => Some(MemberKind::Probationary),
        _ => None,
    })
}

fn one_of<T>(
    cells: &Cells,
    code: &str,
    column: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Refusal> {
    match cells.text(code) {
        "" => Ok(None),
        text => read(text).map(Some).ok_or_else(|| Refusal::new("directory.import_unknown_word", column)),
    }
}
