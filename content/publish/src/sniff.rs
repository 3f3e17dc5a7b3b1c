//! What a file is: by its first bytes, and where those say nothing by its name.

use std::path::Path;

/// How many first bytes are looked at.
pub(crate) const HEAD_LEN: usize = 4096;

/// What a file seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Jpeg,
    Png,
    /// A photo in a form that is not taken.
    OtherPhoto(&'static str),
    Pdf,
    /// MP4, MOV and the like.
    Mp4,
    /// A video in another container.
    OtherVideo,
    /// Word, Excel, PowerPoint, Ichitaro and the like.
    Office,
    /// Named a photo, a PDF or a video, but its content is something else.
    NotPhoto,
    NotPdf,
    NotVideo,
    Table,
    Text,
    Captions,
    Link,
    Unknown,
}

/// What the file seems to be.
pub(crate) fn sniff(path: &Path, head: &[u8]) -> FileKind {
    match by_content(head) {
        // Any archive begins like this; its name says whether it is a document.
        Some(FileKind::Office) if by_name(path) != FileKind::Office => FileKind::Unknown,
        Some(kind) => kind,
        None => by_name(path),
    }
}

/// What a file would be by its name alone, for one that is empty.
pub(crate) fn by_name(path: &Path) -> FileKind {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "png" | "heic" | "heif" | "gif" | "webp" | "bmp" | "tif" | "tiff"
        | "avif" => FileKind::NotPhoto,
        "pdf" => FileKind::NotPdf,
        "mp4" | "m4v" | "mov" | "webm" | "mkv" | "avi" | "wmv" | "mpg" | "mpeg" | "ts" | "m2ts"
        | "mts" | "3gp" => FileKind::NotVideo,
        "csv" | "tsv" | "tab" => FileKind::Table,
        "md" | "markdown" | "txt" | "text" => FileKind::Text,
        "vtt" | "srt" => FileKind::Captions,
        "url" | "webloc" => FileKind::Link,
        "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "jtd" | "jtdc" | "odt" | "ods"
        | "odp" | "pages" | "numbers" | "key" => FileKind::Office,
        _ => FileKind::Unknown,
    }
}

fn by_content(head: &[u8]) -> Option<FileKind> {
    let at = |from: usize, mark: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(mark));
    let kind = if at(0, b"\xff\xd8\xff") {
        FileKind::Jpeg
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        FileKind::Png
    } else if at(0, b"GIF8") {
        FileKind::OtherPhoto("GIF")
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        FileKind::OtherPhoto("WebP")
    } else if at(0, b"II*\0") || at(0, b"MM\0*") {
        FileKind::OtherPhoto("TIFF")
    } else if at(0, b"BM") && at(6, &[0; 4]) {
        FileKind::OtherPhoto("BMP")
    } else if at(4, b"ftyp") {
        brand(head)
    } else if at(4, b"moov") || at(4, b"mdat") || at(4, b"wide") || at(4, b"free") {
        FileKind::Mp4
    } else if at(0, b"%PDF-") || at(3, b"%PDF-") {
        FileKind::Pdf
    } else if at(0, b"\x1a\x45\xdf\xa3")
        || (at(0, b"RIFF") && at(8, b"AVI "))
        || at(0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")
        || at(0, b"\0\0\x01\xba")
        || at(0, b"\0\0\x01\xb3")
        || at(0, b"FLV\x01")
        || (at(0, b"G") && at(188, b"G") && at(376, b"G"))
        || (at(4, b"G") && at(196, b"G") && at(388, b"G"))
    {
        FileKind::OtherVideo
    } else if at(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") || at(0, b"PK\x03\x04") {
        FileKind::Office
    } else {
        return None;
    };
    Some(kind)
}

/// MP4, HEIC and AVIF share their form; the brands tell them apart (ISO/IEC 14496-12, 4.3).
fn brand(head: &[u8]) -> FileKind {
    match head.get(8..12).unwrap_or_default() {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            FileKind::OtherPhoto("HEIC")
        }
        b"avif" | b"avis" => FileKind::OtherPhoto("AVIF"),
        _ => FileKind::Mp4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_comes_before_the_name() {
        for (name, head, kind) in [
            ("a.png", b"\xff\xd8\xff\xe0".as_slice(), FileKind::Jpeg),
            ("a.jpg", b"\x89PNG\r\n\x1a\n", FileKind::Png),
            ("a.jpg", b"\0\0\0\x18ftypheic", FileKind::OtherPhoto("HEIC")),
            ("a.MOV", b"\0\0\0\x14ftypqt  ", FileKind::Mp4),
            ("a.mp4", b"\x1a\x45\xdf\xa3", FileKind::OtherVideo),
            ("a", b"\xef\xbb\xbf%PDF-1.7", FileKind::Pdf),
            ("a.docx", b"PK\x03\x04", FileKind::Office),
            ("a.zip", b"PK\x03\x04", FileKind::Unknown),
            (
                "a.jtd",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                FileKind::Office,
            ),
            ("a.mp4", b"just words", FileKind::NotVideo),
            ("a.JPG", b"just words", FileKind::NotPhoto),
            ("a.pdf", b"just words", FileKind::NotPdf),
            ("a.csv", b"id,question", FileKind::Table),
            ("a.md", b"# x", FileKind::Text),
            ("a.vtt", b"WEBVTT", FileKind::Captions),
            ("a.url", b"[InternetShortcut]", FileKind::Link),
            ("a.exe", b"MZ", FileKind::Unknown),
            ("a", b"", FileKind::Unknown),
        ] {
            assert_eq!(sniff(Path::new(name), head), kind, "{name}");
        }
    }
}
