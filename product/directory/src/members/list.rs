//! The list of members: a page of 50 of a scope, filtered or searched, and the place where the next page begins.

use std::collections::HashMap;
use std::sync::Arc;

use ejia_db::Txn;
use ejia_kernel::{MemberId, MemberKind, OrganizationPath, Problem};
use ejia_web::Officer;

use super::asked::ListAsked;
use super::model::MemberBrief;
use super::sought;
use super::store::list::{self as rows, Filter, Hit, Line};
use super::store::{self};
use super::terms::{self, NamePart, Query};
use crate::leafing::{Leaf, Way, leaf};
use crate::organizations::{Counts, Tree, counts_under, tree_and_counts};

/// How many members a page shows.
pub(crate) const PAGE: usize = 50;
/// One more tells whether there is a next page.
const MORE: i64 = 51;

/// Of at most so many members every name is looked at: the index of terms would be searched mostly in vain.
const SMALL: usize = if cfg!(test) { 20 } else { 2000 };
/// Where everybody is asked for, nothing of the index is in vain: it serves all but the smallest.
const SMALL_WHOLE: usize = if cfg!(test) { SMALL } else { 100 };

/// Departed members are not in the index of terms; so many of them are looked at.
const MOST: usize = 20_000;

/// A page of a search looks at no more hits than this; the next page goes on from there.
const LOOKED_AT: usize = 2000;

/// A page of members.
pub(crate) struct Found {
    pub(crate) lines: Vec<Line>,
    /// What the page before this one ends before, if there is one.
    pub(crate) previous: Option<String>,
    /// What the page after this one begins after, if there is one.
    pub(crate) next: Option<String>,
    /// The digits typed are no whole number yet.
    pub(crate) unfinished: bool,
    pub(crate) scope: OrganizationPath,
    /// How many members stand in the scope, unfiltered.
    pub(crate) counts: Counts,
    pub(crate) tree: Arc<Tree>,
}

/// The page of the list that was asked for.
///
/// # Errors
/// A refusal when the organization is not under the officer; a fault of the database.
pub(crate) fn list(txn: &mut Txn<'_>, officer: &Officer, asked: &ListAsked, departed: bool) -> Result<Found, Problem> {
    let (tree, own) = tree_and_counts(txn, officer.path())?;
    let scope = tree.chosen(officer, &asked.organization)?.path.clone();
    let filter = asked.filter(departed, txn.now().china_date());
    let from = asked.place();
    let mut found = Found {
        lines: Vec::new(),
        previous: None,
        next: None,
        unfinished: false,
        counts: if scope == *officer.path() { own } else { counts_under(txn, &scope)? },
        scope,
        tree,
    };
    match Query::parse(&sought::typed(txn.vault(), &asked.q)) {
        None => listed(txn, &mut found, filter, from)?,
        Some(Query::Unfinished) => found.unfinished = true,
        Some(Query::Phone(phone)) => {
            let hit = store::member_by_phone(txn, &phone)?.map(|brief| brief.id);
            single(txn, &mut found, filter, hit)?;
        }
        Some(Query::IdCard(id_card)) => {
            let hit = store::member_by_id_card(txn, &id_card)?.map(|brief| brief.id);
            single(txn, &mut found, filter, hit)?;
        }
        Some(Query::Name(part)) => {
            by_name(txn, &mut found, filter, &part, from)?;
        }
    }
    Ok(found)
}

/// Members under an officer's organization, or under one below it, found as 【党员档案管理】 finds them: by part of a name,
/// by its spelling or by a whole number. Answers a page of them and where the next one begins.
///
/// # Errors
/// A refusal when the organization is not under the officer; a fault of the database.
pub fn find_members(
    txn: &mut Txn<'_>,
    officer: &Officer,
    organization: &str,
    q: &str,
    after: &str,
) -> Result<(Vec<MemberBrief>, Option<String>), Problem> {
    let text = str::to_owned;
    let asked = ListAsked { q: text(q), organization: text(organization), after: text(after), ..ListAsked::default() };
    let found = list(txn, officer, &asked, false)?;
    let brief = |line: Line| {
        let Line { id, organization_id, path, name, phone, .. } = line;
        MemberBrief { id, organization_id, path, name, phone }
    };
    Ok((found.lines.into_iter().map(brief).collect(), found.next))
}

