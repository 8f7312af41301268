//! Codes to be scanned from paper: an address as the bars of a QR code.

use ejia_kernel::Problem;
use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

/// A QR code, ready to be drawn: the dark squares, those side by side as one bar. The paper leaves the quiet zone of four
/// squares around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Scan {
    /// How many squares a side has.
    side: usize,
    /// Column, row and length of each bar.
    bars: Vec<(usize, usize, usize)>,
}

impl Scan {
    /// The code of an address. It can still be read when a seventh of it is soiled.
    pub(crate) fn of(address: &str) -> Result<Self, Problem> {
        let code = QrCode::with_error_correction_level(address, EcLevel::M)
            .map_err(|error| Problem::fault(format_args!("documents: no code to scan: {error}")))?;
        let side = code.width();
        let mut bars = Vec::new();
        for (row, squares) in code.to_colors().chunks(side).enumerate() {
            let mut column = 0;
            for run in squares.chunk_by(|left, right| left == right) {
                if run.first() == Some(&Color::Dark) {
                    bars.push((column, row, run.len()));
                }
                column += run.len();
            }
        }
        Ok(Self { side, bars })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_are_the_dark_squares_of_the_code() {
        let address = "https://ejia.example/letters/7K3M9QXR";
        let Scan { side, bars } = Scan::of(address).unwrap();
        let mut drawn = vec![Color::Light; side * side];
        for (column, row, length) in &bars {
            drawn[row * side + column..][..*length].fill(Color::Dark);
        }
        let code = QrCode::with_error_correction_level(address, EcLevel::M).unwrap();
        assert_eq!(drawn, code.to_colors());
        // The upper edge of the eye at the left.
        assert_eq!(bars.first(), Some(&(0, 0, 7)));
    }

    #[test]
    fn an_address_that_no_code_holds_is_our_fault() {
        assert_eq!(Scan::of(&"x".repeat(3000)).unwrap_err().code, "kernel.fault");
    }
}
