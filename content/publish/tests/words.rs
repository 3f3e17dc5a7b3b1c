//! Every error, notice and broken row has a sentence in every language, with arguments
//! that it is given.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use std::collections::BTreeSet;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use hotaru_content::lesson::LessonError;
use hotaru_publish::{Arg, Column, DraftError, Notice, PublishError, Reason, RowError, RowProblem};
use jiff::civil::date;

macro_rules! sentences_of {
    ($($tag:literal),*) => {
        [$(($tag, include_str!(concat!("../../../assets/i18n/", $tag, "/publish.ftl")))),*]
    };
}

const LANGUAGES: [(&str, &str); 7] = sentences_of!("ja", "ja-easy", "en", "pt", "fil", "es", "vi");

/// The files in which codes are given.
const SOURCES: [&str; 4] = [
    include_str!("../src/error.rs"),
    include_str!("../src/notice.rs"),
    include_str!("../src/draft.rs"),
    include_str!("../src/drill/row.rs"),
];

type Sentence = (&'static str, Vec<(&'static str, Arg)>);

fn text(text: &str) -> String {
    text.to_owned()
}

/// One of each.
fn sentences() -> Vec<Sentence> {
    let column = Column::Answer;
    let row = |problem| RowError {
        row: 4,
        column,
        problem,
    };
    let reasons = [
        Reason::Unreadable {
            cause: text("gone"),
        },
        Reason::Folder,
        Reason::Empty,
        Reason::UnknownForm,
        Reason::Office,
        Reason::Cancelled,
        Reason::Scratch {
            cause: text("full"),
        },
        Reason::PhotoEmpty,
        Reason::PhotoTruncated,
        Reason::PhotoBroken { cause: text("bad") },
        Reason::PhotoNotPhoto,
        Reason::PhotoHeic,
        Reason::PhotoForm { form: "GIF" },
        Reason::PhotoTooLarge { megabytes: 51 },
        Reason::PhotoTooManyPixels { megapixels: 100 },
        Reason::HandoutEmpty,
        Reason::HandoutTruncated,
        Reason::HandoutEncrypted,
        Reason::HandoutBroken,
        Reason::HandoutTooLarge { megabytes: 70 },
        Reason::HandoutTooManyPages { pages: 501 },
        Reason::RecordingEmpty,
        Reason::RecordingNotVideo,
        Reason::RecordingTruncated,
        Reason::RecordingBroken { cause: text("bad") },
        Reason::RecordingNoPicture,
        Reason::RecordingTooLarge { megabytes: 5000 },
        Reason::RecordingTooLong { minutes: 200 },
        Reason::RecordingNeedsFfmpeg {
            form: text("H.264"),
        },
        Reason::RecordingFfmpegLacks,
        Reason::RecordingFfmpegFailed { cause: text("bad") },
        Reason::CaptionsBroken {
            captions: text("a.vtt"),
            line: 3,
        },
        Reason::CaptionsTooLarge {
            captions: text("a.vtt"),
        },
        Reason::CaptionsAlone,
        Reason::TextEmpty,
        Reason::TextTooLarge,
        Reason::TextBinary,
        Reason::TextEncoding,
        Reason::DrillEmpty,
        Reason::DrillTooLarge,
        Reason::DrillTooManyItems { items: 10_001 },
        Reason::DrillNoColumn { column },
        Reason::DrillColumnTwice { column },
        Reason::DrillRows {
            broken: 1,
            rows: vec![row(RowProblem::Missing)],
        },
        Reason::DrillRefused { cause: text("bad") },
        Reason::LinkMissing,
        Reason::LinkBad {
            url: text("ftp://a"),
        },
    ];
    let problems = [
        RowProblem::OpenQuote,
        RowProblem::TooManyCells { found: 9, most: 8 },
        RowProblem::Missing,
        RowProblem::TooLong,
        RowProblem::BadId,
        RowProblem::IdTwice {
            id: text("a"),
            earlier: 2,
        },
        RowProblem::BadKind { kind: text("maru") },
        RowProblem::BadLevel { level: text("6") },
        RowProblem::ChoiceCount { found: 1 },
        RowProblem::BadChoice { place: 2 },
        RowProblem::NotAChoice { answer: text("z") },
        RowProblem::OneAnswer { found: 2 },
        RowProblem::NotAnOrder,
        RowProblem::NotANumber {
            answer: text("三つ"),
        },
    ];
    let drafts = [
        DraftError::NoMaterials,
        DraftError::TooManyMaterials(201),
        DraftError::NoTitle,
        DraftError::BadLabel { field: "unit" },
        DraftError::BadPeriod(13),
        DraftError::ExpiresEarly {
            expires: date(2026, 11, 19),
            day: date(2026, 11, 20),
        },
        DraftError::TooManyRevisions,
        DraftError::Lesson(LessonError::NoMaterials),
        DraftError::Random(text("bad")),
    ];
    let notices = [
        Notice::PhotoScaled {
            width: 2560,
            height: 1920,
        },
        Notice::PhotoTurned,
        Notice::TextEncoding {
            encoding: "Shift_JIS",
        },
        Notice::RecordingConverted,
        Notice::RecordingWithoutCaptions,
        Notice::RecordingWithoutSound,
    ];
    let errors = reasons.map(|reason| PublishError {
        file: text("板書.jpg"),
        reason,
    });
    let errors = errors.iter().map(|error| (error.code(), error.args()));
    let rows = problems.map(row);
    let rows = rows.iter().map(|row| (row.code(), row.args()));
    let drafts = drafts.iter().map(|error| (error.code(), error.args()));
    let notices = notices.iter().map(|notice| (notice.code(), notice.args()));
    errors.chain(rows).chain(drafts).chain(notices).collect()
}

