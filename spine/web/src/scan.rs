//! Codes to be scanned from paper and screen: an address as the bars of a QR code.

use std::fmt::Write;

use ejia_kernel::Problem;
use qrcode::{Color, EcLevel, QrCode};
use schemars::JsonSchema;
use serde::Serialize;

/// Squares that stay light around a code, or no reader finds it.
const QUIET: usize = 4;

/// A QR code, ready to be drawn: the dark squares, those side by side as one bar. Paper and page leave the quiet zone of
/// four squares around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Scan {
    /// How many squares a side has.
    side: usize,
    /// Column, row and length of each bar.
    bars: Vec<(usize, usize, usize)>,
}

impl Scan {
    /// The code of an address. It can still be read when a seventh of it is soiled.
    ///
    /// # Errors
    /// A fault when the address is too long for any code.
    pub fn of(address: &str) -> Result<Self, Problem> {
        let code = QrCode::with_error_correction_level(address, EcLevel::M)
            .map_err(|error| Problem::fault(format_args!("no code to scan: {error}")))?;
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

    /// The window of an SVG that shows it, quiet zone and all.
    pub fn window(&self) -> String {
        let side = self.side + 2 * QUIET;
        format!("-{QUIET} -{QUIET} {side} {side}")
    }

    /// The bars as the path of an SVG.
    pub fn path(&self) -> String {
        self.bars.iter().fold(String::new(), |mut path, (column, row, length)| {
            // Writing to a string does not fail.
            let _ = write!(path, "M{column} {row}h{length}v1h-{length}z");
            path
        })
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
    fn on_a_page_it_is_one_path_in_a_window_with_a_quiet_zone() {
        let scan = Scan::of("https://ejia.example/letters/7K3M9QXR").unwrap();
        assert_eq!(scan.window(), format!("-4 -4 {0} {0}", scan.side + 8));
        assert!(scan.path().starts_with("M0 0h7v1h-7z"));
        assert_eq!(scan.path().matches('z').count(), scan.bars.len());
    }

    #[test]
    fn an_address_that_no_code_holds_is_our_fault() {
        assert_eq!(Scan::of(&"x".repeat(3000)).unwrap_err().code, "kernel.fault");
    }
}
