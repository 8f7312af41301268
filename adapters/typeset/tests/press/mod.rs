//! The press that tests start, and the reader of what it sets.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// The executable, for as long as a test runs.
pub(crate) struct Press(Child);

impl Press {
    /// The executable of this build, started.
    pub(crate) fn start() -> Self {
        let program = env!("CARGO_BIN_EXE_ejia-typeset");
        Self(Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// One paper with photos, each a name and a JPEG: what the answer is, and the answer.
    pub(crate) fn set(&mut self, template: &str, content: &Value, photos: &[(&str, &[u8])]) -> (u8, Vec<u8>) {
        let names: Vec<&str> = photos.iter().map(|(name, _)| *name).collect();
        self.send(json!({ "template": template, "content": content, "files": names }).to_string().as_bytes());
        for (_, jpeg) in photos {
            self.send(jpeg);
        }
        let output = self.0.stdout.as_mut().unwrap();
        let mut length = [0; 4];
        output.read_exact(&mut length).unwrap();
        let mut answer = vec![0; u32::from_be_bytes(length) as usize];
        output.read_exact(&mut answer).unwrap();
        let pdf = answer.split_off(1);
        (answer.first().copied().unwrap(), pdf)
    }

    fn send(&mut self, frame: &[u8]) {
        let input = self.0.stdin.as_mut().unwrap();
        input.write_all(&u32::try_from(frame.len()).unwrap().to_be_bytes()).unwrap();
        input.write_all(frame).unwrap();
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The text of a PDF, as poppler reads it.
pub(crate) fn text(pdf: &[u8]) -> String {
    String::from_utf8(through("pdftotext", &["-layout", "-", "-"], pdf)).unwrap()
}

/// What another program makes of a PDF.
pub(crate) fn through(program: &str, arguments: &[&str], pdf: &[u8]) -> Vec<u8> {
    let mut reader =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = reader.stdin.take().unwrap();
    let pdf = pdf.to_vec();
    // Written beside: a reader that answers while it reads would wait for us, and we for it.
    let writing = std::thread::spawn(move || input.write_all(&pdf));
    let output = reader.wait_with_output().unwrap().stdout;
    writing.join().unwrap().unwrap();
    output
}