/// The codes as the sources give them: `=> "code",`.
fn codes() -> BTreeSet<&'static str> {
    SOURCES
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.split_once("=> \"")?.1.strip_suffix("\","))
        .filter(|code| code.contains('-') && !code.contains(' '))
        .collect()
}

fn bundle(language: &str, source: &str) -> FluentBundle<FluentResource> {
    let resource = FluentResource::try_new(source.to_owned()).expect("the file is Fluent");
    let mut bundle = FluentBundle::new(vec![language.parse().unwrap()]);
    bundle.set_use_isolating(false);
    bundle
        .add_resource(resource)
        .expect("each message stands there once");
    bundle
}

fn format(bundle: &FluentBundle<FluentResource>, (code, args): &Sentence) -> String {
    let id = format!("publish-{code}");
    let message = bundle
        .get_message(&id)
        .unwrap_or_else(|| panic!("{id} is missing"));
    let mut values = FluentArgs::new();
    for (name, arg) in args {
        let value: FluentValue = match arg {
            Arg::Text(text) => text.clone().into(),
            Arg::Number(number) => (*number).into(),
        };
        values.set(*name, value);
    }
    let mut errors = Vec::new();
    let pattern = message.value().unwrap();
    let sentence = bundle
        .format_pattern(pattern, Some(&values), &mut errors)
        .into_owned();
    assert!(errors.is_empty(), "{id}: {errors:?}");
    sentence
}

#[test]
fn one_of_each_is_here() {
    let here: BTreeSet<&str> = sentences().iter().map(|(code, _)| *code).collect();
    assert_eq!(here, codes());
    assert!(here.len() > 70);
}

#[test]
fn each_has_its_sentence_in_each_language() {
    for (language, source) in LANGUAGES {
        let bundle = bundle(language, source);
        for sentence in sentences() {
            let words = format(&bundle, &sentence);
            assert!(words.ends_with(['。', '.']), "{language}: {words}");
        }
    }
}

#[test]
fn no_sentence_is_left_over() {
    for (language, source) in LANGUAGES {
        let known = codes();
        for line in source.lines().filter(|line| line.starts_with("publish-")) {
            let id = line.split(' ').next().unwrap();
            let code = id.strip_prefix("publish-").unwrap();
            assert!(code == "column" || known.contains(code), "{language}: {id}");
        }
    }
}

#[test]
fn columns_have_their_names() {
    let bundle = bundle("ja", LANGUAGES[0].1);
    for column in Column::ALL {
        let row = RowError {
            row: 4,
            column,
            problem: RowProblem::Missing,
        };
        let words = format(&bundle, &(row.code(), row.args()));
        assert!(!words.contains(column.key()), "{words}");
    }
    let error = PublishError {
        file: text("問題.csv"),
        reason: Reason::DrillNoColumn {
            column: Column::Answer,
        },
    };
    assert_eq!(
        format(&bundle, &(error.code(), error.args())),
        "「問題.csv」の1行目に「答え」の列がありません。1行目に列の名前を書いてください。"
    );
}
