//! Keeps `ejia-typeset` at hand: an executable of its own that turns papers into PDF, warm between two papers.
//!
//! [`Press`] starts the program when the first paper is wanted, talks to it over its pipes (frames: four bytes of length,
//! then so many bytes), and starts it again when it died or did not answer in time. One paper is set at a time: it takes
//! some ten milliseconds.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use ejia_documents::{Paper, TypesetFault, Typesetter};
use serde_json::json;

/// No paper may take longer, the start of the program included.
const PATIENCE: Duration = Duration::from_secs(20);
/// No paper is larger.
const MOST: u32 = 64 * 1024 * 1024;
/// What the program's file is called.
const PROGRAM: &str = "ejia-typeset";

/// The typesetting program, started when needed.
pub struct Press {
    program: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    answers: Receiver<io::Result<Vec<u8>>>,
}

impl Press {
    /// A press whose program lies at `program`.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), running: Mutex::new(None) }
    }

    /// A press whose program lies beside the running one, as it is built and installed.
    pub fn beside() -> Self {
        let here = std::env::current_exe().unwrap_or_default();
        let near = here.ancestors().skip(1).take(2).map(|folder| folder.join(PROGRAM));
        Self::new(near.into_iter().find(|path| path.exists()).unwrap_or_else(|| PathBuf::from(PROGRAM)))
    }

    /// Where the program is looked for.
    pub fn program(&self) -> &Path {
        &self.program
    }

    fn start(&self) -> Result<Running, TypesetFault> {
        let away = |error: &dyn std::fmt::Display| TypesetFault::Away(format!("{}: {error}", self.program.display()));
        let mut child = Command::new(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| away(&error))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(away(&"no pipes"));
        };
        let (tell, answers) = bounded(1);
        let listening = std::thread::Builder::new().name("typeset".to_owned()).spawn(move || {
            let mut output = output;
            loop {
                let frame = read(&mut output);
                let last = frame.is_err();
                if tell.send(frame).is_err() || last {
                    break;
                }
            }
        });
        match listening {
            Ok(_) => Ok(Running { child, input, answers }),
            Err(error) => Err(away(&error)),
        }
    }
}

impl Running {
    fn set(&mut self, frame: &[u8]) -> io::Result<Vec<u8>> {
        let length = u32::try_from(frame.len()).map_err(|_| io::ErrorKind::InvalidData)?;
        self.input.write_all(&length.to_be_bytes())?;
        self.input.write_all(frame)?;
        self.input.flush()?;
        match self.answers.recv_timeout(PATIENCE) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
            Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut ChildStdout) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    output.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > MOST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut frame = Vec::new();
    output.take(u64::from(length)).read_to_end(&mut frame)?;
    if frame.len() as u64 == u64::from(length) { Ok(frame) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

impl Typesetter for Press {
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        let frame = json!({ "template": paper.template, "content": paper.content }).to_string();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let mut press = match running.take() {
            Some(press) => press,
            None => self.start()?,
        };
        // A press that died between two papers is started again, once.
        let answer = match press.set(frame.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::TimedOut => {
                drop(press);
                press = self.start()?;
                press.set(frame.as_bytes())
            }
            answer => answer,
        };
        let answer = answer.map_err(|error| TypesetFault::Away(format!("{}: {error}", self.program.display())))?;
        *running = Some(press);
        match answer.split_first() {
            Some((0, pdf)) => Ok(pdf.to_vec()),
            Some((_, sentence)) => Err(TypesetFault::Broken(String::from_utf8_lossy(sentence).into_owned())),
            None => Err(TypesetFault::Broken("an empty answer".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
