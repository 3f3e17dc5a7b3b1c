//! The sample class, pushed through the real desk.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::school::text;
use crate::{Failure, School};

/// Where it lies.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/sample-school")
}

/// Its description.
///
/// # Errors
/// Where it cannot be read.
pub fn description() -> Result<Value, Failure> {
    Ok(serde_json::from_str(&std::fs::read_to_string(
        folder().join("school.json"),
    )?)?)
}

/// Pushes every lesson of the sample class to a school's class 6-1; their ids.
///
/// # Errors
/// Where a program fails.
pub fn push(school: &School) -> Result<Vec<String>, Failure> {
    let desk = school.desk(&school.url());
    let description = description()?;
    let mut ids = Vec::new();
    for lesson in description["lessons"].as_array().into_iter().flatten() {
        let mut files: Vec<PathBuf> = Vec::new();
        let mut names = Vec::new();
        for material in lesson["materials"].as_array().into_iter().flatten() {
            files.push(folder().join(text(material, "file")?));
            names.push(text(material, "title")?);
        }
        let period = lesson["period"].as_u64().unwrap_or(1).to_string();
        let (subject, unit, source) = (
            text(lesson, "subject")?,
            text(lesson, "unit")?,
            text(lesson, "source")?,
        );
        let mut more = vec![
            "--period",
            &period,
            "--unit",
            &unit,
            "--source",
            &source,
            "--subject",
            &subject,
        ];
        for name in &names {
            more.extend(["--name", name]);
        }
        let pushed = desk.push(&text(lesson, "title")?, &files, &more)?;
        ids.push(text(&pushed, "lesson")?);
    }
    Ok(ids)
}

/// A PDF of one empty page with a stream of `len` bytes that does not compress, another one
/// for each number.
#[must_use]
pub fn noise_pdf(number: u64, len: usize) -> Vec<u8> {
    let mut noise = Vec::with_capacity(len);
    let mut state = 0x2545_F491_4F6C_DD1D_u64 ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    while noise.len() < len {
        // xorshift64*: bytes that no codec shortens, the same each time.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        noise.push((state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8);
    }
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |pdf: &mut Vec<u8>, head: String, stream: Option<&[u8]>| {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n{head}\n", offsets.len()).as_bytes());
        if let Some(stream) = stream {
            pdf.extend_from_slice(b"stream\n");
            pdf.extend_from_slice(stream);
            pdf.extend_from_slice(b"\nendstream\n");
        }
        pdf.extend_from_slice(b"endobj\n");
    };
    object(
        &mut pdf,
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        None,
    );
    object(
        &mut pdf,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        None,
    );
    object(
        &mut pdf,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>".to_owned(),
        None,
    );
    object(
        &mut pdf,
        format!("<< /Length {} >>", noise.len()),
        Some(&noise),
    );
    let xref = pdf.len();
    pdf.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).as_bytes(),
    );
    for offset in &offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n",
        offsets.len() + 1
    );
    pdf.extend_from_slice(trailer.as_bytes());
    pdf
}
