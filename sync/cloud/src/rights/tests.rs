use jiff::civil::date;

use super::*;

const ME: TeacherId = TeacherId([1; 16]);
const OTHER: TeacherId = TeacherId([2; 16]);
const ONE: ClassId = ClassId([11; 16]);
const TWO: ClassId = ClassId([12; 16]);
const CHILD: PupilId = PupilId([21; 16]);
const TODAY: Date = date(2026, 11, 22);

fn teacher(class: ClassId) -> Grant {
    Grant {
        class: Some(class),
        ..Grant::of(Role::Teacher)
    }
}

fn music(class: ClassId) -> Grant {
    Grant {
        class: Some(class),
        subject: Some(Subject::Music),
        ..Grant::of(Role::SubjectTeacher)
    }
}

fn of_child(role: Role) -> Grant {
    Grant {
        pupil: Some(CHILD),
        from_day: Some(date(2026, 9, 1)),
        to_day: Some(date(2026, 12, 31)),
        ..Grant::of(role)
    }
}

fn lesson(author: TeacherId, subject: Subject, targets: &[&[ClassId]]) -> LessonFacts {
    LessonFacts {
        author: Some(author),
        subject: Some(subject),
        targets: targets.iter().map(|target| target.to_vec()).collect(),
    }
}

fn decide(grants: &[Grant], action: Action, on: Resource<'_>) -> Decision {
    may(ME, grants, action, on, TODAY)
}

fn is_yes(grants: &[Grant], action: Action, on: Resource<'_>) -> bool {
    matches!(decide(grants, action, on), Decision::Yes(_))
}

#[test]
fn nobody_may_anything() {
    for action in ACTIONS {
        assert_eq!(decide(&[], action, Resource::School), Decision::Never);
    }
}

#[test]
fn a_role_without_what_narrows_it_reaches_nothing() {
    for role in [
        Role::Teacher,
        Role::SubjectTeacher,
        Role::Support,
        Role::Guardian,
    ] {
        for action in ACTIONS {
            for on in [
                Resource::School,
                Resource::Class(ONE),
                Resource::Pupil(CHILD, &[ONE]),
                Resource::Terminal(&[ONE]),
            ] {
                assert!(!is_yes(&[Grant::of(role)], action, on), "{role} {action:?}");
            }
        }
    }
}

#[test]
fn those_who_administer_see_no_answers() {
    let grants = [Grant::of(Role::SchoolAdmin), Grant::of(Role::CityAdmin)];
    for action in [
        Action::ReadAnswers,
        Action::ReadPupil,
        Action::ReadChild,
        Action::ReadLessons,
        Action::ReadFiles,
        Action::Publish,
    ] {
        assert_eq!(
            decide(&grants, action, Resource::School),
            Decision::Never,
            "{action:?}"
        );
    }
}

#[test]
fn a_teacher_reaches_her_classes_and_no_other() {
    let grants = [teacher(ONE)];
    assert!(is_yes(&grants, Action::ReadLessons, Resource::Class(ONE)));
    let other = decide(&grants, Action::ReadLessons, Resource::Class(TWO));
    assert_eq!(other, Decision::NotYours);
    assert!(is_yes(
        &grants,
        Action::ReadPupil,
        Resource::Pupil(CHILD, &[TWO, ONE])
    ));
    assert!(!is_yes(
        &grants,
        Action::ReadPupil,
        Resource::Pupil(CHILD, &[TWO])
    ));
    assert!(!is_yes(&grants, Action::UndoJoin, Resource::Terminal(&[])));
    let Decision::Yes(scope) = decide(&grants, Action::Publish, Resource::School) else {
        panic!("a teacher publishes")
    };
    assert!(scope.has(ONE, &Subject::Art) && !scope.has(TWO, &Subject::Art));
    assert_eq!(scope.classes_json().unwrap(), format!("[[\"{ONE}\",null]]"));
}

