//! Writes the seeds of all targets below a folder, one folder each, and says the targets' names.

use std::path::PathBuf;
use std::process::ExitCode;

use ejia_fuzz::TARGETS;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: ejia-fuzz-seeds FOLDER");
        return ExitCode::FAILURE;
    };
    for target in &TARGETS {
        let folder = folder.join(target.name);
        let written = std::fs::create_dir_all(&folder).and_then(|()| {
            (target.seeds)()
                .iter()
                .enumerate()
                .try_for_each(|(number, seed)| std::fs::write(folder.join(format!("seed-{number:02}")), seed))
        });
        if let Err(error) = written {
            eprintln!("{}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
        println!("{}", target.name);
    }
    ExitCode::SUCCESS
}
