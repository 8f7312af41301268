//! `ejia export`: the statistics software's tables, from the command line.

use std::fs::OpenOptions;
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use ejia_directory::import::TableKind;
use ejia_kernel::table::TableFault;
use ejia_statistics::{ExportedFile, export_file};
use ejia_tables::SheetWriter;

use super::{Which, explained};
use crate::house;

/// Hands organizations and members out, in the layout in which they come in. What lies in a file that exists already is
/// replaced.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    which: Which,
    /// Writes the table of organizations here (.xlsx, .csv)
    #[arg(long, value_name = "FILE")]
    organizations: Option<PathBuf>,
    /// Writes the table of members here (.xlsx, .csv)
    #[arg(long, value_name = "FILE")]
    members: Option<PathBuf>,
    /// Only what lies under the organization of this code
    #[arg(long, value_name = "CODE")]
    within: Option<String>,
    /// Writes only what differs from this table of organizations (.xls, .xlsx, .csv)
    #[arg(long, value_name = "FILE", requires = "organizations")]
    against_organizations: Option<PathBuf>,
    /// Writes only what differs from this table of members (.xls, .xlsx, .csv)
    #[arg(long, value_name = "FILE", requires = "members")]
    against_members: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self) -> Result<(), String> {
        if self.organizations.is_none() && self.members.is_none() {
            return Err("give --organizations FILE, --members FILE, or both".to_owned());
        }
        let tables = [
            (TableKind::Organizations, &self.organizations, &self.against_organizations),
            (TableKind::Members, &self.members, &self.against_members),
        ];
        let desk = self.which.open()?;
        for (kind, file, against) in tables {
            let Some(file) = file else { continue };
            let exported = export_file(
                &desk,
                &house::open_table(),
                kind,
                self.within.as_deref(),
                against.as_deref(),
                &|headings, rows| write(file, kind, headings, rows),
            );
            println!("{}", told(&exported.map_err(|problem| explained(&problem))?, against.is_some()));
        }
        Ok(())
    }
}

fn write(
    path: &Path,
    kind: TableKind,
    headings: &[(&str, u16)],
    rows: &mut dyn Iterator<Item = Vec<String>>,
) -> Result<(), TableFault> {
    // It is full of people's numbers: nobody else is to read it.
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(unwritable)?;
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) {
        let names: Vec<&str> = headings.iter().map(|(name, _)| *name).collect();
        return ejia_tables::write_csv(BufWriter::new(file), &names, rows);
    }
    let mut sheet = SheetWriter::new(kind.label(), headings)?;
    for row in rows {
        sheet.row(row)?;
    }
    sheet.finish(BufWriter::new(file))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn unwritable(error: std::io::Error) -> TableFault {
    TableFault::Unwritable(error.to_string())
}

fn told(exported: &ExportedFile, differing: bool) -> String {
    let (table, counts) = (exported.kind.label(), exported.counts);
    if differing {
        format!(
            "{table}：现有 {}，新增 {}，离开 {}，变动 {}，无法比对 {}。",
            counts.lines, counts.added, counts.gone, counts.changed, counts.refused
        )
    } else {
        format!("{table}：导出 {}。", counts.lines)
    }
}
