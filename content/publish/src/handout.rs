//! Handouts: PDF.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::error::Reason;

/// The largest handout, in bytes.
pub(crate) const MAX_LEN: u64 = 64 << 20;
/// The most pages of a handout.
pub(crate) const MAX_PAGES: usize = 500;
/// A whole PDF has its end mark here; Adobe's readers look as far (PDF 1.7, appendix H.3.4.4).
const END_WITHIN: usize = 1024;

/// How many pages the handout has; its bytes stay as they are.
pub(crate) fn pages(bytes: &[u8]) -> Result<u32, Reason> {
    if !bytes
        .get(..bytes.len().min(1024))
        .unwrap_or_default()
        .windows(5)
        .any(|w| w == b"%PDF-")
    {
        return Err(Reason::HandoutBroken);
    }
    // The reader mends a file that lost its end, and pages would be missing silently.
    if !ends_whole(bytes) {
        return Err(Reason::HandoutTruncated);
    }
    let data = bytes.to_vec();
    let opened = catch_unwind(AssertUnwindSafe(|| {
        Pdf::new(data).map(|pdf| pdf.pages().len())
    }));
    match opened {
        Ok(Ok(0)) | Err(_) | Ok(Err(LoadPdfError::Invalid)) => Err(Reason::HandoutBroken),
        Ok(Ok(pages)) if pages > MAX_PAGES => Err(Reason::HandoutTooManyPages { pages }),
        Ok(Ok(pages)) => u32::try_from(pages).map_err(|_| Reason::HandoutBroken),
        Ok(Err(LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ))) => Err(Reason::HandoutEncrypted),
        Ok(Err(LoadPdfError::Decryption(_))) => Err(Reason::HandoutBroken),
    }
}

fn ends_whole(bytes: &[u8]) -> bool {
    let end = bytes
        .iter()
        .rposition(|byte| !matches!(byte, 0 | b' ' | b'\r' | b'\n' | b'\t'));
    let end = end.map_or(0, |at| at + 1);
    bytes
        .get(end.saturating_sub(END_WITHIN)..end)
        .is_some_and(|tail| tail.windows(5).any(|w| w == b"%%EOF"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A PDF of empty pages with its cross-reference table.
    pub(crate) fn pdf(pages: usize) -> Vec<u8> {
        let kids: String = (0..pages)
            .map(|page| format!("{} 0 R ", page + 3))
            .collect();
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Count {pages} /Kids [ {kids}] >>"),
        ];
        objects.extend(
            (0..pages)
                .map(|_| "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] >>".to_owned()),
        );
        let mut out = "%PDF-1.4\n".to_owned();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (at, object) in objects.iter().enumerate() {
            table.push_str(&format!("{:010} 00000 n \n", out.len()));
            out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
        }
        let start = out.len();
        out.push_str(&table);
        out.push_str(&format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        ));
        out.into_bytes()
    }

    #[test]
    fn pages_are_counted() {
        assert_eq!(pages(&pdf(2)), Ok(2));
        assert_eq!(pages(&pdf(500)), Ok(500));
    }

    #[test]
    fn each_fault_has_its_sentence() {
        let whole = pdf(3);
        assert_eq!(pages(b"not a pdf"), Err(Reason::HandoutBroken));
        assert_eq!(
            pages(&whole[..whole.len() / 2]),
            Err(Reason::HandoutTruncated)
        );
        assert_eq!(
            pages(&whole[..whole.len() - 8]),
            Err(Reason::HandoutTruncated)
        );
        assert_eq!(
            pages(&pdf(501)),
            Err(Reason::HandoutTooManyPages { pages: 501 })
        );
        assert_eq!(pages(&pdf(0)), Err(Reason::HandoutBroken));
        assert_eq!(
            pages(b"%PDF-1.4\nnothing\n%%EOF\n"),
            Err(Reason::HandoutBroken)
        );
        let padded = [whole, vec![0; 5000]].concat();
        assert_eq!(pages(&padded), Ok(3));
    }
}
