//! Frames on the pipe: four bytes of length (big-endian), then so many bytes.

use std::io::{self, ErrorKind, Read, Write};

/// What follows is a PDF.
pub(crate) const PDF: u8 = 0;
/// What follows is a sentence on what went wrong.
pub(crate) const FAULT: u8 = 1;

/// No frame is longer.
const MOST: u32 = 64 * 1024 * 1024;

/// The next frame; none when the pipe was closed between two.
pub(crate) fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_be_bytes(length);
    if length > MOST {
        return Err(io::Error::new(ErrorKind::InvalidData, "a frame is longer than 64 MiB"));
    }
    let mut frame = Vec::new();
    input.take(u64::from(length)).read_to_end(&mut frame)?;
    if frame.len() as u64 == u64::from(length) { Ok(Some(frame)) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// Writes a frame whose first byte says what follows.
pub(crate) fn write(output: &mut impl Write, kind: u8, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len() + 1).map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(&[kind])?;
    output.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut pipe = Vec::new();
        write(&mut pipe, PDF, b"%PDF").unwrap();
        write(&mut pipe, FAULT, b"no").unwrap();
        let mut input = pipe.as_slice();
        assert_eq!(read(&mut input).unwrap().unwrap(), b"\0%PDF");
        assert_eq!(read(&mut input).unwrap().unwrap(), b"\x01no");
        assert!(read(&mut input).unwrap().is_none());
    }

    #[test]
    fn a_broken_or_endless_frame_is_an_error() {
        assert!(read(&mut [0, 0, 0, 9, 1].as_slice()).is_err());
        assert!(read(&mut [255, 255, 255, 255, 1].as_slice()).is_err());
    }
}
