//! A stream sealed piece by piece: nobody reads it, alters it, leaves a piece out, swaps two, or cuts it short unnoticed.

use std::io::{self, ErrorKind, Read, Write};

use ejia_kernel::Vault;

/// What a backup begins with.
const BEGINNING: &[u8; 8] = b"EJIABAK1";
const PURPOSE: &str = "backup";
/// Plain bytes of a piece.
const PIECE: usize = 1 << 20;
/// What stands before them: the backup's own number, the piece's place, whether it is the last.
const HEAD: usize = 16 + 8 + 1;
/// A sealed piece is never longer than this.
const MOST: usize = PIECE + HEAD + 256;

fn wrong(sentence: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, sentence.to_owned())
}

/// Seals what is written to it. [`SealedWriter::finish`] must be called, or the stream has no end.
pub(super) struct SealedWriter<'a, W: Write> {
    vault: &'a Vault,
    into: W,
    number: [u8; 16],
    place: u64,
    waiting: Vec<u8>,
}

impl<'a, W: Write> SealedWriter<'a, W> {
    pub(super) fn new(vault: &'a Vault, mut into: W) -> io::Result<Self> {
        let mut number = [0; 16];
        getrandom::fill(&mut number).map_err(io::Error::other)?;
        into.write_all(BEGINNING)?;
        Ok(Self { vault, into, number, place: 0, waiting: Vec::with_capacity(PIECE) })
    }

    /// Seals the last piece.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.piece(true)?;
        self.into.flush()?;
        Ok(self.into)
    }

    fn piece(&mut self, last: bool) -> io::Result<()> {
        let mut plain = Vec::with_capacity(HEAD + self.waiting.len());
        plain.extend_from_slice(&self.number);
        plain.extend_from_slice(&self.place.to_be_bytes());
        plain.push(u8::from(last));
        plain.append(&mut self.waiting);
        self.place += 1;
        let sealed = self.vault.seal_bytes(PURPOSE, &plain);
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.into.write_all(&length.to_be_bytes())?;
        self.into.write_all(&sealed)
    }
}

impl<W: Write> Write for SealedWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PIECE - self.waiting.len();
        let taken = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        self.waiting.extend_from_slice(taken);
        if self.waiting.len() >= PIECE {
            self.piece(false)?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

/// Opens what [`SealedWriter`] sealed.
pub(super) struct SealedReader<'a, R: Read> {
    vault: &'a Vault,
    from: R,
    number: Option<[u8; 16]>,
    place: u64,
    last: bool,
    plain: Vec<u8>,
    read: usize,
}

impl<'a, R: Read> SealedReader<'a, R> {
    pub(super) fn new(vault: &'a Vault, mut from: R) -> io::Result<Self> {
        let mut beginning = [0; BEGINNING.len()];
        from.read_exact(&mut beginning).map_err(|_| wrong("this is no backup"))?;
        if &beginning != BEGINNING {
            return Err(wrong("this is no backup"));
        }
        Ok(Self { vault, from, number: None, place: 0, last: false, plain: Vec::new(), read: HEAD })
    }

    fn next_piece(&mut self) -> io::Result<()> {
        let cut = |_| wrong("the backup is cut short");
        let mut length = [0; 4];
        self.from.read_exact(&mut length).map_err(cut)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > MOST {
            return Err(wrong("the backup is damaged"));
        }
        let mut sealed = vec![0; length];
        self.from.read_exact(&mut sealed).map_err(cut)?;
        let opened = self.vault.open_bytes(PURPOSE, &sealed);
        self.plain = opened.map_err(|_| wrong("the backup is damaged, or was made under another root secret"))?;
        self.read = HEAD;
        let (number, rest) = self.plain.split_first_chunk::<16>().ok_or_else(|| wrong("the backup is damaged"))?;
        let (place, rest) = rest.split_first_chunk::<8>().ok_or_else(|| wrong("the backup is damaged"))?;
        let known = *self.number.get_or_insert(*number);
        if known != *number || u64::from_be_bytes(*place) != self.place {
            return Err(wrong("a piece of the backup is missing or stands in another's place"));
        }
        self.place += 1;
        self.last = rest.first() == Some(&1);
        if self.last && self.from.read(&mut [0])? > 0 {
            return Err(wrong("something stands behind the backup's end"));
        }
        Ok(())
    }
}

impl<R: Read> Read for SealedReader<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read >= self.plain.len() {
            if self.last {
                return Ok(0);
            }
            self.next_piece()?;
        }
        let rest = self.plain.get(self.read..).unwrap_or_default();
        let count = rest.len().min(into.len());
        for (to, from) in into.iter_mut().zip(rest) {
            *to = *from;
        }
        self.read += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(vault: &Vault, plain: &[u8]) -> Vec<u8> {
        let mut writer = SealedWriter::new(vault, Vec::new()).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(vault: &Vault, sealed: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        SealedReader::new(vault, sealed)?.read_to_end(&mut plain).map(|_| plain)
    }

    /// Where each piece begins, and where the last one ends.
    fn pieces(sealed: &[u8]) -> Vec<usize> {
        let mut at = vec![BEGINNING.len()];
        while let Some(length) = sealed.get(at[at.len() - 1]..).and_then(|rest| rest.first_chunk::<4>()) {
            at.push(at[at.len() - 1] + 4 + u32::from_be_bytes(*length) as usize);
        }
        at
    }

    #[test]
    fn what_is_sealed_opens_again_whatever_its_length() {
        let vault = Vault::new([3; 32]);
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17] {
            let plain: Vec<u8> = (0..=250_u8).cycle().take(length).collect();
            assert!(opened(&vault, &sealed(&vault, &plain)).unwrap() == plain, "{length}");
        }
    }

    #[test]
    fn nothing_is_altered_left_out_swapped_mixed_or_cut_unnoticed() {
        let vault = Vault::new([3; 32]);
        let plain = vec![7; 3 * PIECE + 5];
        let (one, other) = (sealed(&vault, &plain), sealed(&vault, &plain));
        let at = pieces(&one);
        assert_eq!(at.len(), 5);
        let range = |bytes: &[u8], from: usize, to: usize| bytes[from..to].to_vec();
        let left_out = [range(&one, 0, at[1]), range(&one, at[2], one.len())].concat();
        let swapped = [
            range(&one, 0, at[1]),
            range(&one, at[2], at[3]),
            range(&one, at[1], at[2]),
            range(&one, at[3], one.len()),
        ]
        .concat();
        let mixed = [range(&one, 0, at[1]), range(&other, at[1], other.len())].concat();
        let longer = [one.clone(), vec![0]].concat();
        for wrong in [left_out, swapped, mixed, longer, range(&one, 0, at[3]), range(&one, 0, one.len() - 1)] {
            opened(&vault, &wrong).unwrap_err();
        }
        for place in [0, 9, 40, at[2] + 2, one.len() - 1] {
            let mut altered = one.clone();
            altered[place] ^= 1;
            opened(&vault, &altered).unwrap_err();
        }
        opened(&Vault::new([4; 32]), &one).unwrap_err();
    }
}
