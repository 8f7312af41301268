//! Pages of members: the list in its order, and the hits of a search, 50 at a time and never counted.

use std::collections::HashMap;

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_kernel::{Date, MemberId, MemberKind, OrganizationId, OrganizationPath, Phone, Problem, Sex, Standing, Vault};

use super::path;
use crate::leafing::Way;
use crate::members::ethnic_groups::EthnicGroup;
use crate::members::terms;
use crate::members::traits::AgeBand;

/// One line of a list: as much of a member as it shows.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) id: MemberId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) path: OrganizationPath,
    pub(crate) name: String,
    pub(crate) sex: String,
    pub(crate) kind: MemberKind,
    pub(crate) standing: Standing,
    pub(crate) phone: Option<Phone>,
    pub(crate) id_card_sealed: Vec<u8>,
    pub(crate) waiting: i64,
    pub(crate) reviewed: bool,
    pub(crate) departed_at: Option<ejia_kernel::Instant>,
    pub(crate) departed_reason: Option<String>,
}

const COLUMNS: &str = "m.id, m.organization_id, m.path, m.name, m.sex, m.kind, m.standing, m.phone_sealed, m.id_card_sealed, m.waiting, m.reviewed_at, m.departed_at, m.departed_reason";

fn line(vault: &Vault, row: &Row<'_>) -> Result<Line, DbError> {
    let kind: String = row.get(5)?;
    let standing: String = row.get(6)?;
    Ok(Line {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        path: path(row, 2)?,
        name: row.get(3)?,
        sex: row.get(4)?,
        kind: super::understood(MemberKind::from_code(&kind), "kind")?,
        standing: super::understood(Standing::from_code(&standing), "standing")?,
        phone: super::phone(vault, row.get(7)?)?,
        id_card_sealed: row.get(8)?,
        waiting: row.get(9)?,
        reviewed: row.get::<Option<i64>>(10)?.is_some(),
        departed_at: row.get(11)?,
        departed_reason: row.get(12)?,
    })
}

/// What a list leaves out. Each is a text of its own, so that the partial indexes of the schema fit it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) kind: Option<MemberKind>,
    pub(crate) standing: Option<Standing>,
    pub(crate) without_phone: bool,
    pub(crate) waiting: bool,
    pub(crate) sex: Option<Sex>,
    /// Ages are those of this day.
    pub(crate) age: Option<(AgeBand, Date)>,
    pub(crate) education: Option<&'static str>,
    pub(crate) ethnic_group: Option<EthnicGroup>,
    pub(crate) departed: bool,
}

/// Nearly everybody's, so that its list needs no index.
const HAN: &str = "汉族";
/// Education that few have, in the words of its index.
const RARE_EDUCATION: [&str; 4] = ["中专", "中技", "小学", "其他"];

impl Filter {
    fn of_few_people(self) -> bool {
        self.ethnic_group.is_some_and(|group| group.label() != HAN)
    }

    fn of_rare_education(self) -> bool {
        self.education.is_some_and(|education| RARE_EDUCATION.contains(&education))
    }

    /// Whether it leaves few: what nobody counts, and what has an index of its own.
    pub(crate) fn leaves_few(self) -> bool {
        let standing = self.standing.is_some_and(|standing| standing != Standing::Normal);
        standing || self.of_few_people() || self.of_rare_education()
    }

    /// The conditions, the most selective one in the words of its partial index and the others so that no planner
    /// takes theirs instead.
    fn sql(self) -> String {
        let mut sql = String::from(if self.departed { "m.departed_at IS NOT NULL" } else { "m.departed_at IS NULL" });
        let rare = [
            self.of_few_people().then_some("m.ethnic_group <> '汉族'"),
            self.waiting.then_some("m.waiting > 0"),
            self.standing.filter(|standing| *standing != Standing::Normal).map(|_| "m.standing <> 'normal'"),
            (self.kind == Some(MemberKind::Probationary)).then_some("m.kind = 'probationary'"),
            self.without_phone.then_some("m.phone_index IS NULL"),
            self.of_rare_education().then_some("m.education IN ('中专', '中技', '小学', '其他')"),
        ];
        for (place, condition) in rare.into_iter().flatten().enumerate() {
            sql.push_str(" AND ");
            let (before, after) = if place == 0 { ("", "") } else { ("(", ") = TRUE") };
            sql.extend([before, condition, after]);
        }
        if let Some(standing) = self.standing {
            sql.extend([" AND m.standing = '", standing.code(), "'"]);
        }
        if self.kind == Some(MemberKind::Full) {
            sql.push_str(" AND m.kind = 'full'");
        }
        let equal = [
            ("m.sex", self.sex.map(Sex::code)),
            ("m.education", self.education),
            ("m.ethnic_group", self.ethnic_group.map(EthnicGroup::label)),
        ];
        for (column, value) in equal {
            sql.extend(value.into_iter().flat_map(|value| [" AND ", column, " = '", value, "'"]));
        }
        if let Some((band, today)) = self.age {
            let (after, until) = band.born(today);
            for (compared, day) in [(" AND m.born_on > '", after), (" AND m.born_on <= '", until)] {
                sql.extend(day.iter().flat_map(|day| [compared, day, "'"]));
            }
        }
        sql
    }
}

