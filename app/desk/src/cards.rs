//! Login cards as a page to print: eight on a sheet of A4.
//!
//! The QR code holds the school's address and, behind a `#`, the code: a reader that types
//! what it reads fills the terminal's form, and a browser that opens it sends the code to
//! nobody.

use hotaru_sync::wire::DeskCard;
use hotaru_ui::words::{Value, Words};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::problem::Problem;

/// A page of cards, as HTML that any browser prints.
///
/// # Errors
/// Where a card's text is too long for a QR code.
pub fn page(words: &Words, cloud: &str, cards: &[DeskCard]) -> Result<String, Problem> {
    let mut sheet = String::new();
    for card in cards {
        let text = format!("{}/#{}", cloud.trim_end_matches('/'), card.code);
        let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
            .map_err(|error| Problem::Machine(error.to_string()))?;
        let image = code
            .render::<svg::Color<'_>>()
            .min_dimensions(120, 120)
            .build();
        // The declaration of a file has no place in a page.
        let image = image
            .split_once("?>")
            .map_or(image.as_str(), |(_, svg)| svg);
        let number = card.number.to_string();
        let args = [
            ("class", Value::from(&card.class_name)),
            ("number", Value::from(&number)),
        ];
        sheet.push_str(&format!(
            "<section><div class=\"qr\">{image}</div><div><p class=\"school\">{}</p>\
             <h1>{}</h1><p class=\"code\">{}</p><p>{}</p><p class=\"small\">{}</p>\
             <p class=\"small\">{}</p></div></section>\n",
            escaped(&card.school),
            escaped(&words.get_with("card-name", &args)),
            escaped(&card.code),
            escaped(&words.get("card-how")),
            escaped(cloud),
            escaped(&words.get("card-secret")),
        ));
    }
    let title = escaped(&words.get("card-title"));
    Ok(format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <style>{STYLE}</style></head><body>\n{sheet}</body></html>\n",
        words.language().tag()
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

const STYLE: &str = "\
@page { size: A4; margin: 12mm }
body { margin: 0; font-family: 'BIZ UDPGothic', 'BIZ UDGothic', 'Noto Sans CJK JP', 'Yu Gothic', \
sans-serif; display: grid; grid-template-columns: 1fr 1fr; gap: 4mm }
section { border: 0.3mm dashed #888; border-radius: 2mm; padding: 4mm; height: 56mm; \
box-sizing: border-box; display: flex; gap: 4mm; break-inside: avoid; overflow: hidden }
.qr svg { width: 30mm; height: 30mm }
h1 { font-size: 15pt; margin: 0 0 1mm }
p { font-size: 8pt; margin: 0 0 1mm; line-height: 1.5 }
.school { font-size: 9pt }
.code { font-family: monospace; font-size: 10.5pt; font-weight: bold; white-space: nowrap; \
letter-spacing: -0.2pt }
.small { font-size: 7pt; color: #444; overflow-wrap: anywhere }
";

#[cfg(test)]
mod tests {
    use hotaru_content::id::PupilId;
    use hotaru_ui::words::Language;

    use super::*;
    use crate::window::DESK_SOURCES;

    fn card(number: u16, school: &str) -> DeskCard {
        DeskCard {
            pupil: PupilId([number as u8; 16]),
            class_name: "6-1".to_owned(),
            number,
            school: school.to_owned(),
            code: "ABCD-EFGH-JKLM-NPQR-STUV".to_owned(),
        }
    }

    #[test]
    fn a_page_has_every_card_and_nothing_of_a_name_is_markup() {
        let words = Words::new(Language::Japanese, &[DESK_SOURCES]);
        let cards = [card(1, "<b>蛍小学校</b>"), card(2, "蛍小学校")];
        let page = page(&words, "https://school.example.jp/", &cards).unwrap();
        assert_eq!(page.matches("<section>").count(), 2);
        assert_eq!(page.matches("ABCD-EFGH-JKLM-NPQR-STUV").count(), 2);
        assert!(page.contains("&lt;b&gt;蛍小学校"), "{page}");
        assert!(!page.contains("<?xml"), "{page}");
    }
}
