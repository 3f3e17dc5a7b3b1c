use super::*;
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
