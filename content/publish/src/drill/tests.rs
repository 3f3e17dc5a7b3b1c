use hotaru_content::drill::{Ask, Item, Response, Verdict, grade};
use proptest::prelude::*;

use super::*;

fn items(table: &str) -> Vec<Item> {
    read(table).unwrap().items
}

fn row_errors(table: &str) -> Vec<(u64, Column, RowProblem)> {
    match read(table).unwrap_err() {
        Reason::DrillRows { rows, .. } => rows
            .into_iter()
            .map(|row| (row.row, row.column, row.problem))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

const FULL: &str = "id,kind,question,choices,answer,explanation,skill,level\n";

#[test]
fn every_kind_is_read() {
    let table = format!(
        "{FULL}a,choice,支点は？,支点|力点,支点,解説,てこ,2\n\
         b,choices,すべて,1|2|3,3|1,,,\n\
         c,text,何,,作用点|さようてん,,,\n\
         d,number,\"いくつ\nですか\",,3/4|0.75,,,５\n\
         e,order,順に,あ|い|う,う|あ|い,,,★★★\n"
    );
    let items = items(&table);
    assert_eq!(
        items[0].ask,
        Ask::Choice {
            choices: owned(&["支点", "力点"]),
            key: 0
        }
    );
    assert_eq!(
        (items[0].explanation.as_str(), items[0].skill.as_str()),
        ("解説", "てこ")
    );
    assert_eq!(
        items[1].ask,
        Ask::Choices {
            choices: owned(&["1", "2", "3"]),
            key: vec![0, 2]
        }
    );
    assert_eq!(
        items[2].ask,
        Ask::Text {
            key: owned(&["作用点", "さようてん"])
        }
    );
    assert_eq!(
        items[3].ask,
        Ask::Number {
            key: owned(&["3/4", "0.75"])
        }
    );
    assert_eq!(items[3].question, "いくつ\nですか");
    assert_eq!(
        items[4].ask,
        Ask::Order {
            choices: owned(&["あ", "い", "う"]),
            key: vec![2, 0, 1]
        }
    );
    let levels: Vec<u8> = items.iter().map(|item| item.level).collect();
    assert_eq!(levels, [2, 0, 0, 5, 3]);
}

#[test]
fn the_kind_is_inferred() {
    let items =
        items("問題,選択肢,答え\nq1,a|b,b\nq2,a|b|c,a|c\nq3,,1と2/3\nq4,,12|十二\nq5,,支点\n");
    let kinds: Vec<&str> = items
        .iter()
        .map(|item| match &item.ask {
            Ask::Choice { .. } => "choice",
            Ask::Choices { .. } => "choices",
            Ask::Text { .. } => "text",
            Ask::Number { .. } => "number",
            Ask::Order { .. } => "order",
            Ask::Unknown => "unknown",
        })
        .collect();
    assert_eq!(kinds, ["choice", "choices", "number", "text", "text"]);
}

#[test]
fn columns_stand_in_any_order_under_any_name() {
    let table =
        "\u{feff}答え\t備考\t問題\t難易度\t番号\t選択肢\n力点\tx\tどこ？\t4\tn-1\t支点|力点\n";
    let items = items(table);
    assert_eq!((items[0].id.as_str(), items[0].level), ("n-1", 4));
    assert_eq!(
        items[0].ask,
        Ask::Choice {
            choices: owned(&["支点", "力点"]),
            key: 1
        }
    );
    let semicolons = "question;answer\nいくつ;3,5\n";
    assert_eq!(
        self::items(semicolons)[0].ask,
        Ask::Text {
            key: owned(&["3,5"])
        }
    );
}

#[test]
fn ruby_is_no_separator_and_no_difference() {
    let table = "question,choices,answer\n\
                 {支点|してん}は？,{支点|してん}|{力点|りきてん},力点\n\
                 何？,,{作用点|さようてん}|さようてん\n\
                 a{b|c,,x\n";
    let items = items(table);
    let choices = owned(&["{支点|してん}", "{力点|りきてん}"]);
    assert_eq!(items[0].ask, Ask::Choice { choices, key: 1 });
    assert_eq!(
        items[1].ask,
        Ask::Text {
            key: owned(&["作用点", "さようてん"])
        }
    );
    assert_eq!(items[2].question, "a{b|c");
}

#[test]
fn words_to_order_may_repeat() {
    let items = items("kind,question,choices,answer\norder,文に,の|弟|の|友,弟|の|友|の\n");
    assert_eq!(
        items[0].ask,
        Ask::Order {
            choices: owned(&["の", "弟", "の", "友"]),
            key: vec![1, 0, 3, 2]
        }
    );
}

#[test]
fn made_ids_do_not_depend_on_other_rows() {
    let before = items("question,answer\nq1,1\nq2,2\nq2,3\n");
    let after = items("question,answer\nnew,0\nq1,9\nq2,2\nq2,3\n");
    let ids = |items: &[Item]| items.iter().map(|item| item.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&after)[1..]);
    assert_eq!(ids(&before)[2], format!("{}-2", ids(&before)[1]));
    // A given id that looks like a made one is kept, and the made one gives way.
    let taken = made_id("q1");
    let mixed = items(&format!("id,question,answer\n,q1,1\n{taken},x,2\n"));
    assert_eq!(ids(&mixed), [format!("{taken}-2"), taken]);
}

#[test]
fn every_broken_row_is_named() {
    let table = format!(
        "{FULL}ok,,q,,1,,,\n\
         a,,,,1,,,\n\
         b,,q,,,,,\n\
         c,maru,q,,1,,,\n\
         d,,q,,1,,,6\n\
         e,choice,q,x|y,z,,,\n\
         f,choice,q,x|y,x|y,,,\n\
         g,choice,q,x,x,,,\n\
         h,choices,q,x||y,x,,,\n\
         i,choices,q,x|y|x,x,,,\n\
         j,order,q,x|y|z,x|y,,,\n\
         k,number,q,,三つ,,,\n\
         ok,,q2,,2,,,\n\
         {},,q,,1,,,\n\
         \"l\",,\"q\nq\nq\",,,,,\n\
         m,,q,,1,,,,extra\n\
         n,text,q,,a||b,,,\n\
         o,,{},,1,,,\n",
        "x".repeat(65),
        "長".repeat(4001),
    );
    use RowProblem::*;
    assert_eq!(
        row_errors(&table),
        [
            (3, Column::Question, Missing),
            (4, Column::Answer, Missing),
            (
                5,
                Column::Kind,
                BadKind {
                    kind: "maru".to_owned()
                }
            ),
            (
                6,
                Column::Level,
                BadLevel {
                    level: "6".to_owned()
                }
            ),
            (
                7,
                Column::Answer,
                NotAChoice {
                    answer: "z".to_owned()
                }
            ),
            (8, Column::Answer, OneAnswer { found: 2 }),
            (9, Column::Choices, ChoiceCount { found: 1 }),
            (10, Column::Choices, BadChoice { place: 2 }),
            (11, Column::Choices, BadChoice { place: 3 }),
            (12, Column::Answer, NotAnOrder),
            (
                13,
                Column::Answer,
                NotANumber {
                    answer: "三つ".to_owned()
                }
            ),
            (
                14,
                Column::Id,
                IdTwice {
                    id: "ok".to_owned(),
                    earlier: 2
                }
            ),
            (15, Column::Id, BadId),
            // Row 16 has two line breaks in it; the next one is row 17 all the same.
            (16, Column::Answer, Missing),
            (17, Column::Question, TooManyCells { found: 9, most: 8 }),
            (18, Column::Answer, Missing),
            (19, Column::Question, TooLong),
        ]
    );
}

#[test]
fn an_open_quote_is_found_where_it_opens() {
    let table = "question,answer\nq1,1\n\"q2,2\nq3,3\nq4,4\n";
    assert_eq!(
        row_errors(table),
        [(3, Column::Question, RowProblem::OpenQuote)]
    );
    let table = "question,answer\nq1,\"1\nq2,2\n";
    assert_eq!(
        row_errors(table),
        [(2, Column::Question, RowProblem::OpenQuote)]
    );
}

#[test]
fn only_the_first_twenty_are_told() {
    let table = format!("question,answer\n{}", "q,\n".repeat(500));
    let Err(Reason::DrillRows { broken, rows }) = read(&table) else {
        panic!()
    };
    assert_eq!((broken, rows.len(), rows[19].row), (500, 20, 21));
    let sentence = Reason::DrillRows { broken, rows }.to_string();
    assert!(sentence.contains("row 2, answer:") && sentence.ends_with("and 480 more"));
}

#[test]
fn tables_that_are_no_drills_are_named() {
    use Reason::*;
    assert_eq!(read("question,answer\n").unwrap_err(), DrillEmpty);
    assert_eq!(read("question,answer\n,\n\n").unwrap_err(), DrillEmpty);
    assert_eq!(
        read("").unwrap_err(),
        DrillNoColumn {
            column: Column::Question
        }
    );
    assert_eq!(
        read("氏名,点\n").unwrap_err(),
        DrillNoColumn {
            column: Column::Question
        }
    );
    assert_eq!(
        read("問題,点\n").unwrap_err(),
        DrillNoColumn {
            column: Column::Answer
        }
    );
    assert_eq!(
        read("問題,答え,正答\n").unwrap_err(),
        DrillColumnTwice {
            column: Column::Answer
        }
    );
    let many = format!("question,answer\n{}", "q,1\n".repeat(10_001));
    assert_eq!(
        read(&many).unwrap_err(),
        DrillTooManyItems { items: 10_001 }
    );
}

#[test]
fn a_spreadsheets_file_becomes_a_document() {
    let (bytes, _, _) =
        encoding_rs::SHIFT_JIS.encode("問題,答え\r\n\"1,000は\"\"千\"\"です\",1,000\r\n問,①\r\n");
    let mut notes = Vec::new();
    // The comma in 1,000 makes a third cell, which the header does not have.
    assert!(matches!(
        prepare(&bytes, &mut notes),
        Err(Reason::DrillRows { broken: 1, .. })
    ));
    let (bytes, _, _) = encoding_rs::SHIFT_JIS
        .encode("問題,答え\r\n\"1,000は\"\"千\"\"です\",\"1,000\"\r\n問,①\r\n");
    let prepared = prepare(&bytes, &mut notes).unwrap();
    assert_eq!(
        notes,
        [Notice::TextEncoding {
            encoding: "Shift_JIS"
        }]
    );
    let drill = Drill::from_json(&prepared.json).unwrap();
    assert_eq!((drill.items.len(), prepared.items), (2, 2));
    assert_eq!(drill.items[0].question, "1,000は\"千\"です");
    let given = Response::Number("1000".to_owned());
    assert_eq!(grade(&drill.items[0], &given).verdict, Verdict::Correct);
    assert_eq!(prepare(&bytes, &mut notes).unwrap().json, prepared.json);
}

proptest! {
    #[test]
    fn any_table_is_a_drill_or_an_error(text in "(question|answer|choices|id|問題|答え|[,\t\n\"|{}a1])*") {
        if let Ok(drill) = read(&text) {
            prop_assert!(drill.validate().is_ok());
        }
    }

    #[test]
    fn what_is_read_is_valid(rows in proptest::collection::vec("[a-c1-3|{}\"あ,]{0,8},[a-c1-3|]{0,8},[a-c1-3|]{0,6},(choice|order|number|)", 1..8)) {
        let table = format!("question,choices,answer,kind\n{}\n", rows.join("\n"));
        if let Ok(drill) = read(&table) {
            prop_assert!(drill.to_json().is_ok());
        }
    }
}
