//! Handouts of any length.

/// A PDF of one empty page with a stream of so many bytes that does not compress, another
/// one for each number.
#[must_use]
pub fn of_len(len: usize, number: u64) -> Vec<u8> {
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
