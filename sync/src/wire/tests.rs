use super::*;
use hotaru_content::blob::BlobId;
use hotaru_content::id::{ClassId, LessonId, PupilId, TeacherId};
use hotaru_content::log::{Head, StreamPoint};
use proptest::prelude::*;

#[test]
fn what_is_written_is_read_back() {
    let lessons = Lessons {
        from: None,
        cursor: 7,
        changes: vec![
            Change::Put {
                lesson: LessonId([1; 16]),
                revision: 2,
                document: "{\"a\": 1.10, \"か\":\"{漢字|かんじ}\"}\n".to_owned(),
                pupils: vec![PupilId([2; 16])],
            },
            Change::Withdraw {
                lesson: LessonId([3; 16]),
            },
        ],
        patches: vec![PatchOffer {
            old: BlobId([4; 32]),
            new: BlobId([5; 32]),
            len: 99,
        }],
        more: false,
        server_ms: 1_795_186_799_000,
    };
    let bytes = write_framed(&lessons).unwrap();
    assert_eq!(parse_framed::<Lessons>(&bytes).unwrap(), lessons);
}

#[test]
fn forms_are_those_of_the_table() {
    let receipts = vec![
        Receipt {
            lesson: LessonId([1; 16]),
            revision: 1,
            state: ReceiptState::OnTerminal,
        },
        Receipt {
            lesson: LessonId([1; 16]),
            revision: 1,
            state: ReceiptState::NoSpace { missing_bytes: 5 },
        },
    ];
    let json = String::from_utf8(write(&receipts).unwrap()).unwrap();
    let id = "01".repeat(16);
    assert_eq!(
        json,
        format!(
            r#"[{{"lesson":"{id}","revision":1,"state":"on_terminal"}},{{"lesson":"{id}","revision":1,"state":{{"no_space":{{"missing_bytes":5}}}}}}]"#
        )
    );
    let point = StreamPoint {
        next_seq: 3,
        head: Head([9; 32]),
    };
    let answer = PushAnswer {
        next_seq: 3,
        head: point.head,
        server_ms: 1,
    };
    assert_eq!(answer.point(), point);
    let blobs: Vec<BlobRef> =
        parse(format!(r#"[{{"id":"{}","len":5,"new":1}}]"#, "ab".repeat(32)).as_bytes()).unwrap();
    assert_eq!(blobs[0].len, 5);
}

#[test]
fn bounds_hold_in_both_directions() {
    let join = JoinRequest {
        key: None,
        known_pupil: None,
        code: "x".repeat(65),
        number: 7,
        terminal_name: String::new(),
    };
    assert!(matches!(
        write(&join),
        Err(WireError::Field { field: "code", .. })
    ));
    let json = serde_json::to_vec(&join).unwrap();
    assert!(matches!(
        parse::<JoinRequest>(&json),
        Err(WireError::Field { .. })
    ));
    let long = vec![b' '; JoinRequest::MAX_LEN + 1];
    assert!(matches!(
        parse::<JoinRequest>(&long),
        Err(WireError::TooLong { .. })
    ));
    let to_nobody = Publish {
        document: BlobRef {
            id: BlobId([0; 32]),
            len: 5,
        },
        base_revision: 0,
        classes: vec![],
        groups: vec![],
        pupils: vec![],
        send_at_ms: None,
    };
    assert!(write(&to_nobody).is_err());
    let far = format!(
        r#"{{"next_seq":{},"head":"{}","server_ms":0}}"#,
        u64::MAX,
        "0".repeat(64)
    );
    assert!(parse::<PushAnswer>(far.as_bytes()).is_err());
}

#[test]
fn a_bomb_is_not_unpacked() {
    let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 19).unwrap();
    let frame = [&[1], bomb.as_slice()].concat();
    assert!(bomb.len() < 10_000);
    assert_eq!(
        open_frame(&frame, 1 << 20),
        Err(WireError::Frame("it is longer than allowed"))
    );
    assert_eq!(
        open_frame(&frame, usize::MAX),
        Err(WireError::Frame("it is longer than allowed"))
    );
    // The same bytes, sent by this program, stand as they are and arrive.
    let even = vec![0; 1 << 20];
    assert_eq!(
        open_frame(&seal_frame(&even, Frame::Fast), 1 << 20).unwrap(),
        even
    );
    assert!(open_frame(&seal_frame(&even, Frame::Fast), (1 << 20) - 1).is_err());
}

#[test]
fn zstd_is_skipped_where_it_grows() {
    assert_eq!(seal_frame(b"abc", Frame::Small), b"\0abc");
    assert_eq!(seal_frame(b"", Frame::Small), b"\0");
}

#[test]
fn a_token_is_43_characters_and_not_printed() {
    let token = Token::random().unwrap();
    assert_eq!(token.as_str().len(), 43);
    assert_eq!(token.as_str().parse::<Token>().unwrap(), token);
    assert_eq!(format!("{token:?}"), "Token(..)");
    assert!("short".parse::<Token>().is_err());
    assert_eq!(
        token.hash(),
        *blake3::hash(token.as_str().as_bytes()).as_bytes()
    );
    // One in 64 would.
    for _ in 0..1_000 {
        assert!(!Token::random().unwrap().as_str().starts_with('-'));
    }
}

proptest! {
    #[test]
    fn frames_return_their_payload(payload: Vec<u8>, small: bool) {
        let how = if small { Frame::Small } else { Frame::Fast };
        let frame = seal_frame(&payload, how);
        prop_assert!(frame.len() <= payload.len() + 1);
        prop_assert_eq!(open_frame(&frame, payload.len()).unwrap(), payload);
    }

    #[test]
    fn damaged_frames_never_panic(bytes: Vec<u8>) {
        let _ = open_frame(&bytes, 1 << 16);
        let _ = parse_framed::<Lessons>(&bytes);
    }
}

#[test]
fn a_role_is_exactly_as_narrow_as_it_should_be() {
    let class = Some(ClassId([1; 16]));
    let pupil = Some(PupilId([2; 16]));
    let subject = Some(hotaru_content::lesson::Subject::Music);
    let day = jiff::civil::date(2026, 11, 22);
    for role in Role::ALL {
        assert_eq!(role.name().parse::<Role>(), Ok(role));
        assert_eq!(role.name().replace('_', "-").parse::<Role>(), Ok(role));
        let is_right = |grant: Grant| grant.check().is_ok();
        let bare = Grant::of(role);
        let with_class = Grant {
            class,
            ..bare.clone()
        };
        let with_subject = Grant {
            subject: subject.clone(),
            ..with_class.clone()
        };
        let with_pupil = Grant {
            pupil,
            ..bare.clone()
        };
        let with_days = Grant {
            from_day: Some(day),
            to_day: Some(day),
            ..with_pupil.clone()
        };
        let backwards = Grant {
            to_day: Some(day.yesterday().unwrap()),
            ..with_days.clone()
        };
        let is_wide = matches!(role, Role::Principal | Role::SchoolAdmin | Role::CityAdmin);
        assert_eq!(is_right(bare), is_wide, "{role}");
        assert_eq!(is_right(with_class), role == Role::Teacher, "{role}");
        assert_eq!(
            is_right(with_subject),
            role == Role::SubjectTeacher,
            "{role}"
        );
        assert_eq!(is_right(with_pupil), role == Role::Guardian, "{role}");
        let is_of_pupil = matches!(role, Role::Guardian | Role::Support);
        assert_eq!(is_right(with_days), is_of_pupil, "{role}");
        assert!(!is_right(backwards), "{role}");
    }
    assert!("head".parse::<Role>().is_err());
}

#[test]
fn debug_never_shows_what_proves_somebody() {
    let secret = "ひみつ".to_owned();
    let code = || "KX7P".to_owned();
    let token = Token::random().unwrap();
    let shown = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {token:?}",
        SessionRequest {
            sign_in: code(),
            passphrase: secret.clone(),
            code: Some(secret.clone()),
            computer: Some(token.clone()),
        },
        StaffSetup {
            setup: secret.clone(),
            passphrase: secret.clone(),
        },
        StaffSecrets {
            otpauth: secret.clone(),
            secret: secret.clone(),
            recovery: vec![secret.clone()],
        },
        StaffTotp {
            setup: secret.clone(),
            code: secret.clone(),
        },
        OidcFlow {
            authorize_url: secret.clone(),
            flow: token.clone(),
        },
        OidcFinish {
            flow: token.clone(),
            state: secret.clone(),
            code: secret.clone(),
            issuer: None,
        },
        StaffCode {
            staff: TeacherId([1; 16]),
            setup: secret.clone(),
            until_ms: 0,
        },
    );
    assert!(
        !shown.contains(&secret) && !shown.contains(token.as_str()),
        "{shown}"
    );
}