/// A member's place in the list: path, key of the name, id.
pub(crate) type Place = (String, String, String);

/// The members that way from a place in the list: by branch, then by name.
pub(crate) fn listed(
    txn: &mut Txn<'_>,
    scope: &OrganizationPath,
    filter: Filter,
    from: Option<&Place>,
    way: Way,
    limit: i64,
) -> Result<Vec<Line>, Problem> {
    let vault = txn.vault().clone();
    let filter = filter.sql();
    let (sql, bound, edge) = match way {
        Way::On => (
            format!(
                "SELECT {COLUMNS} FROM member m
                 WHERE {filter} AND m.path < $1 AND (m.path, m.sort_key, m.id) > ($2, $3, $4)
                 ORDER BY m.path, m.sort_key, m.id LIMIT $5"
            ),
            scope.upper_bound(),
            scope.to_string(),
        ),
        Way::Back => (
            format!(
                "SELECT {COLUMNS} FROM member m
                 WHERE {filter} AND m.path >= $1 AND (m.path, m.sort_key, m.id) < ($2, $3, $4)
                 ORDER BY m.path DESC, m.sort_key DESC, m.id DESC LIMIT $5"
            ),
            scope.to_string(),
            scope.upper_bound(),
        ),
    };
    let (path, sort_key, id) =
        from.map_or((edge.as_str(), "", ""), |(path, key, id)| (path.as_str(), key.as_str(), id.as_str()));
    let args = args![bound, path, sort_key, id, limit];
    Ok(txn.query(&sql, &args, |row| line(&vault, row))?)
}

/// The names of a scope, at most `limit`, in the order of the list.
pub(crate) fn names(
    txn: &mut Txn<'_>,
    scope: &OrganizationPath,
    filter: Filter,
    limit: usize,
) -> Result<Vec<(MemberId, String)>, Problem> {
    let sql = format!(
        "SELECT m.id, m.name FROM member m
         WHERE {} AND m.path >= $1 AND m.path < $2 ORDER BY m.path, m.sort_key, m.id LIMIT $3",
        filter.sql()
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let args = args![scope.as_str(), scope.upper_bound(), limit];
    Ok(txn.query(&sql, &args, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// A place among the hits of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) term: String,
    pub(crate) path: String,
    pub(crate) member_id: String,
}

/// The hits of one beginning that way from a place, without their members.
pub(crate) fn hits(
    txn: &mut Txn<'_>,
    scope: &OrganizationPath,
    filter: Filter,
    beginning: &str,
    (from, way): (Option<&Hit>, Way),
    limit: i64,
) -> Result<Vec<Hit>, Problem> {
    let (join, also) = if filter == Filter::default() {
        ("", String::new())
    } else {
        ("JOIN member m ON m.id = t.member_id", format!("AND {}", filter.sql()))
    };
    let end = terms::after(beginning);
    let (bound, edge, compared, order) = match way {
        Way::On => ("<", beginning, ">", ""),
        Way::Back => (">=", end.as_str(), "<", " DESC"),
    };
    let sql = format!(
        "SELECT t.term, t.path, t.member_id FROM member_term t {join}
         WHERE t.term {bound} $1 AND (t.term, t.path, t.member_id) {compared} ($2, $3, $4)
           AND t.path >= $5 AND t.path < $6 {also}
         ORDER BY t.term{order}, t.path{order}, t.member_id{order} LIMIT $7"
    );
    let (term, path, member_id) =
        from.map_or((edge, "", ""), |hit| (hit.term.as_str(), hit.path.as_str(), hit.member_id.as_str()));
    let other = if way == Way::On { end.as_str() } else { beginning };
    let args = args![other, term, path, member_id, scope.as_str(), scope.upper_bound(), limit];
    Ok(txn.query(&sql, &args, |row| Ok(Hit { term: row.get(0)?, path: row.get(1)?, member_id: row.get(2)? }))?)
}

/// How many members one statement brings.
const BROUGHT: usize = 64;

/// The lines of those of these members whom the filter leaves, in their order.
pub(crate) fn lines(txn: &mut Txn<'_>, filter: Filter, ids: &[String]) -> Result<Vec<Line>, Problem> {
    let vault = txn.vault().clone();
    let sql =
        format!("SELECT {COLUMNS} FROM member m WHERE m.id IN ({}) AND ({}) = TRUE", places(1, BROUGHT), filter.sql());
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(BROUGHT) {
        found.extend(txn.query(&sql, &filled(chunk, BROUGHT), |row| line(&vault, row))?);
    }
    let places: HashMap<&str, usize> = ids.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
    found.sort_by_cached_key(|line| places.get(line.id.to_string().as_str()).copied());
    Ok(found)
}