/// A place as an address names it, and which way from there.
type From<'a> = (&'a str, Way);

fn listed(txn: &mut Txn<'_>, found: &mut Found, filter: Filter, (place, way): From<'_>) -> Result<(), Problem> {
    let from = match place.parse::<MemberId>() {
        Ok(id) => store::load(txn, id)?.filter(|member| found.scope.contains(&member.path)),
        Err(_) => None,
    };
    let from = from.map(|member| {
        let key = terms::sort_key(member.record.name.as_str());
        ((member.path.to_string(), key, member.id.to_string()), way)
    });
    let scope = found.scope.clone();
    let Leaf { lines, previous, next } =
        leaf(PAGE, from, |place, way, limit| rows::listed(txn, &scope, filter, place, way, limit))?;
    found.previous = lines.first().filter(|_| previous).map(|line| line.id.to_string());
    found.next = lines.last().filter(|_| next).map(|line| line.id.to_string());
    found.lines = lines;
    Ok(())
}

fn single(txn: &mut Txn<'_>, found: &mut Found, filter: Filter, hit: Option<MemberId>) -> Result<(), Problem> {
    let ids: Vec<String> = hit.into_iter().map(|id| id.to_string()).collect();
    let lines = rows::lines(txn, filter, &ids)?;
    found.lines = lines.into_iter().filter(|line| found.scope.contains(&line.path)).collect();
    Ok(())
}

/// Looks through the names where there are few, and searches the index of terms where there are many.
fn by_name(
    txn: &mut Txn<'_>,
    found: &mut Found,
    filter: Filter,
    part: &NamePart,
    from: From<'_>,
) -> Result<(), Problem> {
    let counts = found.counts;
    let whole = filter == Filter::default() && found.tree.root().is_some_and(|root| root.path == found.scope);
    let small = if whole { SMALL_WHOLE } else { SMALL };
    let at_most = [
        Some(counts.members),
        filter.without_phone.then_some(counts.without_phone),
        filter.waiting.then_some(counts.waiting),
        (filter.kind == Some(MemberKind::Probationary)).then_some(counts.probationary),
        filter.leaves_few().then_some(0),
    ];
    let many = !filter.departed
        && at_most.into_iter().flatten().min().is_some_and(|most| usize::try_from(most).unwrap_or(0) > small);
    if !many {
        let most = if filter.departed { MOST } else { small };
        let names = rows::names(txn, &found.scope, filter, most + 1)?;
        if filter.departed || names.len() <= most {
            return looked_through(txn, found, filter, part, from, &names);
        }
    }
    searched(txn, found, filter, part, from)
}

/// A small scope: every name is looked at, in the order of the list, better hits first.
fn looked_through(
    txn: &mut Txn<'_>,
    found: &mut Found,
    filter: Filter,
    part: &NamePart,
    (place, way): From<'_>,
    names: &[(MemberId, String)],
) -> Result<(), Problem> {
    let mut hits: Vec<(usize, MemberId)> =
        names.iter().filter_map(|(id, name)| part.phase(name).map(|phase| (phase, *id))).collect();
    hits.sort_by_key(|(phase, _)| *phase);
    let place = place.parse::<MemberId>().ok();
    let met = hits.iter().position(|(_, hit)| Some(*hit) == place);
    let start = match way {
        Way::On => met.map_or(0, |met| met + 1),
        Way::Back => met.unwrap_or(0).saturating_sub(PAGE),
    };
    let ids: Vec<String> = hits.iter().skip(start).take(PAGE).map(|(_, id)| id.to_string()).collect();
    found.previous = ids.first().filter(|_| start > 0).cloned();
    found.next = ids.last().filter(|_| hits.len() > start + PAGE).cloned();
    found.lines = rows::lines(txn, filter, &ids)?;
    Ok(())
}