#[test]
fn a_subject_teacher_reaches_her_subject_only() {
    let grants = [music(ONE), teacher(TWO)];
    let Decision::Yes(scope) = decide(&grants, Action::Publish, Resource::School) else {
        panic!("a subject teacher publishes")
    };
    assert!(scope.has(ONE, &Subject::Music) && !scope.has(ONE, &Subject::Science));
    assert!(scope.has(TWO, &Subject::Science));
    let science = lesson(OTHER, Subject::Science, &[&[ONE]]);
    let songs = lesson(OTHER, Subject::Music, &[&[ONE]]);
    let read = Action::ReadAnswers;
    assert_eq!(
        decide(&grants, read, Resource::Lesson(&science)),
        Decision::NotYours
    );
    assert!(is_yes(&grants, read, Resource::Lesson(&songs)));
    // Nor does a page of hers show more.
    let Decision::Yes(page) = decide(&grants, Action::ReadPupil, Resource::Pupil(CHILD, &[ONE]))
    else {
        panic!("a subject teacher sees her pupils")
    };
    assert!(page.shows(&Subject::Music) && !page.shows(&Subject::Science) && !page.shows_all());
    assert_eq!(
        decide(&grants, Action::ChangeCards, Resource::Pupil(CHILD, &[ONE])),
        Decision::NotYours
    );
    assert_eq!(
        decide(
            &[music(ONE)],
            Action::ChangeCards,
            Resource::Pupil(CHILD, &[ONE])
        ),
        Decision::Never
    );
}

#[test]
fn a_lesson_is_changed_by_who_made_it_or_teaches_all_that_have_it() {
    let change = Action::ChangeLesson;
    let both = lesson(OTHER, Subject::Science, &[&[ONE], &[TWO]]);
    assert!(!is_yes(&[teacher(ONE)], change, Resource::Lesson(&both)));
    assert!(is_yes(
        &[teacher(ONE), teacher(TWO)],
        change,
        Resource::Lesson(&both)
    ));
    assert!(is_yes(
        &[teacher(ONE)],
        Action::ReadAnswers,
        Resource::Lesson(&both)
    ));
    let mine = lesson(ME, Subject::Science, &[&[TWO]]);
    assert!(is_yes(&[teacher(ONE)], change, Resource::Lesson(&mine)));
    // A role that is gone takes its lessons along.
    assert!(!is_yes(&[], change, Resource::Lesson(&mine)));
    assert!(!is_yes(&[music(ONE)], change, Resource::Lesson(&mine)));
    let nothing = LessonFacts::default();
    assert!(!is_yes(&[teacher(ONE)], change, Resource::Lesson(&nothing)));
}

#[test]
fn care_for_a_child_lasts_a_term() {
    let grants = [of_child(Role::Support)];
    let on = Resource::Pupil(CHILD, &[ONE]);
    for (day, allowed) in [
        (date(2026, 8, 31), false),
        (date(2026, 9, 1), true),
        (date(2026, 12, 31), true),
        (date(2027, 1, 1), false),
    ] {
        let decided = may(ME, &grants, Action::ReadPupil, on, day);
        assert_eq!(matches!(decided, Decision::Yes(_)), allowed, "{day}");
    }
    let sister = Resource::Pupil(PupilId([22; 16]), &[ONE]);
    assert_eq!(
        decide(&grants, Action::ReadPupil, sister),
        Decision::NotYours
    );
    assert_eq!(
        decide(&grants, Action::ReadAnswers, Resource::School),
        Decision::Never
    );
}

#[test]
fn a_guardian_reaches_her_child_as_a_guardian_only() {
    let grants = [of_child(Role::Guardian)];
    let on = Resource::Pupil(CHILD, &[ONE]);
    let Decision::Yes(scope) = decide(&grants, Action::ReadChild, on) else {
        panic!("a guardian sees her child")
    };
    assert_eq!(scope.pupils(), [CHILD]);
    assert!(!scope.has(ONE, &Subject::Music));
    assert_eq!(scope.classes_json().as_deref(), Some("[]"));
    for action in ACTIONS
        .into_iter()
        .filter(|action| *action != Action::ReadChild)
    {
        assert_eq!(decide(&grants, action, on), Decision::Never, "{action:?}");
    }
}

#[test]
fn a_principal_reads_and_does_nothing_else() {
    let grants = [Grant::of(Role::Principal)];
    let reads = [
        Action::ReadRoster,
        Action::ReadLessons,
        Action::ReadAnswers,
        Action::ReadPupil,
        Action::ReadFiles,
        Action::ReadAudit,
        Action::ReadAggregates,
        Action::ExportRecord,
    ];
    for action in ACTIONS {
        let on = Resource::Class(TWO);
        assert_eq!(
            is_yes(&grants, action, on),
            reads.contains(&action),
            "{action:?}"
        );
    }
}
