//! Keeps `ejia-typeset` at hand: an executable of its own that turns papers into PDF, warm between two papers.
//!
//! [`Press`] starts the program when the first paper is wanted, talks to it over its pipes (frames: four bytes of length,
//! then so many bytes; a paper is a frame of JSON and one for each photo it shows), and starts it again when it died or
//! did not answer in time. One paper is set at a time: it takes some ten milliseconds. Papers that may take long are
//! set by a second program, so that nobody who waits for a letter waits for a register of a whole year.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use ejia_documents::{Paper, TypesetFault, Typesetter};
use serde_json::json;

/// No paper may take longer, the start of the program included.
const PATIENCE: Duration = Duration::from_secs(20);
/// No long paper may take longer.
const LONG_PATIENCE: Duration = Duration::from_mins(5);
/// No answer is larger.
const MOST: u32 = 512 * 1024 * 1024;
/// No photo is larger: the program takes no longer frame.
const MOST_SENT: usize = 64 * 1024 * 1024;
/// What the program's file is called.
const PROGRAM: &str = "ejia-typeset";

/// The typesetting program, started when needed.
pub struct Press {
    program: PathBuf,
    quick: Mutex<Option<Running>>,
    long: Mutex<Option<Running>>,
}

/// The program while it runs, and the thread that talks to it: a program that neither reads nor answers holds up that
/// thread alone.
struct Running {
    child: Child,
    papers: Sender<Vec<Bytes>>,
    answers: Receiver<io::Result<Vec<u8>>>,
}

impl Press {
    /// A press whose program lies at `program`.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), quick: Mutex::new(None), long: Mutex::new(None) }
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
        let ((papers, wanted), (tell, answers)) = (bounded(1), bounded(1));
        let talking = std::thread::Builder::new().name("typeset".to_owned()).spawn(move || {
            let (mut input, mut output) = (input, output);
            for frames in wanted {
                let answer = talk(&mut input, &mut output, frames);
                let last = answer.is_err();
                if tell.send(answer).is_err() || last {
                    break;
                }
            }
        });
        let running = Running { child, papers, answers };
        talking.map(|_| running).map_err(|error| away(&error))
    }

    /// Sets a paper with the program of this lane, started first when it does not run.
    fn set_by(
        &self,
        lane: &Mutex<Option<Running>>,
        frames: &[Bytes],
        patience: Duration,
    ) -> Result<Vec<u8>, TypesetFault> {
        let mut running = lane.lock().unwrap_or_else(PoisonError::into_inner);
        let mut press = match running.take() {
            Some(press) => press,
            None => self.start()?,
        };
        // A press that died between two papers is started again, once.
        let answer = match press.set(frames, patience) {
            Err(error) if error.kind() != io::ErrorKind::TimedOut => {
                drop(press);
                press = self.start()?;
                press.set(frames, patience)
            }
            answer => answer,
        };
        let answer = answer.map_err(|error| TypesetFault::Away(format!("{}: {error}", self.program.display())))?;
        *running = Some(press);
        Ok(answer)
    }
}

impl Running {
    fn set(&mut self, frames: &[Bytes], patience: Duration) -> io::Result<Vec<u8>> {
        self.papers.send(frames.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
        match self.answers.recv_timeout(patience) {
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

/// Hands a paper over, each frame let go when it is written, and waits for the answer.
fn talk(input: &mut ChildStdin, output: &mut ChildStdout, frames: Vec<Bytes>) -> io::Result<Vec<u8>> {
    for frame in frames {
        let length = u32::try_from(frame.len()).map_err(|_| io::ErrorKind::InvalidData)?;
        input.write_all(&length.to_be_bytes())?;
        input.write_all(&frame)?;
    }
    input.flush()?;
    read(output)
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

/// A paper as frames: what it says, then its photos.
fn frames(paper: &Paper) -> Result<Vec<Bytes>, TypesetFault> {
    let names: Vec<&str> = paper.files.iter().map(|file| file.name.as_str()).collect();
    let said = json!({ "template": paper.template, "content": paper.content, "files": names }).to_string();
    let mut frames = vec![Bytes::from(said)];
    frames.extend(paper.files.iter().map(|file| file.bytes.clone()));
    if frames.iter().any(|frame| frame.len() > MOST_SENT) {
        return Err(TypesetFault::Broken(format!(
            "{}: more than {} MiB in one frame",
            paper.template,
            MOST_SENT >> 20
        )));
    }
    Ok(frames)
}

impl Typesetter for Press {
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault> {
        let (lane, patience) = if paper.long { (&self.long, LONG_PATIENCE) } else { (&self.quick, PATIENCE) };
        let mut answer = self.set_by(lane, &frames(paper)?, patience)?;
        match answer.first() {
            Some(0) => {
                answer.remove(0);
                Ok(answer)
            }
            Some(_) => {
                Err(TypesetFault::Broken(String::from_utf8_lossy(answer.get(1..).unwrap_or_default()).into_owned()))
            }
            None => Err(TypesetFault::Broken("an empty answer".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