/// A large scope: the index of terms, one beginning after the other.
fn searched(
    txn: &mut Txn<'_>,
    found: &mut Found,
    filter: Filter,
    part: &NamePart,
    from: From<'_>,
) -> Result<(), Problem> {
    let (named, way) = from;
    let place = place(txn, part, named)?;
    if way == Way::Back {
        let Some((phase, hit)) = place else { return searched(txn, found, filter, part, ("", Way::On)) };
        let walked = walk(txn, found, filter, part, (phase, Some(hit)), way)?;
        let Some(further) = walked.further else {
            // That is where the list begins: its first page, and a whole one.
            return searched(txn, found, filter, part, ("", Way::On));
        };
        found.previous = Some(further);
        found.next = walked.first;
        found.lines = walked.lines;
        found.lines.reverse();
        return Ok(());
    }
    let begun = place.is_some();
    let (phase, hit) = place.map_or((0, None), |(phase, hit)| (phase, Some(hit)));
    let walked = walk(txn, found, filter, part, (phase, hit), way)?;
    found.previous = walked.first.filter(|_| begun);
    found.next = walked.further;
    found.lines = walked.lines;
    Ok(())
}

/// What a walk through the index has brought.
#[derive(Default)]
struct Walked {
    lines: Vec<Line>,
    /// The place of the first line.
    first: Option<String>,
    /// Where to go on, if there may be more.
    further: Option<String>,
}

/// Walks through the index from a place, one way, until a page is full.
fn walk(
    txn: &mut Txn<'_>,
    found: &Found,
    filter: Filter,
    part: &NamePart,
    (mut phase, mut from): (usize, Option<Hit>),
    way: Way,
) -> Result<Walked, Problem> {
    let mut walked = Walked::default();
    let (mut cursor, mut looked_at) = (None, 0);
    while let Some(beginning) = part.beginning(phase) {
        let hits = rows::hits(txn, &found.scope, filter, &beginning, (from.as_ref(), way), MORE)?;
        let ids: Vec<String> = hits.iter().map(|hit| hit.member_id.clone()).collect();
        let lines = rows::lines(txn, filter, &ids)?;
        let known: HashMap<String, &Line> = lines.iter().map(|line| (line.id.to_string(), line)).collect();
        for hit in &hits {
            let Some(line) = known.get(&hit.member_id).copied() else { continue };
            let Some(index) = terms::terms(&line.name).iter().position(|term| *term == hit.term) else { continue };
            let here = format!("{phase}.{index}.{}", hit.member_id);
            // A member is shown where he is met first, and nowhere else.
            if part.place(&line.name) == Some((phase, index)) {
                if walked.lines.len() == PAGE {
                    walked.further = cursor;
                    return Ok(walked);
                }
                walked.first.get_or_insert_with(|| here.clone());
                walked.lines.push(line.clone());
            }
            cursor = Some(here);
        }
        looked_at += hits.len();
        if hits.len() <= PAGE {
            phase = match (way, phase) {
                (Way::On, phase) => phase + 1,
                (Way::Back, 0) => return Ok(walked),
                (Way::Back, phase) => phase - 1,
            };
            from = None;
        } else if looked_at > LOOKED_AT {
            walked.further = cursor;
            return Ok(walked);
        } else {
            from = hits.into_iter().next_back();
        }
    }
    Ok(walked)
}

/// A place of a search as an address names it: `phase.term.member`.
fn place(txn: &mut Txn<'_>, part: &NamePart, named: &str) -> Result<Option<(usize, Hit)>, Problem> {
    let mut parts = named.splitn(3, '.');
    let phase = parts.next().and_then(|part| part.parse::<usize>().ok());
    let index = parts.next().and_then(|part| part.parse::<usize>().ok());
    let id = parts.next().and_then(|part| part.parse::<MemberId>().ok());
    let (Some(phase), Some(index), Some(id)) = (phase, index, id) else { return Ok(None) };
    let Some(member) = store::load(txn, id)? else { return Ok(None) };
    let term = terms::terms(member.record.name.as_str()).into_iter().nth(index);
    let fits = part.beginning(phase).zip(term).filter(|(beginning, term)| term.starts_with(beginning.as_str()));
    Ok(fits.map(|(_, term)| (phase, Hit { term, path: member.path.to_string(), member_id: id.to_string() })))
}
