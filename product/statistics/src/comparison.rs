//! What an export says, line by line: everybody, or what differs between what was said before and what is here now.

use std::collections::{HashMap, HashSet, VecDeque};

use ejia_db::Desk;
use ejia_directory::export::{Given, GivenLine, Here, Line, column_names, headings};
use ejia_directory::import::TableKind;
use ejia_jobs::JobFault;

use crate::model::Counts;

/// Lines read at a time.
pub(crate) const TOGETHER: usize = 500;

/// What stands before the columns of the layout where differences are told, with the room each takes.
const TOLD: [(&str, u16); 4] = [("变化情况", 5), ("变动项目", 8), ("原值", 12), ("现值", 12)];

/// The headings of an export.
pub(crate) fn headings_of(kind: TableKind, differences: bool) -> Vec<(&'static str, u16)> {
    let told = TOLD.into_iter().filter(|_| differences);
    told.chain(headings(kind)).collect()
}

/// What was said before, some lines at a time; none at the end.
pub(crate) type Before<'a> = Box<dyn FnMut() -> Result<Vec<GivenLine>, JobFault> + 'a>;

/// The lines of a table that was given.
pub(crate) fn lines_of(desk: &Desk, mut given: Given) -> Before<'_> {
    Box::new(move || {
        let rows = given.next(TOGETHER).map_err(JobFault::GiveUp)?;
        let headings = given.headings();
        Ok(desk.read_now(move |txn| GivenLine::of(txn, &headings, &rows))?)
    })
}

/// An item that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) item: &'static str,
    pub(crate) before: String,
    pub(crate) now: String,
}

/// The items in which two lines differ; what was not said before does not differ.
pub(crate) fn differences(kind: TableKind, before: &[Option<String>], now: &[String]) -> Vec<Difference> {
    let items = column_names(kind).into_iter().zip(before).zip(now);
    items
        .filter_map(|((item, before), now)| {
            let before = before.as_ref()?;
            (before != now).then(|| Difference { item, before: before.clone(), now: now.clone() })
        })
        .collect()
}

/// Takes notes of what is here, for the next export; tells how far this one has come.
pub(crate) trait Aside {
    /// Some lines of what is here, in their order, each once.
    fn note(&mut self, lines: &[Line]) -> Result<(), JobFault>;
    /// So many lines are done.
    fn tell(&mut self, done: usize) -> Result<(), JobFault>;
}

/// The rows of an export, made as they are asked for.
pub(crate) struct Rows<'a> {
    desk: &'a Desk,
    kind: TableKind,
    here: Here,
    before: Option<Before<'a>>,
    aside: &'a mut dyn Aside,
    /// Whether differences are told, and not everybody.
    differing: bool,
    /// Who was there before and is here now.
    seen: HashSet<String>,
    ready: VecDeque<Vec<String>>,
    read: usize,
    done: usize,
    pub(crate) counts: Counts,
    /// What stopped it.
    pub(crate) fault: Option<JobFault>,
}

impl<'a> Rows<'a> {
    /// Everybody who is here.
    pub(crate) fn whole(desk: &'a Desk, kind: TableKind, here: Here, aside: &'a mut dyn Aside) -> Self {
        Self {
            desk,
            kind,
            here,
            before: None,
            aside,
            differing: false,
            seen: HashSet::new(),
            ready: VecDeque::new(),
            read: 0,
            done: 0,
            counts: Counts::default(),
            fault: None,
        }
    }

    /// What differs from `before`: those who changed or left in its order, then those who came.
    pub(crate) fn differing(
        desk: &'a Desk,
        kind: TableKind,
        here: Here,
        before: Before<'a>,
        aside: &'a mut dyn Aside,
    ) -> Self {
        Self { before: Some(before), differing: true, ..Self::whole(desk, kind, here, aside) }
    }

    fn step(&mut self) -> Result<Option<Vec<String>>, JobFault> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Ok(Some(row));
            }
            if let Some(before) = &mut self.before {
                let lines = before()?;
                if lines.is_empty() {
                    self.before = None;
                } else {
                    self.compare(&lines)?;
                }
                continue;
            }
            if self.read >= self.here.len() {
                return Ok(None);
            }
            self.go_on()?;
        }
    }

    /// Compares some lines of before with what is here.
    fn compare(&mut self, lines: &[GivenLine]) -> Result<(), JobFault> {
        let keys: Vec<&str> = lines.iter().filter_map(|line| line.key.as_deref()).collect();
        let known = self.here.of_keys(&keys);
        let known = self.desk.read_now(move |txn| known.lines(txn))?;
        let known: HashMap<String, Line> = known.into_iter().map(|line| (line.key.clone(), line)).collect();
        for line in lines {
            let now = line.key.as_ref().and_then(|key| known.get(key));
            match (&line.refusal, now) {
                (Some(sentence), _) => {
                    self.counts.refused += 1;
                    self.tell(["无法比对", "", "", sentence], given(&line.cells));
                }
                // A second line about the same person says what the first has said.
                (None, Some(now)) if !self.seen.insert(now.key.clone()) => {}
                (None, Some(now)) => self.tell_changes(line, now),
                (None, None) => {
                    self.counts.gone += 1;
                    self.tell(["离开", "", "", ""], given(&line.cells));
                }
            }
        }
        self.done += lines.len();
        self.aside.tell(self.done)
    }

    fn tell_changes(&mut self, before: &GivenLine, now: &Line) {
        let changes = differences(self.kind, &before.cells, &now.cells);
        self.counts.changed += i64::from(!changes.is_empty());
        for Difference { item, before, now: after } in &changes {
            self.tell(["变动", item, before, after], now.cells.clone());
        }
    }

    fn tell(&mut self, told: [&str; 4], cells: Vec<String>) {
        self.ready.push_back(told.into_iter().map(str::to_owned).chain(cells).collect());
    }

    /// Goes on with those who are here.
    fn go_on(&mut self) -> Result<(), JobFault> {
        let (here, first) = (self.here.piece(self.read, TOGETHER), self.read);
        let lines = self.desk.read_now(move |txn| here.lines(txn))?;
        self.read = first + TOGETHER;
        self.counts.lines += i64::try_from(lines.len()).unwrap_or_default();
        self.aside.note(&lines)?;
        for line in lines {
            if !self.differing {
                self.ready.push_back(line.cells);
            } else if !self.seen.contains(&line.key) {
                self.counts.added += 1;
                self.tell(["新增", "", "", ""], line.cells);
            }
        }
        self.done += TOGETHER.min(self.here.len().saturating_sub(first));
        self.aside.tell(self.done)
    }
}

fn given(cells: &[Option<String>]) -> Vec<String> {
    cells.iter().map(|cell| cell.clone().unwrap_or_default()).collect()
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        if self.fault.is_some() {
            return None;
        }
        self.step().unwrap_or_else(|fault| {
            self.fault = Some(fault);
            None
        })
    }
}
