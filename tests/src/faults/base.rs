//! The profile that is damaged: of a real school, with something of every kind in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hotaru_content::id::PupilId;
use hotaru_content::lesson::Subject;
use hotaru_content::log::{Fact, PaperStudy};
use hotaru_content::shelf::{OpenOptions, Shelf};
use jiff::civil::date;

use super::answers::{answer, stamp};
use super::{Dice, copy};
use crate::{Cut, Failure, Line, School};

/// What one pupil did.
#[derive(Debug, Clone, Default)]
pub(super) struct Did {
    /// Answers 1 to this are confirmed.
    pub answers: u32,
    /// Answers 1 to this are at the school.
    pub sent: u32,
}

/// A school, and two states of one terminal of it.
pub(super) struct Base {
    _school: School,
    _line: Line,
    /// Closed in order.
    pub closed: PathBuf,
    /// As `kill -9` leaves it, with answers that no database has yet.
    pub killed: PathBuf,
    /// What each pupil did.
    pub pupils: BTreeMap<String, Did>,
    /// Blobs that are here.
    pub here: BTreeSet<String>,
}

impl Base {
    pub fn make() -> Result<Self, Failure> {
        let school = School::found()?;
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let files = ["photo.png", "drill-sjis.csv", "clip-av1.mp4"].map(|file| fixtures.join(file));
        let text = school.scratch().join("text.md");
        fs::write(&text, "# てこ\n\n{支点|してん}は動かない。\n".repeat(40))?;
        let mut all = vec![text, pdf(school.scratch(), 1)?];
        all.extend(files);
        let desk = school.desk(&school.url());
        desk.push("てこ", &all, &[])?;

        let line = Line::to(school.address())?;
        let terminal = school.terminal("terminal");
        for number in [7, 8] {
            terminal.join(&line.url(), &school.join_code, number)?;
        }
        terminal.sync()?;
        let pupils: Vec<PupilId> = {
            let shelf = open(&terminal.profile)?;
            shelf
                .identity()
                .pupils
                .iter()
                .map(|entry| entry.pupil)
                .collect()
        };
        let (long, short) = (pupils[0], pupils[1]);
        // So long that the journal is trimmed once the school has it.
        append(&open(&terminal.profile)?, long, 1, 260, 1000)?;
        append(&open(&terminal.profile)?, short, 1, 20, 30)?;
        terminal.sync()?;

        // A download that broke off.
        desk.push("てこ 2", &[pdf(school.scratch(), 2)?], &[])?;
        line.cut(Cut {
            down_after: Some(400_000),
            ..Cut::default()
        });
        if terminal
            .run(&["sync", "--json", "--patience", "0"])?
            .success
        {
            return Err("the line was to break, and did not".into());
        }
        line.cut(Cut::default());

        let shelf = open(&terminal.profile)?;
        let photo = shelf.put_own_blob(&short, &Dice::bytes(77, 90_000))?;
        shelf.pupil(&short)?.append(
            stamp(0),
            &Fact::PaperStudy(PaperStudy {
                day: date(2026, 11, 20),
                minutes: 20,
                subject: Subject::Science,
                text: "計算プリント".to_owned(),
                photo: Some(photo),
            }),
        )?;
        append(&shelf, long, 261, 300, 60)?;
        append(&shelf, short, 21, 60, 60)?;
        let here = shelf
            .lessons(&long)?
            .iter()
            .flat_map(|lesson| lesson.doc.materials.iter().flat_map(|m| m.blobs()))
            .filter(|blob| shelf.has_blob(&blob.id).unwrap_or(false))
            .map(|blob| blob.id.to_string())
            .collect();
        let killed = school.scratch().join("killed");
        copy(&terminal.profile, &killed)?;
        drop(shelf);
        let closed = school.scratch().join("closed");
        copy(&terminal.profile, &closed)?;
        Ok(Self {
            _line: line,
            closed,
            killed,
            pupils: BTreeMap::from([
                (
                    long.to_string(),
                    Did {
                        answers: 300,
                        sent: 260,
                    },
                ),
                (
                    short.to_string(),
                    Did {
                        answers: 60,
                        sent: 20,
                    },
                ),
            ]),
            here,
            _school: school,
        })
    }
}

fn open(profile: &Path) -> Result<Shelf, Failure> {
    Ok(Shelf::open(profile, &OpenOptions::default())?.shelf)
}

fn append(shelf: &Shelf, pupil: PupilId, from: u32, to: u32, chars: usize) -> Result<(), Failure> {
    let log = shelf.pupil(&pupil)?;
    for number in from..=to {
        log.append(stamp(number), &answer(number, chars))?;
    }
    Ok(())
}

/// A PDF of one empty page with a stream of 600 KB that does not compress.
fn pdf(dir: &Path, number: u64) -> Result<PathBuf, Failure> {
    let noise = Dice::bytes(number, 600_000);
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let objects: [(&str, Option<&[u8]>); 4] = [
        ("<< /Type /Catalog /Pages 2 0 R >>", None),
        ("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", None),
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
            None,
        ),
        ("<< /Length 600000 >>", Some(&noise)),
    ];
    for (head, stream) in objects {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n{head}\n", offsets.len()).as_bytes());
        if let Some(stream) = stream {
            pdf.extend_from_slice(b"stream\n");
            pdf.extend_from_slice(stream);
            pdf.extend_from_slice(b"\nendstream\n");
        }
        pdf.extend_from_slice(b"endobj\n");
    }
    let xref = pdf.len();
    pdf.extend_from_slice(b"xref\n0 5\n0000000000 65535 f \n");
    for offset in &offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    pdf.extend_from_slice(
        format!("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n").as_bytes(),
    );
    let path = dir.join(format!("handout-{number}.pdf"));
    fs::write(&path, pdf)?;
    Ok(path)
}
